//! Confirming that an e-mail address is one's own.

use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;
use staffroom_domain::mail::LinkPurpose;

use super::Auth;
use crate::accounts::check_email;
use crate::mail::{Matter, confirm_link, looked_at, redeemed, write};
use crate::{Cx, Result, ServiceError};

impl Auth<'_> {
    /// Sends the link once more to somebody who has not confirmed their address, or to another address from now on.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those who have, [`ServiceError::Invalid`] for an address that is none or taken,
    /// [`ServiceError::RateLimited`] after three in an hour.
    pub async fn send_confirmation(&self, cx: &Cx, account: AccountId, email: Option<&str>) -> Result<()> {
        let email = match email {
            Some(email) => Some(self.checked_email(account, email).await?),
            None => None,
        };
        let tx = self.service.storage().begin().await?;
        let person = tx.accounts().by_id(account).await?.ok_or(ServiceError::NotFound("account"))?;
        let mut user = tx.users().by_account(account).await?.ok_or(ServiceError::NotFound("user"))?;
        if user.confirmed_at.is_some() {
            let why = "This method is only available while the e-mail is awaiting confirmation";
            return Err(ServiceError::Forbidden(why.to_owned()));
        }
        if let Some(email) = email.filter(|email| *email != user.email) {
            if tx.users().email_taken(&email).await? {
                return Err(ServiceError::invalid("email", "has already been taken"));
            }
            tx.users().set_email(account, &email).await?;
            // links to the former address count no more
            tx.mail().remove_links(account, LinkPurpose::Confirm).await?;
            tx.mail().remove_links(account, LinkPurpose::Reset).await?;
            user.email = email;
        }
        let link = confirm_link(&tx, self.service, cx, &user).await?;
        let matter = Matter::Confirmation { link: &link };
        if !write(&tx, self.service, cx, &person, &user, matter).await? {
            return Err(ServiceError::RateLimited { retry_after_secs: 3600 });
        }
        tx.commit().await?;
        Ok(())
    }

    /// The address somebody wants from now on, if it is one they may have. To be asked before a transaction begins: the
    /// rules are read on a connection of their own, and who holds one does not wait for another.
    async fn checked_email(self, account: AccountId, email: &str) -> Result<String> {
        let email = check_email(email)?;
        let known = self.service.storage().read().users().by_account(account).await?;
        if known.is_some_and(|user| user.confirmed_at.is_none() && user.email != email) {
            self.service.sign_ups().check_change(&email).await?;
        }
        Ok(email)
    }

    /// Whose address a link confirms; `None` when it does not count (any more).
    ///
    /// # Errors
    /// The database failed.
    pub async fn confirmation(&self, cx: &Cx, token: &str) -> Result<Option<Account>> {
        let Some(owner) = looked_at(self.service, cx, token, LinkPurpose::Confirm).await? else { return Ok(None) };
        let account = self.service.storage().read().accounts().by_id(owner).await?;
        Ok(account.filter(|account| !account.is_gone()))
    }

    /// Confirms the address a link was sent to; whether its owner may sign in now, or still waits for approval.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a link that does not count (any more).
    pub async fn confirm(&self, cx: &Cx, token: &str) -> Result<bool> {
        let tx = self.service.storage().begin().await?;
        let user = redeemed(&tx, cx, token, LinkPurpose::Confirm).await?;
        tx.commit().await?;
        Ok(user.approved_at.is_some())
    }
}
