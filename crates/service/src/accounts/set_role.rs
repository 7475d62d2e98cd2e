//! A person's rights on the instance.

use staffroom_domain::account::UserRole;
use staffroom_domain::ids::AccountId;

use super::Accounts;
use crate::{Result, ServiceError};

impl Accounts<'_> {
    /// Gives a person other rights on the instance; they hold from their next request on. Their role in their school is
    /// another matter, and stays.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts nobody signs in to.
    pub async fn set_role(&self, id: AccountId, role: UserRole) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.users().set_role(id, role).await? {
            return Err(ServiceError::NotFound("user"));
        }
        tx.commit().await?;
        Ok(())
    }
}
