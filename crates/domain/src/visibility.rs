//! Who may see a status. The one rule; storage holds the same rule in SQL and a property test compares them.

use crate::ids::AccountId;

/// Audience of a status, in Mastodon's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// Everybody; shown in public and hashtag timelines.
    Public,
    /// Everybody; kept out of public and hashtag timelines.
    Unlisted,
    /// Followers and the people mentioned.
    Private,
    /// Only the people mentioned.
    Direct,
}

impl Visibility {
    /// Mastodon's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
            Self::Direct => "direct",
        }
    }

    /// Parses Mastodon's word; `None` for any other.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "public" => Self::Public,
            "unlisted" => Self::Unlisted,
            "private" => Self::Private,
            "direct" => Self::Direct,
            _ => return None,
        })
    }

    /// The number kept in the database (0–3, widest first).
    pub const fn code(self) -> i16 {
        match self {
            Self::Public => 0,
            Self::Unlisted => 1,
            Self::Private => 2,
            Self::Direct => 3,
        }
    }

    /// From the number kept in the database; an unknown number is read as the narrowest audience.
    pub const fn from_code(code: i16) -> Self {
        match code {
            0 => Self::Public,
            1 => Self::Unlisted,
            2 => Self::Private,
            _ => Self::Direct,
        }
    }

    /// Whether anybody may read it without signing in.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Unlisted)
    }
}

/// Who is looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// Nobody we know.
    Anonymous,
    /// An account, local or remote.
    Account(AccountId),
}

impl Viewer {
    /// The account looking, if any.
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Anonymous => None,
            Self::Account(id) => Some(id),
        }
    }
}

/// What has to be known about a status and its viewer to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact the rule reads")]
pub struct Sight {
    /// The author.
    pub author: AccountId,
    /// The audience the author chose.
    pub visibility: Visibility,
    /// The status was deleted.
    pub deleted: bool,
    /// The author is suspended or deleted.
    pub author_gone: bool,
    /// The viewer's follow of the author was accepted.
    pub follows_author: bool,
    /// The viewer is mentioned.
    pub mentioned: bool,
    /// The author blocks the viewer, or the viewer's domain.
    pub blocked_by_author: bool,
    /// It is kept inside a school that is not the viewer's.
    pub kept_from_viewer: bool,
}

/// Whether `viewer` may see a status.
///
/// Authors see their own. A deleted status and one by a suspended author is seen by nobody. Somebody the author
/// blocks sees nothing of theirs. Public and unlisted are open; private needs an accepted follow or a mention;
/// direct needs a mention. What is kept inside a school is seen by nobody of another one, whoever is mentioned.
pub fn can_see(viewer: Viewer, s: &Sight) -> bool {
    if s.deleted || s.author_gone {
        return false;
    }
    match viewer {
        Viewer::Anonymous => s.visibility.is_open() && !s.kept_from_viewer,
        Viewer::Account(id) if id == s.author => true,
        Viewer::Account(_) if s.blocked_by_author || s.kept_from_viewer => false,
        Viewer::Account(_) => match s.visibility {
            Visibility::Public | Visibility::Unlisted => true,
            Visibility::Private => s.follows_author || s.mentioned,
            Visibility::Direct => s.mentioned,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(visibility: Visibility) -> Sight {
        Sight {
            author: AccountId(1),
            visibility,
            deleted: false,
            author_gone: false,
            follows_author: false,
            mentioned: false,
            blocked_by_author: false,
            kept_from_viewer: false,
        }
    }

    #[test]
    fn a_stranger_sees_only_open_statuses() {
        let stranger = Viewer::Account(AccountId(2));
        for (v, seen) in [
            (Visibility::Public, true),
            (Visibility::Unlisted, true),
            (Visibility::Private, false),
            (Visibility::Direct, false),
        ] {
            assert_eq!(can_see(stranger, &sight(v)), seen);
            assert_eq!(can_see(Viewer::Anonymous, &sight(v)), seen);
        }
    }

    #[test]
    fn a_blocked_follower_sees_nothing_and_a_deleted_status_is_seen_by_nobody() {
        let viewer = Viewer::Account(AccountId(2));
        let blocked = Sight { blocked_by_author: true, follows_author: true, ..sight(Visibility::Public) };
        assert!(!can_see(viewer, &blocked));
        let deleted = Sight { deleted: true, ..sight(Visibility::Public) };
        assert!(!can_see(Viewer::Account(AccountId(1)), &deleted));
    }

    #[test]
    fn what_is_kept_inside_a_school_is_seen_by_nobody_outside_but_its_author() {
        for visibility in [Visibility::Public, Visibility::Private, Visibility::Direct] {
            let kept = Sight { kept_from_viewer: true, mentioned: true, follows_author: true, ..sight(visibility) };
            assert!(!can_see(Viewer::Account(AccountId(2)), &kept) && !can_see(Viewer::Anonymous, &kept));
            assert!(can_see(Viewer::Account(AccountId(1)), &kept));
            assert!(can_see(Viewer::Account(AccountId(2)), &Sight { kept_from_viewer: false, ..kept }));
        }
    }

    #[test]
    fn a_follower_does_not_see_direct_statuses() {
        let follower = Sight { follows_author: true, ..sight(Visibility::Direct) };
        assert!(!can_see(Viewer::Account(AccountId(2)), &follower));
    }
}
