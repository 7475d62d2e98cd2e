//! What somebody wants to be told, and what is kept apart until they ask for it.

use std::collections::HashMap;

use staffroom_domain::ids::{AccountId, NotificationRequestId, StatusId};
use staffroom_domain::notification_policy::{
    Handling, NotificationPolicy, NotificationRequest, NotificationRequestView, PolicySummary,
};
use staffroom_domain::status::StatusView;
use staffroom_domain::{Page, PageRequest, Viewer};

use super::Notifications;
use crate::{Cx, Result, ServiceError};

/// Most requests answered at once.
const MAX_AT_ONCE: usize = 200;

/// Changes to a policy; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct PolicyChange {
    /// See [`NotificationPolicy::for_not_following`].
    pub for_not_following: Option<Handling>,
    /// See [`NotificationPolicy::for_not_followers`].
    pub for_not_followers: Option<Handling>,
    /// See [`NotificationPolicy::for_new_accounts`].
    pub for_new_accounts: Option<Handling>,
    /// See [`NotificationPolicy::for_private_mentions`].
    pub for_private_mentions: Option<Handling>,
    /// See [`NotificationPolicy::for_limited_accounts`].
    pub for_limited_accounts: Option<Handling>,
}

impl Notifications<'_> {
    /// What one wants to be told, and what waits.
    ///
    /// # Errors
    /// The database failed.
    pub async fn policy(&self, account: AccountId) -> Result<PolicySummary> {
        let read = self.service.storage().read();
        let policy = read.notifications().policy(account).await?;
        let (pending_requests, pending_notifications) = read.notifications().pending(account).await?;
        Ok(PolicySummary { policy, pending_requests, pending_notifications })
    }

    /// Changes what one wants to be told from now on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn change_policy(&self, account: AccountId, change: PolicyChange) -> Result<PolicySummary> {
        let tx = self.service.storage().begin().await?;
        let old = tx.notifications().policy(account).await?;
        let policy = NotificationPolicy {
            for_not_following: change.for_not_following.unwrap_or(old.for_not_following),
            for_not_followers: change.for_not_followers.unwrap_or(old.for_not_followers),
            for_new_accounts: change.for_new_accounts.unwrap_or(old.for_new_accounts),
            for_private_mentions: change.for_private_mentions.unwrap_or(old.for_private_mentions),
            for_limited_accounts: change.for_limited_accounts.unwrap_or(old.for_limited_accounts),
        };
        tx.notifications().set_policy(account, &policy).await?;
        tx.commit().await?;
        self.policy(account).await
    }

    /// Whose notifications wait, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn requests(&self, account: AccountId, page: PageRequest) -> Result<Page<NotificationRequestView>> {
        let found = self.service.storage().read().notifications().requests(account, &page).await?;
        let (next, prev) = (found.next, found.prev);
        Ok(Page { items: self.request_views(account, found.items).await?, next, prev })
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn request(&self, account: AccountId, id: NotificationRequestId) -> Result<NotificationRequestView> {
        let found = self.service.storage().read().notifications().requests_of(account, &[id]).await?;
        self.request_views(account, found).await?.pop().ok_or(ServiceError::NotFound("notification request"))
    }

    /// Shows what waits of these requests, and lets those accounts through from now on. What is no request of one's own
    /// is left alone.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for too many at once.
    pub async fn accept(&self, cx: &Cx, account: AccountId, ids: &[NotificationRequestId]) -> Result<()> {
        let from = self.senders(account, ids).await?;
        let tx = self.service.storage().begin().await?;
        tx.notifications().let_through(account, &from, cx.now()).await?;
        self.service.commit(tx).await
    }

    /// Removes what waits of these requests. What is no request of one's own is left alone.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for too many at once.
    pub async fn dismiss_requests(&self, account: AccountId, ids: &[NotificationRequestId]) -> Result<()> {
        let from = self.senders(account, ids).await?;
        let tx = self.service.storage().begin().await?;
        tx.notifications().dismiss_requests(account, &from).await?;
        self.service.commit(tx).await
    }

    async fn senders(self, account: AccountId, ids: &[NotificationRequestId]) -> Result<Vec<AccountId>> {
        if ids.len() > MAX_AT_ONCE {
            return Err(ServiceError::invalid("id", format!("cannot be more than {MAX_AT_ONCE}")));
        }
        let found = self.service.storage().read().notifications().requests_of(account, ids).await?;
        Ok(found.into_iter().map(|request| request.from_account_id).collect())
    }

    async fn request_views(
        self,
        account: AccountId,
        found: Vec<NotificationRequest>,
    ) -> Result<Vec<NotificationRequestView>> {
        let ids: Vec<AccountId> = found.iter().map(|request| request.from_account_id).collect();
        let accounts = self.service.storage().read().accounts().by_ids(&ids).await?;
        let ids: Vec<StatusId> = found.iter().filter_map(|request| request.last_status_id).collect();
        let statuses = self.service.statuses().views(Viewer::Account(account), &ids).await?;
        let statuses: HashMap<StatusId, StatusView> = statuses.into_iter().map(|s| (s.status.id, s)).collect();
        let view = |request: NotificationRequest| {
            let account = accounts.iter().find(|account| account.id == request.from_account_id)?.clone();
            let last_status = request.last_status_id.and_then(|id| statuses.get(&id).cloned());
            Some(NotificationRequestView { request, account, last_status })
        };
        Ok(found.into_iter().filter_map(view).collect())
    }
}
