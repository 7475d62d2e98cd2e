//! Notifications.

use serde::Serialize;
use staffroom_domain::notification as domain;

use super::{Account, Render, Status};

/// A notification.
#[derive(Debug, Serialize)]
pub(crate) struct Notification {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    created_at: String,
    group_key: String,
    account: Account,
    status: Option<Status>,
}

impl Render<'_> {
    /// A notification, in a group of its own.
    pub(crate) fn notification(&self, notification: &domain::NotificationView) -> Notification {
        Notification {
            id: notification.id.to_string(),
            kind: notification.kind.as_str(),
            created_at: notification.created_at.to_rfc3339(),
            group_key: format!("ungrouped-{}", notification.id),
            account: self.account(&notification.account),
            status: notification.status.as_ref().map(|status| self.status(status)),
        }
    }
}
