//! A person's rights on the instance.

use staffroom_domain::account::UserRole;
use staffroom_domain::ids::AccountId;

use super::Accounts;
use super::create::role_of;
use crate::{Cx, Result, ServiceError};

impl Accounts<'_> {
    /// Gives a person other rights on the instance and in their school; they hold from their next request on.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts nobody signs in to.
    pub async fn set_role(&self, cx: &Cx, id: AccountId, role: UserRole) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.users().set_role(id, role).await? {
            return Err(ServiceError::NotFound("user"));
        }
        if let Some(organisation) = tx.accounts().by_id(id).await?.and_then(|account| account.organisation) {
            tx.organisations().set_role(id, organisation, role_of(role), cx.now()).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
