//! Accounts: one's own, others, and how one stands to them.

pub(crate) mod credentials;
pub(crate) mod domain_blocks;
pub(crate) mod endorsements;
pub(crate) mod lists;
pub(crate) mod profile;
pub(crate) mod register;
pub(crate) mod relations;
pub(crate) mod relocation;
pub(crate) mod show;
