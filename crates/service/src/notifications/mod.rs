//! Notifications. They are written by the use cases that cause them, in their transactions.

mod groups;
mod requests;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, NotificationId, ROUNDED_BY, SeveranceId, StatusId, WarningId, reads_the_same};
use staffroom_domain::moderation::AccountWarning;
use staffroom_domain::notification::{Notification, NotificationFilter, NotificationKind, NotificationView, Severance};
use staffroom_domain::status::StatusView;
use staffroom_domain::{Page, PageRequest, Viewer};

use crate::{Cx, Result, Service, ServiceError};
pub use requests::PolicyChange;

/// Most lost follows listed, in each direction.
const LISTED: u64 = 1_000;

/// Notifications.
#[derive(Clone, Copy)]
pub struct Notifications<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Notifications<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

impl Notifications<'_> {
    /// One's notifications, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        account: AccountId,
        filter: NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<NotificationView>> {
        let found = self.service.storage().read().notifications().list(account, &filter, page).await?;
        let Page { items, next, prev } = found;
        Ok(Page { items: self.views(account, items).await?, next, prev })
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own, or what it is about can no longer be seen.
    pub async fn get(&self, account: AccountId, id: NotificationId) -> Result<NotificationView> {
        let found = self.service.storage().read().notifications().get(account, id).await?;
        let views = self.views(account, found.into_iter().collect()).await?;
        views.into_iter().next().ok_or(ServiceError::NotFound("notification"))
    }

    /// Like [`Self::get`], also by an id that a script rounded: messages to devices carry it as a number, and browsers
    /// ask with what they read.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when none of one's own is meant.
    pub async fn get_as_read(&self, account: AccountId, id: NotificationId) -> Result<NotificationView> {
        let near = self.service.storage().read().notifications().near(account, id, ROUNDED_BY).await?;
        let exact = near.iter().find(|one| one.id == id);
        let meant = exact.or_else(|| near.iter().find(|one| reads_the_same(one.id.0, id.0)));
        let views = self.views(account, meant.cloned().into_iter().collect()).await?;
        views.into_iter().next().ok_or(ServiceError::NotFound("notification"))
    }

    /// Removes one.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn dismiss(&self, _cx: &Cx, account: AccountId, id: NotificationId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.notifications().dismiss(account, id).await? {
            return Err(ServiceError::NotFound("notification"));
        }
        tx.commit().await?;
        Ok(())
    }

    /// Removes all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn clear(&self, _cx: &Cx, account: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.notifications().clear(account).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whom somebody lost by a suspension: handles of followers, and of accounts followed. Only one's own are found.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when one was told of no such thing.
    pub async fn lost(&self, account: AccountId, id: SeveranceId) -> Result<(Vec<Account>, Vec<Account>)> {
        let read = self.service.storage().read();
        let lost = read.severances().lost(account, id, LISTED).await?;
        let lost = lost.ok_or(ServiceError::NotFound("severed relationships"))?;
        Ok((read.accounts().by_ids(&lost.followers).await?, read.accounts().by_ids(&lost.following).await?))
    }

    async fn views(&self, account: AccountId, found: Vec<Notification>) -> Result<Vec<NotificationView>> {
        let mut ids: Vec<AccountId> = found.iter().map(|n| n.from_account_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts = self.service.storage().read().accounts().by_ids(&ids).await?;
        let accounts: HashMap<AccountId, Account> = accounts.into_iter().map(|a| (a.id, a)).collect();
        let mut ids: Vec<StatusId> = found.iter().filter_map(|n| n.status_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let statuses = self.service.statuses().views(Viewer::Account(account), &ids).await?;
        let statuses: HashMap<StatusId, StatusView> = statuses.into_iter().map(|v| (v.status.id, v)).collect();
        let ids: Vec<SeveranceId> = found.iter().filter_map(|n| n.severance_id).collect();
        let severances = self.service.storage().read().severances().of(account, &ids).await?;
        let severances: HashMap<SeveranceId, Severance> = severances.into_iter().map(|s| (s.id, s)).collect();
        let ids: Vec<WarningId> = found.iter().filter_map(|n| n.warning_id).collect();
        let warnings = self.service.storage().read().warnings().of(account, &ids).await?;
        let warnings: HashMap<WarningId, AccountWarning> = warnings.into_iter().map(|w| (w.id, w)).collect();
        let view = |n: Notification| {
            let status = n.status_id.and_then(|id| statuses.get(&id).cloned());
            let severance = n.severance_id.and_then(|id| severances.get(&id).cloned());
            let warning = n.warning_id.and_then(|id| warnings.get(&id).cloned());
            let is_shown = match n.kind {
                NotificationKind::Follow | NotificationKind::FollowRequest => true,
                NotificationKind::SeveredRelationships => severance.is_some(),
                NotificationKind::ModerationWarning => warning.is_some(),
                // What it is about was deleted or is hidden now.
                _ => status.is_some(),
            };
            if !is_shown {
                return None;
            }
            let account = accounts.get(&n.from_account_id).filter(|a| !a.is_gone())?.clone();
            Some(NotificationView {
                id: n.id,
                kind: n.kind,
                created_at: n.created_at,
                account,
                status,
                severance,
                warning,
            })
        };
        Ok(found.into_iter().filter_map(view).collect())
    }
}
