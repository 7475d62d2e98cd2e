//! Direct conversations. They are written by the use cases that store direct statuses, in their transactions.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use staffroom_domain::account::Account;
use staffroom_domain::conversation::ConversationView;
use staffroom_domain::ids::{AccountId, ConversationId, StatusId};
use staffroom_domain::news::News;
use staffroom_domain::status::StatusView;
use staffroom_domain::{Page, PageRequest, Viewer};
use staffroom_storage::conversations::Conversation;

use crate::{Result, Service, ServiceError};

/// Direct conversations.
#[derive(Clone, Copy)]
pub struct Conversations<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Conversations<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

impl Conversations<'_> {
    /// One's conversations, the one with the newest status first; the cursor is that status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, account: AccountId, page: PageRequest) -> Result<Page<ConversationView>> {
        let now = self.service.cx().now();
        let found = self.service.storage().read().conversations().list(account, now, &page).await?;
        let views = self.views(account, &found.items).await?;
        Ok(found.with_items(views))
    }

    /// Marks one as read.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn mark_read(&self, account: AccountId, id: ConversationId) -> Result<ConversationView> {
        let tx = self.service.storage().begin().await?;
        if !tx.conversations().mark_read(account, id).await? {
            return Err(missing());
        }
        let found = tx.conversations().get(account, id).await?.ok_or_else(missing)?;
        tx.tell(News::ConversationRead(account, found.last_status));
        tx.commit().await?;
        self.views(account, &[found]).await?.pop().ok_or_else(missing)
    }

    /// Removes one from one's list; its statuses stay, and the next one brings it back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn remove(&self, account: AccountId, id: ConversationId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.conversations().remove(account, id).await? {
            return Err(missing());
        }
        Ok(tx.commit().await?)
    }

    async fn views(&self, account: AccountId, found: &[Conversation]) -> Result<Vec<ConversationView>> {
        let ids: Vec<StatusId> = found.iter().map(|c| c.last_status).collect();
        let statuses = self.service.statuses().views(Viewer::Account(account), &ids).await?;
        let people = |view: &StatusView| {
            let named = view.status.mentions.iter().map(|mention| mention.account_id);
            let mut people: Vec<AccountId> = std::iter::once(view.account.id).chain(named).collect();
            people.retain(|id| *id != account);
            if people.is_empty() {
                people.push(account);
            }
            people
        };
        let mut ids: Vec<AccountId> = statuses.iter().flat_map(people).collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts = self.service.storage().read().accounts().by_ids(&ids).await?;
        let accounts: HashMap<AccountId, Account> = accounts.into_iter().map(|a| (a.id, a)).collect();
        let statuses: HashMap<StatusId, StatusView> = statuses.into_iter().map(|v| (v.status.id, v)).collect();
        let view = |conversation: &Conversation| {
            let last_status = statuses.get(&conversation.last_status).cloned();
            let mut seen = Vec::new();
            for id in last_status.as_ref().map(people).unwrap_or_default() {
                if !seen.contains(&id) {
                    seen.push(id);
                }
            }
            let accounts = seen.iter().filter_map(|id| accounts.get(id).cloned()).collect();
            ConversationView { id: conversation.id, unread: conversation.unread, accounts, last_status }
        };
        Ok(found.iter().map(view).collect())
    }
}

const fn missing() -> ServiceError {
    ServiceError::NotFound("conversation")
}
