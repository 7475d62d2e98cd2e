//! Held statuses: what somebody here wrote and a rule wants a person to look at before it is published.
//!
//! A held status is no status: it has an id of the same kind, which stays an alias for its author once it is published
//! under another one.

use crate::account::Account;
use crate::clock::Timestamp;
use crate::ids::{AccountId, StatusId};
use crate::status::StatusView;
use crate::visibility::Visibility;

/// How it stands with a held status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HoldState {
    /// Its author has the choice.
    Held,
    /// Its author asked the moderators to look at it.
    InReview,
    /// It is published, or stored to be published later.
    Released,
    /// Its author took it back.
    Withdrawn,
    /// A moderator said no.
    Rejected,
}

impl HoldState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Held, Self::InReview, Self::Released, Self::Withdrawn, Self::Rejected];

    /// The word used everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::InReview => "in-review",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
            Self::Rejected => "rejected",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether something can still be decided.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Held | Self::InReview)
    }
}

/// What its author can do with a held status, beside editing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HoldChoice {
    /// Have a moderator look at it.
    Review,
    /// Publish it for people of the author's own school alone.
    School,
    /// Take it back.
    Withdraw,
    /// Publish it as it is, where the rules only ask to think again.
    Publish,
}

impl HoldChoice {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Review, Self::School, Self::Withdraw, Self::Publish];

    /// The word used everywhere, also as an answer to the notice.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::School => "school",
            Self::Withdraw => "withdraw",
            Self::Publish => "publish",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == word)
    }
}

/// A held status, or a held edit of a published one, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id, as its author's apps know it.
    pub id: StatusId,
    /// Who wrote it.
    pub account_id: AccountId,
    /// The published status it would change; `None` for a new one.
    pub edits: Option<StatusId>,
    /// The held status of the same author it answers, which has to go first.
    pub answers: Option<StatusId>,
    /// The held status of the same author it quotes, which has to go first.
    pub quotes: Option<StatusId>,
    /// When it was to be published.
    pub scheduled_at: Option<Timestamp>,
    /// What would be published, in the writer's own encoding; empty once it had its time.
    pub draft: String,
    /// What the rules said, in the writer's own encoding.
    pub verdict: String,
    /// Whether a rule asks for it; otherwise it only waits for what it answers or quotes.
    pub is_ruled: bool,
    /// Whether its author may publish it as it is.
    pub may_publish: bool,
    /// How it stands.
    pub state: HoldState,
    /// Its author wants it pinned.
    pub pin: bool,
    /// Its author wants it boosted, for this audience.
    pub boost: Option<Visibility>,
    /// Grows with every change: who decides, decides about what they saw.
    pub revision: i64,
    /// The direct status that told its author, and began the thread about it.
    pub notice: Option<StatusId>,
    /// When it was held.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Until when a moderator should have decided: a working day after it was held, or sent for review. `None` where none
    /// decides, since an appeal about it was granted.
    pub deadline: Option<Timestamp>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// The moderator who decided; `None` for its author.
    pub decided_by: Option<AccountId>,
    /// What the moderator said to its author; may be empty.
    pub note: String,
    /// The status it became.
    pub released_as: Option<StatusId>,
}

impl Hold {
    /// Whether a moderator can decide: nobody did, and no appeal was granted that leaves it to its author.
    pub const fn is_for_moderators(&self) -> bool {
        self.state.is_open() && self.deadline.is_some()
    }
}

/// What an author is told of a status of theirs that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldNote {
    /// In plain words; names the place, never the words found there.
    pub reason: String,
    /// The rule that asks for it; `None` where it waits for another one.
    pub rule: Option<String>,
    /// When it was held.
    pub since: Timestamp,
    /// How it stands.
    pub state: HoldState,
    /// Only a change of it is held; what is shown is published.
    pub is_edit: bool,
    /// What can be done with it beside editing.
    pub choices: Vec<HoldChoice>,
}

/// One match of one rule, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldFinding {
    /// Id of the rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// Its kind.
    pub kind: String,
    /// What it asks for.
    pub action: String,
    /// Why, a sentence.
    pub reason: String,
    /// The text it stands in, as a name: `content`, `poll_option 1`.
    pub part: String,
    /// What people call that text, for use in a sentence: `the text`.
    pub place: &'static str,
    /// First code point in that text.
    pub start: usize,
    /// First code point after it.
    pub end: usize,
}

/// A held status as its author or a moderator sees it.
#[derive(Clone, Debug)]
pub struct HoldView {
    /// What is kept of it.
    pub hold: Hold,
    /// As it would be shown; `None` once its text had its time.
    pub status: Option<StatusView>,
    /// Its author.
    pub account: Account,
    /// What its author is told.
    pub note: HoldNote,
    /// All matches.
    pub findings: Vec<HoldFinding>,
    /// Who decided, where a moderator did.
    pub decided_by: Option<Account>,
}

/// Something that happened to a held status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldEvent {
    /// What, in one word: what the rules asked for (`hold`), or what was decided (`released`).
    pub what: String,
    /// Who did it, author or moderator; `None` for the rules, and for accounts that are gone.
    pub by: Option<Account>,
    /// When.
    pub at: Timestamp,
}

/// A place in the order in which moderators decide: what its author sent for review comes first, then the nearest deadline
/// (what has none comes last), then the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// Whether its author asked the moderators to look at it.
    pub in_review: bool,
    /// Until when a moderator should have decided.
    pub deadline: Option<Timestamp>,
    /// Which one.
    pub id: StatusId,
}

impl QueuePlace {
    /// That of a held status.
    pub const fn of(hold: &Hold) -> Self {
        Self { in_review: matches!(hold.state, HoldState::InReview), deadline: hold.deadline, id: hold.id }
    }

    /// For an address: `review.1795287600000.114898406400000016`, `held..114898406400000016`.
    pub fn to_text(self) -> String {
        let deadline = self.deadline.map_or_else(String::new, |at| at.0.to_string());
        format!("{}.{deadline}.{}", if self.in_review { "review" } else { "held" }, self.id)
    }

    /// Parses that.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let in_review = match parts.next()? {
            "review" => true,
            "held" => false,
            _ => return None,
        };
        let deadline = match parts.next()? {
            "" => None,
            millis => Some(Timestamp(millis.parse().ok()?)),
        };
        Some(Self { in_review, deadline, id: StatusId::parse(parts.next()?)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_queue_is_read_back() {
        for (in_review, deadline) in [(true, Some(Timestamp(5))), (false, None), (false, Some(Timestamp(-1)))] {
            let place = QueuePlace { in_review, deadline, id: StatusId(7) };
            assert_eq!(QueuePlace::parse(&place.to_text()), Some(place));
        }
        for wrong in [
            "",
            "review",
            "review.5",
            "review.5.x",
            "review.x.7",
            "other..7",
            "held..7.7",
            "held.99999999999999999999.7",
        ] {
            assert_eq!(QueuePlace::parse(wrong), None, "{wrong:?}");
        }
    }
}
