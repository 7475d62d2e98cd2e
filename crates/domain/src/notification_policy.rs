//! Which notifications somebody wants: accepted, kept apart until asked for, or not at all. Mastodon's words and rules.

use std::time::Duration;

use crate::account::Account;
use crate::clock::Timestamp;
use crate::ids::{AccountId, NotificationRequestId};
use crate::notification::NotificationKind;
use crate::status::StatusView;

/// Accounts are new for this long.
const NEW_ACCOUNT: Duration = Duration::from_hours(30 * 24);
/// Followers are new for this long.
const NEW_FOLLOWER: Duration = Duration::from_hours(3 * 24);

/// What becomes of a notification, from mild to hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handling {
    /// Shown like any other.
    Accept,
    /// Kept apart.
    Filter,
    /// Not kept.
    Drop,
}

impl Handling {
    const ALL: [Self; 3] = [Self::Accept, Self::Filter, Self::Drop];

    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Filter => "filter",
            Self::Drop => "drop",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The number kept in the database.
    pub const fn code(self) -> i64 {
        match self {
            Self::Accept => 0,
            Self::Filter => 1,
            Self::Drop => 2,
        }
    }

    /// From that number; unknown ones accept.
    pub const fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Filter,
            2 => Self::Drop,
            _ => Self::Accept,
        }
    }
}

/// What becomes of notifications by whom they are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotificationPolicy {
    /// From accounts one does not follow.
    pub for_not_following: Handling,
    /// From accounts that do not follow one, or have not for three days.
    pub for_not_followers: Handling,
    /// From accounts younger than thirty days.
    pub for_new_accounts: Handling,
    /// Direct statuses that answer nothing of one's own, from accounts one does not follow.
    pub for_private_mentions: Handling,
    /// From accounts that moderators limited.
    pub for_limited_accounts: Handling,
}

impl Default for NotificationPolicy {
    /// Unlike Mastodon, a stranger's direct status is not kept apart: one school asking another is what this is for.
    fn default() -> Self {
        Self {
            for_not_following: Handling::Accept,
            for_not_followers: Handling::Accept,
            for_new_accounts: Handling::Accept,
            for_private_mentions: Handling::Accept,
            for_limited_accounts: Handling::Filter,
        }
    }
}

/// How a notification's cause stands to its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub struct Cause {
    /// Why the recipient is to be told.
    pub kind: NotificationKind,
    /// It is themselves, somebody with more rights here, or somebody they let through.
    pub let_through: bool,
    /// The recipient follows them.
    pub followed: bool,
    /// Since when they follow the recipient.
    pub follower_since: Option<Timestamp>,
    /// When their account was made.
    pub account_since: Timestamp,
    /// Moderators limited them.
    pub limited: bool,
    /// It is a direct status that answers nothing of the recipient's.
    pub private: bool,
}

impl NotificationPolicy {
    /// What becomes of a notification now: the hardest of what applies.
    pub fn handling(&self, cause: &Cause, now: Timestamp) -> Handling {
        let always = matches!(
            cause.kind,
            NotificationKind::Poll
                | NotificationKind::Update
                | NotificationKind::QuotedUpdate
                | NotificationKind::SeveredRelationships
                | NotificationKind::ModerationWarning
        );
        if always || cause.let_through {
            return Handling::Accept;
        }
        let is_follower = cause.follower_since.is_some_and(|since| since.plus(NEW_FOLLOWER) <= now);
        let is_new = cause.account_since.plus(NEW_ACCOUNT) > now;
        let is_private = cause.kind == NotificationKind::Mention && cause.private;
        let applies = [
            (self.for_not_following, !cause.followed),
            (self.for_not_followers, !is_follower),
            (self.for_new_accounts, is_new && !cause.followed),
            (self.for_private_mentions, is_private && !cause.followed),
            (self.for_limited_accounts, cause.limited && !cause.followed),
        ];
        applies
            .into_iter()
            .filter(|(_, applies)| *applies)
            .map(|(handling, _)| handling)
            .max()
            .unwrap_or(Handling::Accept)
    }
}

