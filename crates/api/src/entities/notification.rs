//! Notifications.

use serde::Serialize;
use staffroom_domain::moderation as measures;
use staffroom_domain::notification as domain;
use staffroom_domain::notification_group::{GROUPABLE, GroupKey};

use super::{Account, Render, Status};

/// Follows that ended by a suspension.
#[derive(Debug, Serialize)]
pub(super) struct RelationshipSeveranceEvent {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Which ones is kept.
    purged: bool,
    target_name: String,
    followers_count: i64,
    following_count: i64,
    created_at: String,
}

/// A measure of a moderator, as whom it is against is told of it.
#[derive(Debug, Serialize)]
pub(super) struct AccountWarning {
    id: String,
    action: &'static str,
    text: String,
    status_ids: Vec<String>,
    target_account: Account,
    appeal: Option<Appeal>,
    created_at: String,
}

/// The appeal against a measure.
#[derive(Debug, Serialize)]
struct Appeal {
    text: String,
    state: &'static str,
}

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
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<RelationshipSeveranceEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moderation_warning: Option<AccountWarning>,
}

impl Render<'_> {
    /// A notification, with the group it is in.
    pub(crate) fn notification(&self, notification: &domain::NotificationView) -> Notification {
        let about = notification.status.as_ref().map(|status| status.status.id);
        Notification {
            id: notification.id.to_string(),
            kind: notification.kind.as_str(),
            created_at: notification.created_at.to_rfc3339(),
            group_key: GroupKey::of(notification.id, notification.kind, about, &GROUPABLE).to_string(),
            account: self.account(&notification.account),
            status: notification.status.as_ref().map(|status| self.status(status)),
            event: notification.severance.as_ref().map(severance),
            moderation_warning: notification.warning.as_ref().map(|one| self.warning(one, &notification.account)),
        }
    }

    /// A measure against `target`, the reader.
    pub(super) fn warning(
        &self,
        warning: &measures::AccountWarning,
        target: &staffroom_domain::Account,
    ) -> AccountWarning {
        AccountWarning {
            id: warning.id.to_string(),
            action: warning.measure.as_str(),
            text: warning.text.clone(),
            status_ids: Vec::new(),
            target_account: self.account(target),
            appeal: warning.appeal.as_ref().map(|one| Appeal { text: one.text.clone(), state: one.state.as_str() }),
            created_at: warning.created_at.to_rfc3339(),
        }
    }
}

pub(super) fn severance(severance: &domain::Severance) -> RelationshipSeveranceEvent {
    RelationshipSeveranceEvent {
        id: severance.id.to_string(),
        kind: severance.kind.as_str(),
        purged: false,
        target_name: severance.target_name.clone(),
        followers_count: severance.followers_count,
        following_count: severance.following_count,
        created_at: severance.created_at.to_rfc3339(),
    }
}
