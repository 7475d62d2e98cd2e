//! Who may favourite, answer, boost and quote a status, as its author says.
//!
//! The author is always allowed. What a policy does not mention may be done by everybody, except quoting, which takes a
//! word of the author's (FEP-044f).

use crate::ids::{AccountId, AuthorizationId, StatusId};
use crate::visibility::Visibility;

/// Groups of people, as a policy names them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Groups(u8);

impl Groups {
    /// Only the author.
    pub const NOBODY: Self = Self(0);
    /// Everybody.
    pub const EVERYBODY: Self = Self(1);
    /// Those who follow the author.
    pub const FOLLOWERS: Self = Self(2);
    /// Those the author follows.
    pub const FOLLOWED: Self = Self(4);
    /// Those the status names.
    pub const MENTIONED: Self = Self(8);
    /// Others we cannot tell apart.
    pub const OTHERS: Self = Self(16);

    /// These and those.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// Whether all of `some` are among them.
    pub const fn has(self, some: Self) -> bool {
        self.0 & some.0 == some.0
    }

    fn admits(self, standing: Standing) -> bool {
        self.has(Self::EVERYBODY)
            || (standing.follows_author && self.has(Self::FOLLOWERS))
            || (standing.followed_by_author && self.has(Self::FOLLOWED))
            || (standing.mentioned && self.has(Self::MENTIONED))
    }

    /// In words, for somebody who is not among them.
    const fn in_words(self) -> &'static str {
        match self.0 {
            2 => "only followers",
            4 => "only people they follow",
            8 => "only people named in it",
            0 => "nobody",
            _ => "only some people",
        }
    }
}

/// How somebody stands to a status and its author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact the rule reads")]
pub struct Standing {
    /// It is their own.
    pub is_author: bool,
    /// They follow the author.
    pub follows_author: bool,
    /// The author follows them.
    pub followed_by_author: bool,
    /// The status names them.
    pub mentioned: bool,
}

/// Who may do one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    /// Without being asked for.
    pub automatic: Groups,
    /// Once the author agrees.
    pub manual: Groups,
}

impl Approval {
    /// `groups` may, without asking; nobody else.
    pub const fn automatic(groups: Groups) -> Self {
        Self { automatic: groups, manual: Groups::NOBODY }
    }
}

/// What a policy says to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Go ahead.
    Automatic,
    /// The author will be asked.
    Manual,
    /// The policy names people we cannot tell apart: the author's server decides.
    Unknown,
    /// No.
    Denied,
}

impl Leave {
    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Unknown => "unknown",
            Self::Denied => "denied",
        }
    }
}

/// What can be done with a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// Favouriting.
    Favourite,
    /// Answering.
    Reply,
    /// Boosting.
    Reblog,
    /// Quoting.
    Quote,
}

impl Interaction {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Favourite, Self::Reply, Self::Reblog, Self::Quote];

    /// The number kept in the database.
    pub const fn code(self) -> i16 {
        match self {
            Self::Favourite => 0,
            Self::Reply => 1,
            Self::Reblog => 2,
            Self::Quote => 3,
        }
    }

    /// From the number kept in the database; `None` for an unknown one.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == code)
    }
}

/// The leave somebody here gave to one favourite, answer, boost or quote of a status of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Our id.
    pub id: AuthorizationId,
    /// What is allowed.
    pub what: Interaction,
    /// The status of ours.
    pub status_id: StatusId,
    /// Who may.
    pub account_id: AccountId,
    /// Network id of what they made: the status that quotes or answers, the favourite, the boost.
    pub interacting_uri: String,
    /// It was taken back.
    pub revoked: bool,
}

/// What somebody here asked an author elsewhere leave for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedInteraction {
    /// Network id of the request.
    pub uri: String,
    /// To do what.
    pub what: Interaction,
    /// Who asked.
    pub account_id: AccountId,
    /// With this status.
    pub target_id: StatusId,
    /// The number what they made has or will have: of the answer or boost, or of the favourite.
    pub made_id: StatusId,
    /// Its network id.
    pub made_uri: String,
    /// Its audience once it is allowed.
    pub visibility: Visibility,
    /// The answer was no.
    pub is_rejected: bool,
}

