//! Push subscriptions: where a client's device wants to be told of notifications, and of which.

use crate::ids::{AccountId, PushSubscriptionId, TokenId};
use crate::notification::NotificationKind;

/// What clients may ask to be told of beside our kinds of notifications: there are none of these yet.
const OTHER_ALERTS: [&str; 2] = ["admin.sign_up", "admin.report"];

/// Whose notifications are passed on to a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PushPolicy {
    /// Everybody's.
    #[default]
    All,
    /// Those of people one follows.
    Followed,
    /// Those of one's followers.
    Follower,
    /// Nobody's.
    None,
}

impl PushPolicy {
    const ALL: [Self; 4] = [Self::All, Self::Followed, Self::Follower, Self::None];

    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Followed => "followed",
            Self::Follower => "follower",
            Self::None => "none",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What a device wants to be told of: Mastodon's words, one each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alerts(Vec<&'static str>);

impl Alerts {
    /// Every word there is.
    pub fn words() -> impl Iterator<Item = &'static str> {
        NotificationKind::ALL.into_iter().map(NotificationKind::as_str).chain(OTHER_ALERTS)
    }

    /// Those words for which `is_wanted` says yes.
    pub fn chosen(is_wanted: impl Fn(&str) -> bool) -> Self {
        Self(Self::words().filter(|word| is_wanted(word)).collect())
    }

    /// Reads words parted by spaces; unknown ones are left out.
    pub fn parse(text: &str) -> Self {
        Self::chosen(|word| text.split(' ').any(|one| one == word))
    }

    /// The words parted by spaces.
    pub fn joined(&self) -> String {
        self.0.join(" ")
    }

    /// Whether `word` is among them.
    pub fn has(&self, word: &str) -> bool {
        self.0.contains(&word)
    }
}

/// Where a client wants to be told of notifications. One for each access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushSubscription {
    /// Our id.
    pub id: PushSubscriptionId,
    /// The token it was made with; it ends with it.
    pub token_id: TokenId,
    /// Who is told.
    pub account_id: AccountId,
    /// Where messages go (RFC 8030).
    pub endpoint: String,
    /// The device's public key: an uncompressed point of P-256, 65 bytes.
    pub public_key: Vec<u8>,
    /// Encrypted by RFC 8291; else by the draft of it that older clients know.
    pub standard: bool,
    /// What of.
    pub alerts: Alerts,
    /// By whom.
    pub policy: PushPolicy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_and_policies_come_back_as_they_were_kept() {
        let alerts = Alerts::parse("mention follow_request no_such_thing admin.report");
        assert!(alerts.has("mention") && alerts.has("follow_request") && alerts.has("admin.report"));
        assert!(!alerts.has("follow") && !alerts.has("no_such_thing"));
        assert_eq!(Alerts::parse(&alerts.joined()), alerts);
        assert_eq!(Alerts::parse(""), Alerts::default());
        for policy in PushPolicy::ALL {
            assert_eq!(PushPolicy::parse(policy.as_str()), Some(policy));
        }
        assert_eq!(PushPolicy::parse("everybody"), None);
    }
}
