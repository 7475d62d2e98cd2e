//! Notifications in groups.

use std::collections::HashSet;

use serde::Serialize;
use staffroom_domain::account as accounts;
use staffroom_domain::notification_group as domain;

use super::notification::{AccountWarning, RelationshipSeveranceEvent, severance};
use super::{Account, Render, Status};

/// Groups, with the accounts and statuses they name.
#[derive(Debug, Serialize)]
pub(crate) struct GroupedNotifications {
    accounts: Vec<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_accounts: Option<Vec<PartialAccount>>,
    statuses: Vec<Status>,
    notification_groups: Vec<NotificationGroup>,
}

/// As much of an account as a row of pictures needs.
#[derive(Debug, Serialize)]
struct PartialAccount {
    id: String,
    acct: String,
    url: String,
    avatar: String,
    avatar_static: String,
    locked: bool,
    bot: bool,
}

#[derive(Debug, Serialize)]
struct NotificationGroup {
    group_key: String,
    notifications_count: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    /// A number, unlike every other id: Mastodon's documentation says so, and apps read it as one.
    most_recent_notification_id: i64,
    page_min_id: String,
    page_max_id: String,
    latest_page_notification_at: String,
    sample_account_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<RelationshipSeveranceEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moderation_warning: Option<AccountWarning>,
}

impl Render<'_> {
    /// Groups; with `partial`, only the first account of each is whole.
    pub(crate) fn grouped_notifications(
        &self,
        found: &domain::GroupedNotifications,
        partial: bool,
    ) -> GroupedNotifications {
        let first: HashSet<_> = found.groups.iter().filter_map(|group| group.samples.first()).collect();
        let is_whole = |account: &&accounts::Account| !partial || first.contains(&account.id);
        let mut seen = HashSet::new();
        let statuses = found.groups.iter().filter_map(|group| group.view.status.as_ref());
        let statuses = statuses.filter(|status| seen.insert(status.status.id));
        GroupedNotifications {
            accounts: found.accounts.iter().filter(is_whole).map(|account| self.account(account)).collect(),
            partial_accounts: partial.then(|| {
                found.accounts.iter().filter(|one| !is_whole(one)).map(|one| self.partial_account(one)).collect()
            }),
            statuses: statuses.map(|status| self.status(status)).collect(),
            notification_groups: found.groups.iter().map(|group| self.notification_group(group)).collect(),
        }
    }

    fn partial_account(&self, account: &accounts::Account) -> PartialAccount {
        let avatar = self.avatar(account);
        PartialAccount {
            id: account.id.to_string(),
            acct: account.acct(),
            url: account.url.clone(),
            avatar_static: avatar.clone(),
            avatar,
            locked: account.locked,
            bot: account.kind.is_bot(),
        }
    }

    fn notification_group(&self, group: &domain::NotificationGroup) -> NotificationGroup {
        let view = &group.view;
        NotificationGroup {
            group_key: group.key.to_string(),
            notifications_count: group.count,
            kind: view.kind.as_str(),
            most_recent_notification_id: group.newest.0,
            page_min_id: group.page_min.to_string(),
            page_max_id: group.page_max.to_string(),
            latest_page_notification_at: view.created_at.to_rfc3339(),
            sample_account_ids: group.samples.iter().map(ToString::to_string).collect(),
            status_id: view.status.as_ref().map(|status| status.status.id.to_string()),
            event: view.severance.as_ref().map(severance),
            moderation_warning: view.warning.as_ref().map(|warning| self.warning(warning, &view.account)),
        }
    }
}
