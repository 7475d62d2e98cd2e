//! Whether somebody may do something in an organisation: the one place that decides.

use staffroom_domain::account::UserRole;
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::organisation::Role;

use super::Auth;
use crate::{Result, ServiceError};

impl Auth<'_> {
    /// Lets `actor` go on if they are at least `needed` in `organisation`, or admin of the instance.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for everybody else, and for accounts that are gone or switched off.
    pub async fn authorise(&self, actor: AccountId, organisation: OrganisationId, needed: Role) -> Result<()> {
        let read = self.service.storage().read();
        let user = read.users().by_account(actor).await?.filter(|user| user.disabled_at.is_none());
        let account = read.accounts().by_id(actor).await?.filter(|account| !account.is_gone());
        let role = read.organisations().role(actor, organisation).await?;
        let allowed = match (&user, &account) {
            (Some(user), Some(_)) => user.role == UserRole::Admin || role.is_some_and(|role| role >= needed),
            _ => false,
        };
        if allowed {
            return Ok(());
        }
        Err(ServiceError::Forbidden(format!("this needs the role {} in the organisation", needed.as_str())))
    }
}