/// A policy with what it keeps apart at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicySummary {
    /// The policy.
    pub policy: NotificationPolicy,
    /// Accounts whose notifications wait.
    pub pending_requests: i64,
    /// Notifications that wait.
    pub pending_notifications: i64,
}

/// Notifications of one account that are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotificationRequest {
    /// Our id.
    pub id: NotificationRequestId,
    /// Whose notifications they are.
    pub from_account_id: AccountId,
    /// How many.
    pub notifications: i64,
    /// The newest status among them.
    pub last_status_id: Option<crate::ids::StatusId>,
    /// When the first was kept apart.
    pub created_at: Timestamp,
    /// When the last was.
    pub updated_at: Timestamp,
}

/// A request as its recipient sees it.
#[derive(Clone, Debug)]
pub struct NotificationRequestView {
    /// The request.
    pub request: NotificationRequest,
    /// Whose notifications they are.
    pub account: Account,
    /// The newest status among them.
    pub last_status: Option<StatusView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_287_600_000);

    fn stranger(kind: NotificationKind) -> Cause {
        Cause {
            kind,
            let_through: false,
            followed: false,
            follower_since: None,
            account_since: Timestamp(0),
            limited: false,
            private: false,
        }
    }

    #[test]
    fn by_default_strangers_are_heard_in_private_too_but_not_when_limited() {
        let plain = stranger(NotificationKind::Mention);
        let [private, limited] = [Cause { private: true, ..plain }, Cause { limited: true, ..plain }];
        for (cause, handling) in [(plain, Handling::Accept), (private, Handling::Accept), (limited, Handling::Filter)] {
            assert_eq!(NotificationPolicy::default().handling(&cause, NOW), handling, "{cause:?}");
        }
    }

    #[test]
    fn private_mentions_can_be_kept_apart() {
        let policy = NotificationPolicy { for_private_mentions: Handling::Filter, ..NotificationPolicy::default() };
        let plain = stranger(NotificationKind::Mention);
        assert_eq!(policy.handling(&plain, NOW), Handling::Accept);
        for kept_apart in [Cause { private: true, ..plain }, Cause { limited: true, ..plain }] {
            assert_eq!(policy.handling(&kept_apart, NOW), Handling::Filter);
            assert_eq!(policy.handling(&Cause { followed: true, ..kept_apart }, NOW), Handling::Accept);
            assert_eq!(policy.handling(&Cause { let_through: true, ..kept_apart }, NOW), Handling::Accept);
        }
        let follow = Cause { private: true, ..stranger(NotificationKind::Follow) };
        assert_eq!(policy.handling(&follow, NOW), Handling::Accept, "only mentions are private");
    }

    #[test]
    fn the_hardest_of_what_applies_counts() {
        let policy = NotificationPolicy {
            for_not_following: Handling::Filter,
            for_new_accounts: Handling::Drop,
            ..NotificationPolicy::default()
        };
        let new = Cause { account_since: NOW, ..stranger(NotificationKind::Favourite) };
        assert_eq!(policy.handling(&new, NOW), Handling::Drop);
        assert_eq!(policy.handling(&stranger(NotificationKind::Favourite), NOW), Handling::Filter);
        assert_eq!(policy.handling(&stranger(NotificationKind::Poll), NOW), Handling::Accept);
    }

    #[test]
    fn who_follows_since_yesterday_is_no_follower_yet() {
        let policy = NotificationPolicy { for_not_followers: Handling::Drop, ..NotificationPolicy::default() };
        let since = |days: u64| {
            let since = Some(NOW.minus(Duration::from_hours(24 * days)));
            policy.handling(&Cause { follower_since: since, ..stranger(NotificationKind::Reblog) }, NOW)
        };
        assert_eq!((since(1), since(3)), (Handling::Drop, Handling::Accept));
    }
}
