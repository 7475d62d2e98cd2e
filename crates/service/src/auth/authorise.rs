//! Whether somebody may do something in an organisation: the one place that decides.

use staffroom_domain::account::{Account, User, UserRole};
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::organisation::Role;

use super::Auth;
use super::sign_in::check_usable;
use crate::{Result, ServiceError};

impl Auth<'_> {
    /// Lets a person go on if they are at least `needed` in `organisation`, or admin of the instance.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for everybody else, and for accounts that are gone, switched off or not yet approved.
    pub async fn authorise(
        &self,
        actor: &Account,
        user: &User,
        organisation: OrganisationId,
        needed: Role,
    ) -> Result<()> {
        check_usable(actor, user)?;
        if user.role == UserRole::Admin {
            return Ok(());
        }
        let role = self.service.storage().read().organisations().role(actor.id, organisation).await?;
        if role.is_some_and(|role| role >= needed) {
            return Ok(());
        }
        Err(ServiceError::Forbidden(format!("this needs the role {} in the organisation", needed.as_str())))
    }
}
