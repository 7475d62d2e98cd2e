//! Taking a measure against an account back.

use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, User, UserRole};
use staffroom_domain::ids::AccountId;
use staffroom_domain::moderation::Measure;
use staffroom_storage::Tx;

use super::Accounts;
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

impl Accounts<'_> {
    /// Ends a measure: the person signs in again, media are shown as their author meant, everybody hears and sees the
    /// account. Ending what is not there changes nothing.
    ///
    /// What was decided above an organisation is not for its own moderators to end.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account, one out of reach, and for sign-in where nobody does;
    /// [`ServiceError::Forbidden`] as said; [`ServiceError::Invalid`] for a mere word, which has no end.
    pub async fn lift(&self, cx: &Cx, who: &Authority, id: AccountId, measure: Measure) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let account = self.reached(&tx, who, id).await?;
        let user = tx.users().by_account(id).await?;
        if let Some(since) = since(&account, user.as_ref(), measure) {
            self.check_own(&tx, who, &account, measure, since).await?;
        }
        match measure {
            Measure::None => return Err(ServiceError::invalid("type", "is nothing that could be ended")),
            Measure::Disable => {
                user.ok_or(ServiceError::NotFound("user"))?;
                tx.users().set_disabled(id, None).await?;
            }
            Measure::Sensitive => tx.accounts().set_sensitized(id, None).await?,
            Measure::Silence => tx.accounts().set_silenced(id, None).await?,
            Measure::Suspend => self.unsuspend_within(&tx, cx, account).await?,
        }
        self.service.commit(tx).await
    }

    /// Lets those with rights on the whole instance go on, and others where the account came under the measure by one
    /// like them, and nobody above has taken it again since.
    async fn check_own(
        self,
        tx: &Tx,
        who: &Authority,
        account: &Account,
        measure: Measure,
        since: Timestamp,
    ) -> Result<()> {
        if who.check_instance().is_ok() {
            return Ok(());
        }
        let taken = tx.warnings().since(account.id, measure, since).await?;
        let by: Vec<AccountId> = taken.iter().map(|(by, _)| *by).collect();
        let users = tx.users().by_accounts(&by).await?;
        let is_of_school =
            |id: &AccountId| users.iter().any(|user| user.account_id == *id && user.role == UserRole::Member);
        if taken.first().is_some_and(|(_, at)| *at == since) && by.iter().all(is_of_school) {
            return Ok(());
        }
        Err(ServiceError::Forbidden("this was decided by those who look after the whole instance".to_owned()))
    }
}

/// Since when an account is under a measure.
pub(super) fn since(account: &Account, user: Option<&User>, measure: Measure) -> Option<Timestamp> {
    match measure {
        Measure::None => None,
        Measure::Disable => user.and_then(|user| user.disabled_at),
        Measure::Sensitive => account.sensitized_at,
        Measure::Silence => account.silenced_at,
        Measure::Suspend => account.suspended_at,
    }
}
