//! What moderators and administrators do from an app: accounts, reports, rules about domains and about who may come,
//! figures, trends.

pub(crate) mod accounts;
pub(crate) mod canonical_email_blocks;
pub(crate) mod domain_allows;
pub(crate) mod domain_blocks;
pub(crate) mod email_domain_blocks;
pub(crate) mod figures;
pub(crate) mod ip_blocks;
pub(crate) mod reports;
pub(crate) mod trends;

/// Entries of a list unless asked otherwise, and at most.
const LISTED: (u64, u64) = (100, 200);
