//! Moderation beyond Mastodon's admin API: `/api/staffroom/v1/moderation/…`.
//!
//! Staff of a school act in theirs: where they belong to one alone, it need not be named.

pub(crate) mod approvals;
pub(crate) mod domain_blocks;
pub(crate) mod dry_runs;
pub(crate) mod packs;
pub(crate) mod panic;
pub(crate) mod report;
pub(crate) mod rules;

use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::organisation::Reach;

use crate::call::{Call, id};
use crate::error::{ApiError, ApiResult};

/// Entries of a list unless asked otherwise, and at most.
const LISTED: (u64, u64) = (40, 200);

/// Where something is to be done: `organisation_id`; without, the caller's only school, or the instance.
fn organisation(call: &Call) -> ApiResult<Option<OrganisationId>> {
    if let Some(text) = call.params.filled("organisation_id") {
        return id(text).map(Some).ok_or_else(|| ApiError::invalid("organisation_id", "is no id"));
    }
    match call.authority()?.reach() {
        Reach::Within(schools) => match schools.as_slice() {
            [only] => Ok(Some(*only)),
            _ => Err(ApiError::invalid("organisation_id", "can't be blank: you act in several organisations")),
        },
        Reach::Everywhere => Ok(None),
    }
}

/// A time in RFC 3339, such as `2027-01-01T00:00:00Z`.
fn time(name: &str, text: &str) -> ApiResult<Timestamp> {
    Timestamp::parse(text).ok_or_else(|| ApiError::invalid(name, "is no time such as 2027-01-01T00:00:00Z"))
}

fn shown(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::to_rfc3339)
}

fn account(id: Option<AccountId>) -> Option<String> {
    id.map(|id| id.to_string())
}

fn school(id: Option<OrganisationId>) -> Option<String> {
    id.map(|id| id.to_string())
}
