//! Moderation rules in the database: where they come from, how they come into force, what they were seen to do.
//!
//! A rule is a draft, is tried on what was published before (`trial`) and in the shadow of those in force, is enforced
//! (`promote`) and taken back (`withdraw`), where it matters much when somebody else agrees (`approvals`). What runs
//! is compiled off the request path and replaced whole (`running`, `reload`); what does not compile is left out alone
//! (`sound`), and nobody takes away what others need (`fits`). Rules belong to the instance or to one school; everything
//! is asked of an [`Authority`].

mod approvals;
mod draft;
mod figures;
mod fits;
mod import;
mod lint;
mod logged;
mod milder;
mod panics;
mod promote;
mod read;
mod reload;
mod running;
mod samples;
mod shipped;
mod sound;
#[cfg(test)]
mod source_tests;
mod sources;
#[cfg(test)]
mod tests;
mod trial;
mod withdraw;

use staffroom_domain::ids::OrganisationId;

pub use approvals::Answer;
pub use draft::{NewRule, RuleChange};
pub use import::{NewPack, Preview};
pub use lint::Lint;
pub use panics::{LONGEST_PANIC, NewPanic};
pub use promote::Promoted;
pub use read::EngineState;
pub use sound::LeftOut;
pub use staffroom_moderation::pack::Change;
pub use staffroom_storage::rules::Outcome;

pub(crate) use approvals::Request;
pub(crate) use running::{Current, PANIC, Running};

use super::Moderation;
use crate::auth::Authority;
use crate::{Result, Service, ServiceError};

/// Moderation rules in the database.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    service: &'a Service,
}

impl<'a> Moderation<'a> {
    /// Rules: where they come from and how they come into force.
    pub fn rules(&self) -> Rules<'a> {
        Rules { service: self.service }
    }
}

/// Lets `who` change what belongs to `owned`.
///
/// # Errors
/// [`ServiceError::Forbidden`] for what is the instance's, [`ServiceError::NotFound`] for another school's.
fn check_owner(who: &Authority, owned: Option<OrganisationId>) -> Result<()> {
    owned.map_or_else(|| who.check_instance(), |id| who.check_organisation(id))
}

/// Lets `who` see what belongs to `owned`: what is the instance's holds for everybody.
fn check_sees(who: &Authority, owned: Option<OrganisationId>) -> Result<()> {
    owned.map_or(Ok(()), |id| who.check_organisation(id))
}

/// Lets `who` see what only those may who decide about it.
fn check_decides(who: &Authority, owned: Option<OrganisationId>, what: &'static str) -> Result<()> {
    check_owner(who, owned).map_err(|_| ServiceError::NotFound(what))
}

/// So many days, of at most `most`.
///
/// # Errors
/// [`ServiceError::Invalid`] names the range.
fn whole_days(days: i64, most: i64) -> Result<u64> {
    let fits = u64::try_from(days).ok().filter(|_| (1..=most).contains(&days));
    fits.ok_or_else(|| ServiceError::invalid("days", format!("is {days}, and must be a whole number from 1 to {most}")))
}
