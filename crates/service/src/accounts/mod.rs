//! Accounts: create, look up, change, suspend, remove; people here and elsewhere, and their keys.

mod create;
mod feature;
mod ingest;
mod instance_account;
mod key_changes;
mod keys;
mod lift;
mod moderate;
#[cfg(test)]
mod moderate_tests;
mod moderation_account;
mod read;
mod register;
mod relations;
mod relocate;
mod remove;
mod set_kind;
mod set_password;
mod set_role;
mod suspend;
#[cfg(test)]
mod tests;
mod unconfirmed;
#[cfg(test)]
mod unconfirmed_tests;
mod update_profile;

pub(crate) use create::check_email;
pub(crate) use create::{local_account, local_endpoints};
pub use key_changes::KeyChange;
pub(crate) use keys::proving_key;
pub use moderate::Action;
pub use register::Registration;
use staffroom_domain::account::UserRole;
use staffroom_domain::ids::OrganisationId;

use crate::Service;

/// Accounts: create, look up, change, suspend.
#[derive(Clone, Copy)]
pub struct Accounts<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Accounts<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// A local account to be made, confirmed and approved at once.
#[derive(Clone, Debug)]
pub struct NewLocalAccount {
    /// Name: ASCII letters, digits, `_`, at most 30.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// At least 8 characters.
    pub password: String,
    /// Rights on the instance.
    pub role: UserRole,
    /// School; `None` takes the instance's first organisation.
    pub organisation: Option<OrganisationId>,
}
