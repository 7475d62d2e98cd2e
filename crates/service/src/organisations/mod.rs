//! Organisations of this instance (schools, trusts, clusters) and who has which role in them.
//!
//! Who belongs to a school is up to the instance (`move_to`): it hands the account over to that school's moderators.
//! Roles are up to each organisation's admins, and give rights there alone.

mod change;
mod members;
mod read;
#[cfg(test)]
mod tests;

use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::organisation::Role;
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

/// Refuses what would leave an organisation that has an admin without one.
async fn check_not_last_admin(tx: &Tx, account: AccountId, organisation: OrganisationId) -> Result<()> {
    let is_admin = tx.organisations().role(account, organisation).await? == Some(Role::Admin);
    if is_admin && !tx.organisations().has_another_admin(organisation, account).await? {
        let why = "this is the last admin of the organisation; name another one first";
        return Err(ServiceError::Forbidden(why.to_owned()));
    }
    Ok(())
}
