//! What moderators and administrators do from an app: accounts, reports, rules about domains.

pub(crate) mod accounts;
pub(crate) mod domain_allows;
pub(crate) mod domain_blocks;
pub(crate) mod reports;

/// Entries of a list unless asked otherwise, and at most.
const LISTED: (u64, u64) = (100, 200);
