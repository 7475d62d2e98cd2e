//! What moderators see of accounts and do about them. Whom they may act on: everybody with fewer rights.

use std::collections::HashMap;

use staffroom_domain::account::{Account, User, UserRole};
use staffroom_domain::ids::{AccountId, ReportId};
use staffroom_domain::moderation::{AccountFilter, AccountWarning, Measure, ModeratedAccount};
use staffroom_domain::{Page, PageRequest};
use staffroom_storage::Tx;

use super::Accounts;
use crate::mail::{Matter, write};
use crate::{Cx, Result, ServiceError};

/// Longest word to the owner of an account, in characters.
const MAX_TEXT: usize = 2_000;

/// A measure to be taken.
#[derive(Clone, Debug)]
pub struct Action {
    /// What is done.
    pub measure: Measure,
    /// Why, for the owner of the account; may be empty.
    pub text: String,
    /// Because of which report.
    pub report: Option<ReportId>,
    /// The owner is told.
    pub tell: bool,
}

impl Accounts<'_> {
    /// Accounts with their private side, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn moderated(&self, filter: &AccountFilter, page: PageRequest) -> Result<Page<ModeratedAccount>> {
        Ok(self.service.storage().read().accounts().moderated(filter, &page).await?)
    }

    /// One of them, also when deleted.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id.
    pub async fn moderated_one(&self, id: AccountId) -> Result<ModeratedAccount> {
        self.moderated_by_ids(&[id]).await?.pop().ok_or(ServiceError::NotFound("account"))
    }

    /// Those of `ids` that are known, in their order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn moderated_by_ids(&self, ids: &[AccountId]) -> Result<Vec<ModeratedAccount>> {
        let read = self.service.storage().read();
        let accounts = read.accounts().by_ids(ids).await?;
        let users = read.users().by_accounts(ids).await?;
        let mut users: HashMap<AccountId, User> = users.into_iter().map(|user| (user.account_id, user)).collect();
        let with_user = |account: Account| ModeratedAccount { user: users.remove(&account.id), account };
        Ok(accounts.into_iter().map(with_user).collect())
    }

    /// Takes a measure against an account. What was reported about it counts as dealt with; of a mere word only the
    /// report it is about. Repeating a measure changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an account or report that is not there, [`ServiceError::Forbidden`] against
    /// somebody with as many rights and the instance's own accounts, [`ServiceError::Invalid`] for too long a text and
    /// for switching off sign-in where there is none.
    pub async fn act(&self, cx: &Cx, by: AccountId, id: AccountId, action: Action) -> Result<()> {
        if action.text.chars().count() > MAX_TEXT {
            return Err(ServiceError::invalid("text", format!("is longer than {MAX_TEXT} characters")));
        }
        let tx = self.service.storage().begin().await?;
        let account = tx.accounts().by_id(id).await?.filter(|account| account.deleted_at.is_none());
        let account = account.ok_or(ServiceError::NotFound("account"))?;
        let is_person = self.outranked(&tx, by, &account).await?;
        if let Some(report) = action.report {
            let found = tx.reports().by_id(report).await?.filter(|report| report.target_id == id);
            found.ok_or(ServiceError::NotFound("report"))?;
        }
        match action.measure {
            Measure::None => {}
            Measure::Disable if is_person => drop(tx.users().set_disabled(id, Some(cx.now())).await?),
            Measure::Disable => return Err(ServiceError::invalid("type", "is for people who sign in here")),
            Measure::Sensitive => tx.accounts().set_sensitized(id, Some(cx.now())).await?,
            Measure::Silence => tx.accounts().set_silenced(id, Some(cx.now())).await?,
            Measure::Suspend => self.suspend_within(&tx, cx, account).await?,
        }
        match (action.measure, action.report) {
            (Measure::None, None) => {}
            (Measure::None, Some(report)) => {
                tx.reports().resolve(report, Some(cx.now()), Some(by), cx.now()).await?;
            }
            _ => tx.reports().resolve_about(id, by, cx.now()).await?,
        }
        let warning = AccountWarning {
            id: cx.id(),
            account_id: by,
            target_id: id,
            report_id: action.report,
            measure: action.measure,
            text: action.text,
            created_at: cx.now(),
        };
        tx.warnings().insert(&warning).await?;
        if action.tell && is_person {
            tx.warnings().tell(&warning, || cx.id()).await?;
            self.write_to(&tx, cx, id, Matter::Moderation { measure: warning.measure, text: &warning.text }).await?;
        }
        self.service.commit(tx).await
    }

    /// Lets a person sign in again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts nobody signs in to.
    pub async fn enable(&self, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.users().set_disabled(id, None).await? {
            return Err(ServiceError::NotFound("user"));
        }
        self.service.commit(tx).await
    }

    /// Ends the silence of an account, also that of its domain for this account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account.
    pub async fn unsilence(&self, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.accounts().by_id(id).await?.ok_or(ServiceError::NotFound("account"))?;
        tx.accounts().set_silenced(id, None).await?;
        self.service.commit(tx).await
    }

    /// Shows the media of an account as their author meant.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account.
    pub async fn unsensitive(&self, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.accounts().by_id(id).await?.ok_or(ServiceError::NotFound("account"))?;
        tx.accounts().set_sensitized(id, None).await?;
        self.service.commit(tx).await
    }

    /// Approves a person who waits for that.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when they do not wait, [`ServiceError::NotFound`] for accounts nobody signs in to.
    pub async fn approve(&self, cx: &Cx, id: AccountId) -> Result<()> {
        self.pending(id).await?;
        let tx = self.service.storage().begin().await?;
        tx.users().approve(id, cx.now()).await?;
        self.write_to(&tx, cx, id, Matter::Approved).await?;
        self.service.commit(tx).await
    }

    /// Turns down a person who waits for approval: the account is deleted.
    ///
    /// # Errors
    /// As [`Accounts::approve`].
    pub async fn reject(&self, cx: &Cx, id: AccountId) -> Result<()> {
        self.pending(id).await?;
        self.delete(cx, id).await
    }

    /// Deletes what is here of a suspended account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account, [`ServiceError::Forbidden`] for one that is not suspended and
    /// for somebody with as many rights.
    pub async fn purge(&self, cx: &Cx, by: AccountId, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let account = tx.accounts().by_id(id).await?.filter(|account| account.deleted_at.is_none());
        let account = account.ok_or(ServiceError::NotFound("account"))?;
        self.outranked(&tx, by, &account).await?;
        drop(tx);
        if account.suspended_at.is_none() {
            return Err(ServiceError::Forbidden("only suspended accounts can be deleted".to_owned()));
        }
        if account.is_local() { self.delete(cx, id).await } else { self.remove_remote(cx, &account.uri).await }
    }

    /// Writes to a person about `matter`.
    async fn write_to(self, tx: &Tx, cx: &Cx, id: AccountId, matter: Matter<'_>) -> Result<()> {
        let (account, user) = (tx.accounts().by_id(id).await?, tx.users().by_account(id).await?);
        if let (Some(account), Some(user)) = (account, user) {
            write(tx, self.service, cx, &account, &user, matter).await?;
        }
        Ok(())
    }

    async fn pending(self, id: AccountId) -> Result<()> {
        match self.user(id).await?.approved_at {
            None => Ok(()),
            Some(_) => Err(ServiceError::Forbidden("this account does not wait for approval".to_owned())),
        }
    }

    /// Whether `account` is that of a person here; they must have fewer rights than `by`.
    async fn outranked(self, tx: &Tx, by: AccountId, account: &Account) -> Result<bool> {
        let role = tx.users().by_account(by).await?.map_or(UserRole::Member, |user| user.role);
        let user = tx.users().by_account(account.id).await?;
        if user.as_ref().is_some_and(|user| user.role >= role) || self.is_of_the_instance(account) {
            return Err(ServiceError::Forbidden("This action is not allowed".to_owned()));
        }
        Ok(user.is_some())
    }
}