/// Who may do what with a status; `None` where the author does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InteractionPolicy {
    /// Who may favourite it.
    pub favourite: Option<Approval>,
    /// Who may answer it.
    pub reply: Option<Approval>,
    /// Who may boost it.
    pub reblog: Option<Approval>,
    /// Who may quote it.
    pub quote: Option<Approval>,
}

/// Bits kept of one [`Approval`]: whether it is there, and two groups of five.
const BITS: u32 = 11;

impl InteractionPolicy {
    /// The policy of a status written here: the audience may answer and favourite, open statuses may be boosted, and
    /// quotes follow `quotes` where everybody may read.
    pub const fn of_local(visibility: Visibility, quotes: QuotePolicy) -> Self {
        let (read, pass_on) = match visibility {
            Visibility::Public | Visibility::Unlisted => (Groups::EVERYBODY, Groups::EVERYBODY),
            Visibility::Private => (Groups::FOLLOWERS.and(Groups::MENTIONED), Groups::NOBODY),
            Visibility::Direct => (Groups::MENTIONED, Groups::NOBODY),
        };
        let quote = match quotes {
            QuotePolicy::Public if visibility.is_open() => Groups::EVERYBODY,
            QuotePolicy::Followers if visibility.is_open() => Groups::FOLLOWERS,
            _ => Groups::NOBODY,
        };
        Self {
            favourite: Some(Approval::automatic(read)),
            reply: Some(Approval::automatic(read)),
            reblog: Some(Approval::automatic(pass_on)),
            quote: Some(Approval::automatic(quote)),
        }
    }

    /// The number kept in the database; 0 for a policy that says nothing.
    pub fn code(self) -> i64 {
        let one = |approval: Option<Approval>| {
            approval.map_or(0, |a| 1 | (i64::from(a.automatic.0) << 1) | (i64::from(a.manual.0) << 6))
        };
        let parts = [self.favourite, self.reply, self.reblog, self.quote];
        parts.into_iter().rev().fold(0, |code, part| (code << BITS) | one(part))
    }

    /// From the number kept in the database.
    pub fn from_code(code: i64) -> Self {
        let group = |bits: i64| Groups(u8::try_from(bits & 31).unwrap_or(0));
        let one = |at: u32| {
            let bits = code >> (BITS * at);
            (bits & 1 == 1).then(|| Approval { automatic: group(bits >> 1), manual: group(bits >> 6) })
        };
        Self { favourite: one(0), reply: one(1), reblog: one(2), quote: one(3) }
    }

    /// What it says to somebody of this standing.
    pub fn leave(&self, what: Interaction, standing: Standing) -> Leave {
        let approval = self.of(what);
        match approval {
            _ if standing.is_author => Leave::Automatic,
            // who is spoken to may speak
            _ if what == Interaction::Reply && standing.mentioned => Leave::Automatic,
            None if what == Interaction::Quote => Leave::Denied,
            None => Leave::Automatic,
            Some(approval) if approval.automatic.admits(standing) => Leave::Automatic,
            Some(approval) if approval.manual.admits(standing) => Leave::Manual,
            Some(approval) if approval.automatic.and(approval.manual).has(Groups::OTHERS) => Leave::Unknown,
            Some(_) => Leave::Denied,
        }
    }

    /// Why somebody may not, for them to read.
    pub fn why_not(&self, what: Interaction) -> String {
        let whom = self.of(what).map_or("nobody", |approval| approval.automatic.and(approval.manual).in_words());
        let verb = match what {
            Interaction::Favourite => "favourite",
            Interaction::Reply => "reply to",
            Interaction::Reblog => "boost",
            Interaction::Quote => "quote",
        };
        format!("the author of this status lets {whom} {verb} it")
    }

