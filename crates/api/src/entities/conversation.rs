//! Direct conversations.

use serde_json::{Value, json};
use staffroom_domain::conversation::ConversationView;

use super::Render;

impl Render<'_> {
    /// A conversation as one of its people sees it.
    pub(crate) fn conversation(&self, view: &ConversationView) -> Value {
        let accounts: Vec<_> = view.accounts.iter().map(|account| self.account(account)).collect();
        json!({
            "id": view.id.to_string(),
            "unread": view.unread,
            "accounts": accounts,
            "last_status": view.last_status.as_ref().map(|status| self.status(status)),
        })
    }
}
