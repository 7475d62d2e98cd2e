//! Taking a measure against an account back.

use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::AccountId;
use staffroom_domain::moderation::Measure;
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::organisation::Reach;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_storage::Tx;

use super::Accounts;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError, webhooks};

impl Accounts<'_> {
    /// Ends a measure: the person signs in again, media are shown as their author meant, everybody hears and sees the
    /// account. Ending what is not there changes nothing.
    ///
    /// Who may end it, is who may take it. What was decided above an organisation is not for its own moderators to end.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account, one out of reach, and for sign-in where nobody does;
    /// [`ServiceError::Forbidden`] as said, as in [`Accounts::act`]; [`ServiceError::Invalid`] for a mere word, which has no
    /// end.
    pub async fn lift(&self, cx: &Cx, who: &Authority, id: AccountId, measure: Measure) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let (who, account) = self.below(&tx, who, id).await?;
        let user = tx.users().by_account(id).await?;
        let no_end = ServiceError::invalid("type", "is nothing that could be ended");
        let done = Entry::on(&who, Deed::ending(measure).ok_or(no_end)?, &account);
        if let Some(since) = since(&account, user.as_ref(), measure) {
            check_own(&tx, &who, id, measure, since).await?;
        }
        match measure {
            Measure::Disable if user.is_none() => return Err(ServiceError::NotFound("user")),
            _ => self.end(&tx, cx, account, measure).await?,
        }
        self.service.commit_deed(tx, done).await
    }

    /// Ends a measure within a transaction, if it is still the one that was taken at `taken`, because an appeal against it
    /// was granted; whether it was. The account is locked.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn take_back(
        self,
        tx: &Tx,
        cx: &Cx,
        id: AccountId,
        measure: Measure,
        taken: Timestamp,
    ) -> Result<bool> {
        let Some(account) = tx.accounts().by_id(id).await? else { return Ok(false) };
        let user = tx.users().by_account(id).await?;
        if since(&account, user.as_ref(), measure) != Some(taken) {
            return Ok(false);
        }
        self.end(tx, cx, account, measure).await?;
        Ok(true)
    }

    async fn end(self, tx: &Tx, cx: &Cx, account: Account, measure: Measure) -> Result<()> {
        let id = account.id;
        if account.is_local() && measure != Measure::None {
            webhooks::queue(tx, cx, WebhookEvent::AccountUpdated, &[id.0]).await?;
        }
        match measure {
            Measure::None => {}
            Measure::Disable => {
                tx.users().set_disabled(id, None).await?;
            }
            Measure::Sensitive => tx.accounts().set_sensitized(id, None).await?,
            Measure::Silence => {
                tx.accounts().set_silenced(id, None).await?;
                self.service.search().queue(cx, tx, Some(&account)).await?;
            }
            Measure::Suspend => self.unsuspend_within(tx, cx, account).await?,
        }
        Ok(())
    }
}

/// Lets those with rights on the whole instance go on, and others where the account came under the measure by their own
/// school, and nobody above has taken it again since.
async fn check_own(tx: &Tx, who: &Authority, id: AccountId, measure: Measure, since: Timestamp) -> Result<()> {
    if *who.reach() == Reach::Everywhere {
        return Ok(());
    }
    let taken = tx.warnings().since(id, measure, since).await?;
    let is_schools = taken.iter().all(|(_, of_instance)| !of_instance);
    if is_schools && taken.first().is_some_and(|(at, _)| *at == since) {
        return Ok(());
    }
    Err(ServiceError::Forbidden("this was decided by those who look after the whole instance".to_owned()))
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
