//! Suspending an account.

use staffroom_domain::ids::AccountId;

use super::Accounts;
use super::set_password::sign_out_everywhere;
use crate::{Cx, Result, ServiceError};

impl Accounts<'_> {
    /// Suspends an account: hidden, signed out, silent. Repeating changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account; [`ServiceError::Forbidden`] for the instance's own.
    pub async fn suspend(&self, cx: &Cx, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let account = tx.accounts().by_id(id).await?.ok_or(ServiceError::NotFound("account"))?;
        if account.uri == self.service.settings().identity.instance_account_uri() {
            return Err(ServiceError::Forbidden("the instance's own account cannot be suspended".to_owned()));
        }
        if account.suspended_at.is_none() {
            tx.accounts().set_suspended(id, Some(cx.now())).await?;
        }
        sign_out_everywhere(&tx, cx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}
