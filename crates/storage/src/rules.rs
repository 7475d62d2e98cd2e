//! Moderation rules: their versions and states, the packs they came in, what was counted of them, what was tried with
//! them. An organisation of 0 is the instance itself.

mod approvals;
mod cycle;
mod dry_runs;
mod figures;
mod kept;
mod packs;
mod panics;

use sea_orm::Value;
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::organisation::Reach;

use crate::db::in_list;
use crate::error::Result;
pub use cycle::NewRule;
pub use dry_runs::Past;
pub use figures::{Counted, Outcome};
pub use kept::KeptText;

crate::db::noun!();

/// The column an owner is kept in.
fn owner(organisation: Option<OrganisationId>) -> i64 {
    organisation.map_or(0, |id| id.0)
}

/// From that column.
fn organisation(owner: i64) -> Option<OrganisationId> {
    (owner != 0).then_some(OrganisationId(owner))
}

fn version(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

/// ` AND …`: what belongs to the organisations a right reaches, and to the instance.
pub(crate) fn seen_within(reach: &Reach, column: &str, values: &mut Vec<Value>) -> String {
    match reach {
        Reach::Everywhere => String::new(),
        Reach::Within(ids) => {
            let owners = std::iter::once(0).chain(ids.iter().map(|id| id.0));
            format!(" AND {column} IN ({})", in_list(values, owners))
        }
    }
}

impl Reads<'_> {
    /// How often the rules were changed. Grows with everything that changes what runs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revision(&self) -> Result<i64> {
        let sql = "SELECT revision AS n FROM rule_revisions WHERE id = 1";
        Ok(self.db.number(sql, vec![]).await?.unwrap_or_default())
    }
}

impl Writes<'_> {
    /// Counts a change of the rules. Others that change them wait until this transaction ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_revision(&self) -> Result<i64> {
        let sql = "UPDATE rule_revisions SET revision = revision + 1 WHERE id = 1 RETURNING revision AS n";
        Ok(self.db.number(sql, vec![]).await?.unwrap_or_default())
    }
}
