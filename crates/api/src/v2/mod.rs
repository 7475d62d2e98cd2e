//! Version 2 of the client API, where it differs from version 1.

pub(crate) mod filter_parts;
pub(crate) mod filters;
pub(crate) mod instance;
pub(crate) mod notifications;
pub(crate) mod search;