    const fn of(&self, what: Interaction) -> Option<Approval> {
        match what {
            Interaction::Favourite => self.favourite,
            Interaction::Reply => self.reply,
            Interaction::Reblog => self.reblog,
            Interaction::Quote => self.quote,
        }
    }
}

/// Who may quote, as people here choose it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuotePolicy {
    /// Everybody.
    Public,
    /// Followers.
    #[default]
    Followers,
    /// Only the author.
    Nobody,
}

impl QuotePolicy {
    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Followers => "followers",
            Self::Nobody => "nobody",
        }
    }

    /// Parses Mastodon's word; `None` for any other.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Public, Self::Followers, Self::Nobody].into_iter().find(|policy| policy.as_str() == text)
    }

    /// The number kept in the database.
    pub const fn code(self) -> i16 {
        match self {
            Self::Public => 0,
            Self::Followers => 1,
            Self::Nobody => 2,
        }
    }

    /// From the number kept in the database; an unknown one reads as nobody.
    pub const fn from_code(code: i16) -> Self {
        match code {
            0 => Self::Public,
            1 => Self::Followers,
            _ => Self::Nobody,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRANGER: Standing =
        Standing { is_author: false, follows_author: false, followed_by_author: false, mentioned: false };

    #[test]
    fn what_is_kept_is_what_was_said() {
        for code in [0, 1] {
            assert_eq!(InteractionPolicy::from_code(code).code(), code);
        }
        for visibility in [Visibility::Public, Visibility::Unlisted, Visibility::Private, Visibility::Direct] {
            for quotes in [QuotePolicy::Public, QuotePolicy::Followers, QuotePolicy::Nobody] {
                let policy = InteractionPolicy::of_local(visibility, quotes);
                assert_eq!(InteractionPolicy::from_code(policy.code()), policy);
                assert_eq!(QuotePolicy::from_code(quotes.code()), quotes);
                assert_eq!(QuotePolicy::parse(quotes.as_str()), Some(quotes));
            }
        }
        let all = Groups(31);
        let one = Some(Approval { automatic: all, manual: all });
        let full = InteractionPolicy { favourite: one, reply: one, reblog: one, quote: one };
        assert_eq!(InteractionPolicy::from_code(full.code()), full);
    }

    #[test]
    fn silence_permits_everything_but_quoting() {
        let silent = InteractionPolicy::default();
        for what in [Interaction::Favourite, Interaction::Reply, Interaction::Reblog] {
            assert_eq!(silent.leave(what, STRANGER), Leave::Automatic);
        }
        assert_eq!(silent.leave(Interaction::Quote, STRANGER), Leave::Denied);
        assert_eq!(silent.leave(Interaction::Quote, Standing { is_author: true, ..STRANGER }), Leave::Automatic);
    }

    #[test]
    fn each_group_can_stand_by_its_own_name_only() {
        let follower = Standing { follows_author: true, ..STRANGER };
        let friend = Standing { followed_by_author: true, ..STRANGER };
        let named = Standing { mentioned: true, ..STRANGER };
        let quote = |automatic, manual, standing| {
            let policy = InteractionPolicy { quote: Some(Approval { automatic, manual }), ..Default::default() };
            policy.leave(Interaction::Quote, standing)
        };
        assert_eq!(quote(Groups::FOLLOWERS, Groups::NOBODY, follower), Leave::Automatic);
        assert_eq!(quote(Groups::FOLLOWERS, Groups::NOBODY, friend), Leave::Denied);
        assert_eq!(quote(Groups::FOLLOWED, Groups::EVERYBODY, named), Leave::Manual);
        assert_eq!(quote(Groups::OTHERS, Groups::NOBODY, STRANGER), Leave::Unknown);
        assert_eq!(quote(Groups::NOBODY, Groups::NOBODY, follower), Leave::Denied);
        let closed = InteractionPolicy { reply: Some(Approval::default()), ..Default::default() };
        assert_eq!(closed.leave(Interaction::Reply, STRANGER), Leave::Denied);
        assert_eq!(closed.leave(Interaction::Reply, named), Leave::Automatic);
    }
}
