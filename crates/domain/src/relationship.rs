//! How two accounts stand to each other.

use crate::account::Account;
use crate::clock::Timestamp;
use crate::ids::{AccountId, FollowId};

/// A follow or follow request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about the follow")]
pub struct Follow {
    /// Asked for as from a relay, with everybody as object: the answer says so too.
    pub relay: bool,
    /// Our id.
    pub id: FollowId,
    /// Who follows.
    pub account_id: AccountId,
    /// Who is followed.
    pub target_id: AccountId,
    /// The id the follow has on the network.
    pub uri: String,
    /// False while it is a request.
    pub accepted: bool,
    /// Boosts show in the home timeline.
    pub show_reblogs: bool,
    /// Each new status notifies.
    pub notify: bool,
    /// Only these languages; empty for all.
    pub languages: Vec<String>,
    /// When.
    pub created_at: Timestamp,
}

/// What a follower wants. `None` leaves a thing as it is (or takes the default).
#[derive(Clone, Debug, Default)]
pub struct FollowOptions {
    /// Asked for as from a relay; only by other servers.
    pub relay: bool,
    /// Boosts show in the home timeline.
    pub reblogs: Option<bool>,
    /// Each new status notifies.
    pub notify: Option<bool>,
    /// Only these languages.
    pub languages: Option<Vec<String>>,
}

/// How the viewer stands to an account, in Mastodon's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the field's own shape, one bool each")]
pub struct Relationship {
    /// The account.
    pub id: AccountId,
    /// The viewer follows it.
    pub following: bool,
    /// Its boosts show.
    pub showing_reblogs: bool,
    /// Each of its statuses notifies.
    pub notifying: bool,
    /// Only these languages; empty for all.
    pub languages: Vec<String>,
    /// It follows the viewer.
    pub followed_by: bool,
    /// The viewer blocks it.
    pub blocking: bool,
    /// It blocks the viewer.
    pub blocked_by: bool,
    /// The viewer mutes it.
    pub muting: bool,
    /// Its notifications are muted too.
    pub muting_notifications: bool,
    /// When the mute ends.
    pub muting_expires_at: Option<Timestamp>,
    /// The viewer asked to follow it.
    pub requested: bool,
    /// It asked to follow the viewer.
    pub requested_by: bool,
    /// The viewer wants nothing of its domain.
    pub domain_blocking: bool,
    /// The viewer recommends it.
    pub endorsed: bool,
    /// What the viewer noted about it, for themselves; empty for nothing.
    pub note: String,
}

impl Relationship {
    /// Two accounts that know nothing of each other.
    pub fn none(id: AccountId) -> Self {
        Self {
            id,
            following: false,
            showing_reblogs: false,
            notifying: false,
            languages: Vec::new(),
            followed_by: false,
            blocking: false,
            blocked_by: false,
            muting: false,
            muting_notifications: false,
            muting_expires_at: None,
            requested: false,
            requested_by: false,
            domain_blocking: false,
            endorsed: false,
            note: String::new(),
        }
    }
}

/// An account in a list ordered by something other than its id (a follow, a block, a mute).
#[derive(Clone, Debug)]
pub struct Listed {
    /// The id to page by.
    pub cursor: i64,
    /// The account.
    pub account: Account,
    /// When a mute ends; `None` in other lists.
    pub expires_at: Option<Timestamp>,
}

/// Whom the viewer follows among the followers of an account.
#[derive(Clone, Debug)]
pub struct FamiliarFollowers {
    /// The account.
    pub id: AccountId,
    /// Its followers whom the viewer follows, newest follow first.
    pub accounts: Vec<Account>,
}
