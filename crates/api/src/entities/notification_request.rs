//! What one wants to be told, and what is kept apart.

use serde::Serialize;
use staffroom_domain::notification_policy::{NotificationRequestView, PolicySummary};

use super::{Account, Render, Status};

#[derive(Debug, Serialize)]
struct Summary {
    pending_requests_count: i64,
    pending_notifications_count: i64,
}

/// What one wants to be told.
#[derive(Debug, Serialize)]
pub(crate) struct NotificationPolicy {
    for_not_following: &'static str,
    for_not_followers: &'static str,
    for_new_accounts: &'static str,
    for_private_mentions: &'static str,
    for_limited_accounts: &'static str,
    summary: Summary,
}

impl NotificationPolicy {
    /// Shows `summary`.
    pub(crate) fn new(summary: &PolicySummary) -> Self {
        let policy = &summary.policy;
        Self {
            for_not_following: policy.for_not_following.as_str(),
            for_not_followers: policy.for_not_followers.as_str(),
            for_new_accounts: policy.for_new_accounts.as_str(),
            for_private_mentions: policy.for_private_mentions.as_str(),
            for_limited_accounts: policy.for_limited_accounts.as_str(),
            summary: Summary {
                pending_requests_count: summary.pending_requests,
                pending_notifications_count: summary.pending_notifications,
            },
        }
    }
}

/// Notifications of one account that are kept apart.
#[derive(Debug, Serialize)]
pub(crate) struct NotificationRequest {
    id: String,
    created_at: String,
    updated_at: String,
    /// A number as text, as Mastodon has it.
    notifications_count: String,
    account: Account,
    last_status: Option<Status>,
}

impl Render<'_> {
    /// Notifications of one account that are kept apart.
    pub(crate) fn notification_request(&self, view: &NotificationRequestView) -> NotificationRequest {
        let request = &view.request;
        NotificationRequest {
            id: request.id.to_string(),
            created_at: request.created_at.to_rfc3339(),
            updated_at: request.updated_at.to_rfc3339(),
            notifications_count: request.notifications.to_string(),
            account: self.account(&view.account),
            last_status: view.last_status.as_ref().map(|status| self.status(status)),
        }
    }
}
