//! What moderators see of accounts and do about them. Whom they may act on: everybody with fewer rights whom their
//! authority reaches.

use std::collections::HashMap;

use staffroom_domain::account::{Account, User, UserRole};
use staffroom_domain::ids::{AccountId, ReportId};
use staffroom_domain::moderation::{AccountFilter, AccountWarning, Measure, ModeratedAccount};
use staffroom_domain::organisation::Standing;
use staffroom_domain::{Page, PageRequest};
use staffroom_storage::Tx;

use super::Accounts;
use super::lift::since;
use crate::auth::Authority;
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
    /// Accounts that `who` reaches, with their private side, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn moderated(
        &self,
        who: &Authority,
        filter: &AccountFilter,
        page: PageRequest,
    ) -> Result<Page<ModeratedAccount>> {
        Ok(self.service.storage().read().accounts().moderated(who.reach(), filter, &page).await?)
    }

    /// One of them, also when deleted.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id, and out of reach.
    pub async fn moderated_one(&self, who: &Authority, id: AccountId) -> Result<ModeratedAccount> {
        let found = self.moderated_by_ids(who, &[id]).await?.pop().ok_or(ServiceError::NotFound("account"))?;
        who.check_account(&found.account)?;
        Ok(found)
    }

    /// Those of `ids` that are known, in their order; the private side only of those `who` reaches.
    pub(crate) async fn moderated_by_ids(&self, who: &Authority, ids: &[AccountId]) -> Result<Vec<ModeratedAccount>> {
        let read = self.service.storage().read();
        let accounts = read.accounts().by_ids(ids).await?;
        let users = read.users().by_accounts(ids).await?;
        let mut users: HashMap<AccountId, User> = users.into_iter().map(|user| (user.account_id, user)).collect();
        let with_user = |account: Account| {
            let user = users.remove(&account.id).filter(|_| who.reach().covers(&account));
            ModeratedAccount { account, user }
        };
        Ok(accounts.into_iter().map(with_user).collect())
    }

    /// Takes a measure against an account. What was reported about it counts as dealt with; of a mere word only the
    /// report it is about. Repeating a measure changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an account or report that is not there or out of reach,
    /// [`ServiceError::Forbidden`] against somebody with as many rights and the instance's own accounts, and in nobody's
    /// name; [`ServiceError::Invalid`] for too long a text and for switching off sign-in where there is none.
    pub async fn act(&self, cx: &Cx, who: &Authority, id: AccountId, action: Action) -> Result<()> {
        if action.text.chars().count() > MAX_TEXT {
            return Err(ServiceError::invalid("text", format!("is longer than {MAX_TEXT} characters")));
        }
        let by = who.by().ok_or_else(|| ServiceError::Forbidden("measures are taken in somebody's name".to_owned()))?;
        let tx = self.service.storage().begin().await?;
        let account = self.reached(&tx, who, id).await?;
        let user = tx.users().by_account(id).await?;
        self.check_below(&tx, by, &account, user.as_ref()).await?;
        if let Some(report) = action.report {
            let found = tx.reports().by_id(report).await?.filter(|report| report.target_id == id);
            found.ok_or(ServiceError::NotFound("report"))?;
        }
        match action.measure {
            Measure::None => {}
            Measure::Disable if user.is_none() => {
                return Err(ServiceError::invalid("type", "is for people who sign in here"));
            }
            Measure::Suspend => self.suspend_within(&tx, cx, account).await?,
            // It holds since it was taken first: who may end it hangs on that.
            measure if since(&account, user.as_ref(), measure).is_some() => {}
            Measure::Disable => drop(tx.users().set_disabled(id, Some(cx.now())).await?),
            Measure::Sensitive => tx.accounts().set_sensitized(id, Some(cx.now())).await?,
            Measure::Silence => tx.accounts().set_silenced(id, Some(cx.now())).await?,
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
        if action.tell && user.is_some() {
            tx.warnings().tell(&warning, || cx.id()).await?;
            self.write_to(&tx, cx, id, Matter::Moderation { measure: warning.measure, text: &warning.text }).await?;
        }
        self.service.commit(tx).await
    }

    /// Approves a person who waits for that.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when they do not wait, [`ServiceError::NotFound`] for accounts nobody signs in to and
    /// those out of reach.
    pub async fn approve(&self, cx: &Cx, who: &Authority, id: AccountId) -> Result<()> {
        self.pending(who, id).await?;
        let tx = self.service.storage().begin().await?;
        tx.users().approve(id, cx.now()).await?;
        self.write_to(&tx, cx, id, Matter::Approved).await?;
        self.service.commit(tx).await
    }

    /// Turns down a person who waits for approval: the account is deleted.
    ///
    /// # Errors
    /// As [`Accounts::approve`].
    pub async fn reject(&self, cx: &Cx, who: &Authority, id: AccountId) -> Result<()> {
        self.pending(who, id).await?;
        self.delete(cx, id).await
    }

    /// Deletes what is here of a suspended account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account and out of reach, [`ServiceError::Forbidden`] for one that is
    /// not suspended and for somebody with as many rights.
    pub async fn purge(&self, cx: &Cx, who: &Authority, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let account = self.reached(&tx, who, id).await?;
        if let Some(by) = who.by() {
            let user = tx.users().by_account(id).await?;
            self.check_below(&tx, by, &account, user.as_ref()).await?;
        }
        drop(tx);
        if account.suspended_at.is_none() {
            return Err(ServiceError::Forbidden("only suspended accounts can be deleted".to_owned()));
        }
        if account.is_local() { self.delete(cx, id).await } else { self.remove_remote(cx, &account.uri).await }
    }

    /// An account that is there and that `who` reaches.
    pub(super) async fn reached(self, tx: &Tx, who: &Authority, id: AccountId) -> Result<Account> {
        let account = tx.accounts().by_id(id).await?.filter(|account| account.deleted_at.is_none());
        let account = account.ok_or(ServiceError::NotFound("account"))?;
        who.check_account(&account)?;
        Ok(account)
    }

    /// Writes to a person about `matter`.
    async fn write_to(self, tx: &Tx, cx: &Cx, id: AccountId, matter: Matter<'_>) -> Result<()> {
        let (account, user) = (tx.accounts().by_id(id).await?, tx.users().by_account(id).await?);
        if let (Some(account), Some(user)) = (account, user) {
            write(tx, self.service, cx, &account, &user, matter).await?;
        }
        Ok(())
    }

    async fn pending(self, who: &Authority, id: AccountId) -> Result<()> {
        who.check_account(&self.get(id).await?)?;
        match self.user(id).await?.approved_at {
            None => Ok(()),
            Some(_) => Err(ServiceError::Forbidden("this account does not wait for approval".to_owned())),
        }
    }

    /// Lets `by` act on an account of nobody here, and on that of a person who stands below them in their own school.
    async fn check_below(self, tx: &Tx, by: AccountId, account: &Account, user: Option<&User>) -> Result<()> {
        if self.is_of_the_instance(account) {
            return Err(not_allowed());
        }
        let Some(user) = user else { return Ok(()) };
        let in_school = async |id: AccountId| match account.organisation {
            Some(school) => tx.organisations().role(id, school).await,
            None => Ok(None),
        };
        let rank = tx.users().by_account(by).await?.map_or(UserRole::Member, |user| user.role);
        let own = Standing::of(rank, in_school(by).await?);
        let theirs = Standing::of(user.role, in_school(account.id).await?);
        if theirs >= own { Err(not_allowed()) } else { Ok(()) }
    }
}

fn not_allowed() -> ServiceError {
    ServiceError::Forbidden("This action is not allowed".to_owned())
}
