//! Whom the instance turns away, as administrators see it.

use serde::Serialize;
use staffroom_domain::Timestamp;
use staffroom_domain::figures::start_of;
use staffroom_service::sign_ups::{CanonicalEmailBlock, DayOfTries, IpBlock, WithTries};

#[derive(Debug, Serialize)]
struct History {
    day: String,
    accounts: String,
    uses: String,
}

impl From<&DayOfTries> for History {
    fn from(tries: &DayOfTries) -> Self {
        Self {
            day: start_of(tries.day).as_secs().to_string(),
            accounts: tries.clients.to_string(),
            uses: tries.tries.to_string(),
        }
    }
}

/// An e-mail domain nobody makes an account with.
#[derive(Debug, Serialize)]
pub(crate) struct AdminEmailDomainBlock {
    id: String,
    domain: String,
    created_at: String,
    allow_with_approval: bool,
    /// Who was turned away, today first.
    history: Vec<History>,
}

impl From<&WithTries> for AdminEmailDomainBlock {
    fn from(one: &WithTries) -> Self {
        Self {
            id: one.block.id.to_string(),
            domain: one.block.domain.clone(),
            created_at: one.block.since.to_rfc3339(),
            allow_with_approval: one.block.allow_with_approval,
            history: one.tries.iter().map(History::from).collect(),
        }
    }
}

/// A block of internet addresses with what it may not do.
#[derive(Debug, Serialize)]
pub(crate) struct AdminIpBlock {
    id: String,
    ip: String,
    severity: &'static str,
    comment: String,
    created_at: String,
    expires_at: Option<String>,
}

impl From<&IpBlock> for AdminIpBlock {
    fn from(block: &IpBlock) -> Self {
        Self {
            id: block.id.to_string(),
            ip: block.network.to_string(),
            severity: block.severity.as_str(),
            comment: block.comment.clone(),
            created_at: block.since.to_rfc3339(),
            expires_at: block.expires_at.map(Timestamp::to_rfc3339),
        }
    }
}

/// An e-mail address nobody makes an account with.
#[derive(Debug, Serialize)]
pub(crate) struct AdminCanonicalEmailBlock {
    id: String,
    canonical_email_hash: String,
}

impl From<&CanonicalEmailBlock> for AdminCanonicalEmailBlock {
    fn from(block: &CanonicalEmailBlock) -> Self {
        Self { id: block.id.to_string(), canonical_email_hash: block.hash.clone() }
    }
}
