//! A new password.

use staffroom_domain::ids::AccountId;
use staffroom_storage::Tx;

use super::Accounts;
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
        if !tx.users().set_password(id, &hash).await? {
            return Err(ServiceError::NotFound("user"));
        }
        sign_out_everywhere(&tx, cx, id).await?;
        tx.commit().await?;
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
