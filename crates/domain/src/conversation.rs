//! Direct conversations.

use crate::account::Account;
use crate::ids::ConversationId;
use crate::status::StatusView;

/// A direct conversation as one of its people sees it.
#[derive(Clone, Debug)]
pub struct ConversationView {
    /// Its id, for this person.
    pub id: ConversationId,
    /// Whether something of it was not read yet.
    pub unread: bool,
    /// The others; oneself where there are none.
    pub accounts: Vec<Account>,
    /// The newest status of it; `None` when that can no longer be seen.
    pub last_status: Option<StatusView>,
}
