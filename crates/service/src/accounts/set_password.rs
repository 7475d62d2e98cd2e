//! A new password.

use staffroom_domain::ids::AccountId;
use staffroom_domain::mail::LinkPurpose;
use staffroom_storage::Tx;

use super::Accounts;
use crate::mail::{Matter, write};
use crate::{Cx, Result, ServiceError, passwords};

impl Accounts<'_> {
    /// Sets a new password and ends all sessions and tokens: whoever had the old one is out.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a password too short or long, [`ServiceError::NotFound`] for accounts nobody
    /// signs in to.
    pub async fn set_password(&self, cx: &Cx, id: AccountId, password: &str) -> Result<()> {
        let hash = passwords::hash(cx, password).await?;
        let tx = self.service.storage().begin().await?;
        self.change_password(&tx, cx, id, &hash).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stores the hash of a new password, ends all sessions, tokens and links to choose another, and tells the person.
    pub(crate) async fn change_password(&self, tx: &Tx, cx: &Cx, id: AccountId, hash: &str) -> Result<()> {
        if !tx.users().set_password(id, hash).await? {
            return Err(ServiceError::NotFound("user"));
        }
        sign_out_everywhere(tx, cx, id).await?;
        tx.mail().remove_links(id, LinkPurpose::Reset).await?;
        let account = tx.accounts().by_id(id).await?.ok_or(ServiceError::NotFound("account"))?;
        let user = tx.users().by_account(id).await?.ok_or(ServiceError::NotFound("user"))?;
        write(tx, self.service, cx, &account, &user, Matter::PasswordChanged).await?;
        Ok(())
    }
}

/// Ends all sessions, tokens and codes of an account.
pub(super) async fn sign_out_everywhere(tx: &Tx, cx: &Cx, id: AccountId) -> Result<()> {
    tx.sessions().remove_all_of(id).await?;
    tx.apps().remove_codes_of(id).await?;
    tx.apps().revoke_all_of(id, cx.now()).await?;
    Ok(())
}
