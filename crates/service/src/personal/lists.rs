//! Lists.

use staffroom_domain::ids::{AccountId, ListId};
use staffroom_domain::list::List;
use staffroom_domain::relationship::Listed;
use staffroom_domain::{Page, PageRequest, text};

use super::{ListChange, Personal};
use crate::{Cx, Result, ServiceError};

const MAX_LISTS: i64 = 50;
const MAX_TITLE_CHARS: usize = 200;
const MAX_ACCOUNTS_AT_ONCE: usize = 200;

impl Personal<'_> {
    /// One's lists, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lists(&self, owner: AccountId) -> Result<Vec<List>> {
        Ok(self.service.storage().read().lists().list_of(owner).await?)
    }

    /// Those of one's lists that an account is in, oldest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account.
    pub async fn lists_with(&self, owner: AccountId, member: AccountId) -> Result<Vec<List>> {
        self.service.accounts().get(member).await?;
        Ok(self.service.storage().read().lists().with_member(owner, member).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn list(&self, owner: AccountId, id: ListId) -> Result<List> {
        let found = self.service.storage().read().lists().find(owner, id).await?;
        found.ok_or(ServiceError::NotFound("list"))
    }

    /// Makes a list; a title is needed.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a bad value or one list too many (50).
    pub async fn create_list(&self, cx: &Cx, owner: AccountId, change: ListChange) -> Result<List> {
        let mut list = List { id: cx.id(), title: String::new(), replies_policy: "list".to_owned(), exclusive: false };
        apply(&mut list, change)?;
        let tx = self.service.storage().begin().await?;
        if tx.lists().count(owner).await? >= MAX_LISTS {
            return Err(ServiceError::invalid("list", format!("you have reached the maximum of {MAX_LISTS} lists")));
        }
        tx.lists().insert(owner, &list, cx.now()).await?;
        tx.commit().await?;
        Ok(list)
    }

    /// Changes a list.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own, [`ServiceError::Invalid`] for a bad value.
    pub async fn update_list(&self, owner: AccountId, id: ListId, change: ListChange) -> Result<List> {
        let tx = self.service.storage().begin().await?;
        let mut list = tx.lists().find(owner, id).await?.ok_or(ServiceError::NotFound("list"))?;
        apply(&mut list, change)?;
        tx.lists().update(&list).await?;
        tx.commit().await?;
        Ok(list)
    }

    /// Removes a list.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn delete_list(&self, owner: AccountId, id: ListId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.lists().find(owner, id).await?.ok_or(ServiceError::NotFound("list"))?;
        tx.lists().delete(id).await?;
        Ok(tx.commit().await?)
    }

    /// Members of a list; the cursor is the account's id.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn list_accounts(&self, owner: AccountId, id: ListId, page: PageRequest) -> Result<Page<Listed>> {
        self.list(owner, id).await?;
        let ids = self.service.storage().read().lists().members(id, &page).await?;
        let ids = Page::from_rows(ids, &page, |id| id.0);
        let accounts = self.service.accounts().get_many(&ids.items).await?;
        let listed = accounts.into_iter().map(|account| Listed { cursor: account.id.0, account, expires_at: None });
        Ok(ids.with_items(listed.collect()))
    }

    /// Adds members. Only accounts one follows (or oneself) can be members; they leave when the follow ends.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the list is not one's own or an account is not followed,
    /// [`ServiceError::Invalid`] for more than 200 at once.
    pub async fn add_to_list(&self, owner: AccountId, id: ListId, accounts: &[AccountId]) -> Result<()> {
        check_count(accounts)?;
        let tx = self.service.storage().begin().await?;
        tx.lists().find(owner, id).await?.ok_or(ServiceError::NotFound("list"))?;
        let followed = tx.follows().followed_among(owner, accounts).await?;
        if !accounts.iter().all(|id| *id == owner || followed.contains(id)) {
            return Err(ServiceError::NotFound("follow of the account"));
        }
        tx.lists().add_members(id, accounts).await?;
        Ok(tx.commit().await?)
    }

    /// Removes members; those not in the list are ignored.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the list is not one's own.
    pub async fn remove_from_list(&self, owner: AccountId, id: ListId, accounts: &[AccountId]) -> Result<()> {
        check_count(accounts)?;
        let tx = self.service.storage().begin().await?;
        tx.lists().find(owner, id).await?.ok_or(ServiceError::NotFound("list"))?;
        tx.lists().remove_members(id, accounts).await?;
        Ok(tx.commit().await?)
    }
}

fn check_count(accounts: &[AccountId]) -> Result<()> {
    if accounts.len() > MAX_ACCOUNTS_AT_ONCE {
        return Err(ServiceError::invalid("account_ids", format!("at most {MAX_ACCOUNTS_AT_ONCE} at once")));
    }
    Ok(())
}

fn apply(list: &mut List, change: ListChange) -> Result<()> {
    if let Some(title) = change.title {
        if title.trim().chars().any(char::is_control) {
            return Err(ServiceError::invalid("title", "can't hold control characters"));
        }
        list.title = text::shown_name(&title);
    }
    if let Some(policy) = change.replies_policy {
        if !["followed", "list", "none"].contains(&policy.as_str()) {
            return Err(ServiceError::invalid("replies_policy", "must be followed, list or none"));
        }
        list.replies_policy = policy;
    }
    if let Some(exclusive) = change.exclusive {
        list.exclusive = exclusive;
    }
    if list.title.is_empty() {
        return Err(ServiceError::invalid("title", "can't be blank"));
    }
    if list.title.chars().count() > MAX_TITLE_CHARS {
        return Err(ServiceError::invalid("title", format!("is longer than {MAX_TITLE_CHARS} characters")));
    }
    Ok(())
}
