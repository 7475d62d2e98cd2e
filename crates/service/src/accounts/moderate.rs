//! What moderators see of accounts and do about them. Whom they may act on: everybody with fewer rights whom their
//! authority reaches.

use std::collections::HashMap;

use staffroom_domain::account::{Account, User};
use staffroom_domain::appeal::{Ground, Restriction};
use staffroom_domain::ids::{AccountId, ReportId};
use staffroom_domain::moderation::{AccountFilter, AccountWarning, Measure, ModeratedAccount};
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::organisation::Reach;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_domain::{Page, PageRequest};
use staffroom_storage::Tx;

use super::Accounts;
use super::lift::since;
use super::suspend::is_of_the_instance;
use crate::appeals::{self, NewReasons};
use crate::auth::{Authority, not_allowed};
use crate::mail::{Matter, write};
use crate::moderation_log::Entry;
use crate::organisations::{check_no_organisation_rests_on, lock_account};
use crate::reports::check_open;
use crate::{Cx, Result, ServiceError, webhooks};

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

    /// Those of `ids` that are known, in their order; the private side, and what was decided about them, only of those
    /// `who` reaches.
    pub(crate) async fn moderated_by_ids(&self, who: &Authority, ids: &[AccountId]) -> Result<Vec<ModeratedAccount>> {
        let read = self.service.storage().read();
        let accounts = read.accounts().by_ids(ids).await?;
        let users = read.users().by_accounts(ids).await?;
        let mut users: HashMap<AccountId, User> = users.into_iter().map(|user| (user.account_id, user)).collect();
        let with_user = |account: Account| match (users.remove(&account.id), who.reach().covers(&account)) {
            (user, true) => ModeratedAccount { account, user },
            (_, false) => {
                ModeratedAccount { account: Account { silenced_at: None, sensitized_at: None, ..account }, user: None }
            }
        };
        Ok(accounts.into_iter().map(with_user).collect())
    }

    /// Takes a measure against an account. What was reported about it counts as dealt with; of a mere word only the
    /// report it is about. Repeating a measure changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an account or report that is not there or out of reach,
    /// [`ServiceError::Forbidden`] against somebody with as many rights and the instance's own accounts, in nobody's name,
    /// and where an organisation in reach would be left without an admin; [`ServiceError::Conflict`] because of a report that
    /// somebody else dealt with already; [`ServiceError::Invalid`] for too long a text and for switching off sign-in where
    /// there is none.
    pub async fn act(&self, cx: &Cx, who: &Authority, id: AccountId, action: Action) -> Result<()> {
        if action.text.chars().count() > MAX_TEXT {
            return Err(ServiceError::invalid("text", format!("is longer than {MAX_TEXT} characters")));
        }
        let by = who.by().ok_or_else(|| ServiceError::Forbidden("measures are taken in somebody's name".to_owned()))?;
        let tx = self.service.storage().begin().await?;
        let (who, account) = self.below(&tx, who, id).await?;
        let user = tx.users().by_account(id).await?;
        let mut ground = Ground::Rules;
        if let Some(report) = action.report {
            let found = tx.reports().lock(report).await?.filter(|report| report.target_id == id);
            let found = found.ok_or(ServiceError::NotFound("report"))?;
            check_open(&tx, &who, &found).await?;
            ground = Ground::of_report(found.category);
        }
        let here = user.is_some().then(|| account.clone());
        match action.measure {
            Measure::None => {}
            Measure::Disable if user.is_none() => {
                return Err(ServiceError::invalid("type", "is for people who sign in here"));
            }
            Measure::Suspend => self.suspend_within(&tx, cx, who.reach(), account.clone()).await?,
            // It holds since it was taken first: who may end it hangs on that.
            measure if since(&account, user.as_ref(), measure).is_some() => {}
            Measure::Disable => {
                check_no_organisation_rests_on(&tx, who.reach(), id).await?;
                tx.users().set_disabled(id, Some(cx.now())).await?;
            }
            Measure::Sensitive => tx.accounts().set_sensitized(id, Some(cx.now())).await?,
            Measure::Silence => tx.accounts().set_silenced(id, Some(cx.now())).await?,
        }
        let resolved = match (action.measure, action.report) {
            (Measure::None, None) => Vec::new(),
            (Measure::None, Some(report)) => {
                tx.reports().resolve(report, Some(cx.now()), Some(by), cx.now()).await?;
                vec![report]
            }
            _ => tx.reports().resolve_about(id, by, cx.now()).await?,
        };
        let warning = AccountWarning {
            id: cx.id(),
            account_id: by,
            target_id: id,
            report_id: action.report,
            measure: action.measure,
            text: action.text,
            of_instance: *who.reach() == Reach::Everywhere,
            appeal: None,
            created_at: cx.now(),
        };
        tx.warnings().insert(&warning).await?;
        if let Some(account) = here {
            self.explain(&tx, cx, &account, &warning, ground, action.tell).await?;
        }
        if account.is_local() && warning.measure != Measure::None {
            webhooks::queue(&tx, cx, WebhookEvent::AccountUpdated, &[id.0]).await?;
        }
        let dealt_with: Vec<i64> = resolved.iter().map(|report| report.0).collect();
        webhooks::queue(&tx, cx, WebhookEvent::ReportUpdated, &dealt_with).await?;
        self.service.commit_deeds(tx, entries(&who, &account, &warning, resolved)).await
    }

    /// Keeps why a measure was taken against somebody here, and tells them if that is wanted.
    async fn explain(
        self,
        tx: &Tx,
        cx: &Cx,
        account: &Account,
        warning: &AccountWarning,
        ground: Ground,
        tell: bool,
    ) -> Result<()> {
        let reasons = NewReasons {
            restriction: Restriction::Measure(warning.measure),
            ground,
            rule: None,
            facts: &warning.text,
            decided_by: Some(warning.account_id),
            of_instance: warning.of_instance,
            warning: Some(warning.id),
            case: None,
        };
        let appeal = appeals::keep(tx, self.service, cx, account, reasons).await?;
        if tell {
            tx.warnings().tell(warning, || cx.id()).await?;
            let matter = Matter::Moderation { measure: warning.measure, text: &warning.text, appeal: &appeal };
            self.write_to(tx, cx, account.id, matter).await?;
        }
        Ok(())
    }

    /// Approves a person who waits for that.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when they do not wait, [`ServiceError::NotFound`] for accounts nobody signs in to and
    /// those out of reach.
    pub async fn approve(&self, cx: &Cx, who: &Authority, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let (who, account) = self.reached(&tx, who, id).await?;
        check_waits(&tx, id).await?;
        tx.users().approve(id, cx.now()).await?;
        self.write_to(&tx, cx, id, Matter::Approved).await?;
        webhooks::queue(&tx, cx, WebhookEvent::AccountApproved, &[id.0]).await?;
        self.service.commit_deed(tx, Entry::on(&who, Deed::ApproveAccount, &account)).await
    }

    /// Turns down a person who waits for approval: the account is deleted.
    ///
    /// # Errors
    /// As [`Accounts::approve`]; [`ServiceError::Forbidden`] against somebody with as many rights: roles are given to people
    /// who still wait, too.
    pub async fn reject(&self, cx: &Cx, who: &Authority, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let (who, account) = self.below(&tx, who, id).await?;
        check_waits(&tx, id).await?;
        self.delete_within(&tx, cx, &account).await?;
        self.service.commit_deed(tx, Entry::on(&who, Deed::RejectAccount, &account)).await?;
        self.erase_statuses(cx, id).await
    }

    /// Deletes what is here of a suspended account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account, [`ServiceError::Forbidden`] for one that is not suspended, for
    /// somebody with as many rights, and for those without rights on the whole instance.
    pub async fn purge(&self, cx: &Cx, who: &Authority, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let (who, account) = self.below(&tx, who, id).await?;
        who.check_instance()?;
        if account.suspended_at.is_none() {
            return Err(ServiceError::Forbidden("only suspended accounts can be deleted".to_owned()));
        }
        if account.is_local() {
            self.delete_within(&tx, cx, &account).await?;
        } else {
            self.remove_remote_within(&tx, cx, &account).await?;
        }
        self.service.commit_deed(tx, Entry::on(&who, Deed::DeleteAccount, &account)).await?;
        self.erase_statuses(cx, id).await
    }

    /// An account that `who` may decide about, now, locked; and `who` as they stand now.
    pub(super) async fn below(self, tx: &Tx, who: &Authority, id: AccountId) -> Result<(Authority, Account)> {
        let (who, account) = self.reached(tx, who, id).await?;
        if who.by().is_some() && is_of_the_instance(&account) {
            return Err(not_allowed());
        }
        who.check_above(&tx.users(), &tx.organisations(), &account).await?;
        Ok((who, account))
    }

    /// The same for accounts that `who` reaches, however high they stand.
    async fn reached(self, tx: &Tx, who: &Authority, id: AccountId) -> Result<(Authority, Account)> {
        let account = lock_account(tx, id).await?.filter(|account| account.deleted_at.is_none());
        let account = account.ok_or(ServiceError::NotFound("account"))?;
        let who = who.now(tx).await?;
        who.check_account(&account)?;
        Ok((who, account))
    }

    /// Writes to a person about `matter`.
    async fn write_to(self, tx: &Tx, cx: &Cx, id: AccountId, matter: Matter<'_>) -> Result<()> {
        let (account, user) = (tx.accounts().by_id(id).await?, tx.users().by_account(id).await?);
        if let (Some(account), Some(user)) = (account, user) {
            write(tx, self.service, cx, &account, &user, matter).await?;
        }
        Ok(())
    }
}

/// A measure for the log, and the reports it dealt with.
fn entries(who: &Authority, account: &Account, warning: &AccountWarning, mut resolved: Vec<ReportId>) -> Vec<Entry> {
    resolved.sort_unstable();
    let id = warning.id.to_string();
    let measure = Entry::on(who, Deed::taking(warning.measure), account).with("warning", id.clone());
    let resolution = |report: &ReportId| {
        let subject = Subject::new("report", report);
        Entry::new(who, Deed::ResolveReport, subject).about(account).with("warning", id.clone())
    };
    std::iter::once(measure).chain(resolved.iter().map(resolution)).collect()
}

/// Lets through what is about somebody who waits for approval.
async fn check_waits(tx: &Tx, id: AccountId) -> Result<()> {
    match tx.users().by_account(id).await?.ok_or(ServiceError::NotFound("user"))?.approved_at {
        None => Ok(()),
        Some(_) => Err(ServiceError::Forbidden("this account does not wait for approval".to_owned())),
    }
}
