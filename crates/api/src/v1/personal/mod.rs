//! What is one's own alone: preferences, markers, lists, filters of the old form.

pub(crate) mod filters;
pub(crate) mod list_accounts;
pub(crate) mod lists;
pub(crate) mod markers;
pub(crate) mod preferences;
