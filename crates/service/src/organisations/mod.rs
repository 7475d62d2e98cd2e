//! Organisations of this instance (schools, trusts, clusters) and who has which role in them.
//!
//! Who belongs to a school is up to the instance (`move_to`): it hands the account over to that school's moderators.
//! Roles are up to each organisation's admins, and give rights there alone.

mod change;
mod members;
mod read;
#[cfg(test)]
mod tests;

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::organisation::{Reach, Role};
use staffroom_storage::Tx;

use crate::{Result, Service, ServiceError};

/// Organisations and roles in them.
#[derive(Clone, Copy)]
pub struct Organisations<'a> {
    service: &'a Service,
}

impl<'a> Organisations<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// Nobody else changes who belongs to `organisation` until this transaction ends.
async fn lock(tx: &Tx, organisation: OrganisationId) -> Result<()> {
    if tx.organisations().lock(organisation).await? { Ok(()) } else { Err(ServiceError::NotFound("organisation")) }
}

/// An account as it is; until this transaction ends nobody else takes a measure against it, gives it a role, or changes who
/// belongs to the organisations it is admin of.
///
/// # Errors
/// [`ServiceError::Conflict`] where it was made admin of another one in this moment.
pub(crate) async fn lock_account(tx: &Tx, id: AccountId) -> Result<Option<Account>> {
    // Organisations before accounts, as everywhere: nobody waits in a circle.
    let locked = tx.organisations().lock_administered(id).await?;
    let account = tx.accounts().lock(id).await?;
    let roles = tx.organisations().roles(id).await?;
    if roles.iter().any(|(at, role)| *role == Role::Admin && !locked.contains(at)) {
        return Err(ServiceError::Conflict("the account was just changed by somebody else".to_owned()));
    }
    Ok(account)
}

/// Refuses what would leave an organisation within `reach` without anybody who can act as its admin. The account is locked.
/// Others do not count: what somebody is elsewhere shields nobody, and is not told.
///
/// # Errors
/// [`ServiceError::Forbidden`] with the reason.
pub(crate) async fn check_no_organisation_rests_on(tx: &Tx, reach: &Reach, account: AccountId) -> Result<()> {
    let resting = tx.organisations().resting_on(account).await?;
    if resting.into_iter().any(|id| reach.includes(id)) { Err(last_admin()) } else { Ok(()) }
}

fn last_admin() -> ServiceError {
    let why = "this is the last admin of the organisation; name another one first";
    ServiceError::Forbidden(why.to_owned())
}

/// Refuses what would leave an organisation that has an admin without one.
async fn check_not_last_admin(tx: &Tx, account: AccountId, organisation: OrganisationId) -> Result<()> {
    let is_admin = tx.organisations().role(account, organisation).await? == Some(Role::Admin);
    if is_admin && !tx.organisations().has_another_admin(organisation, account).await? {
        return Err(last_admin());
    }
    Ok(())
}
