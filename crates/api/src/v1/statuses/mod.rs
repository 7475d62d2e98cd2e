//! Statuses: publish, read, edit, delete, and what people do with them.

pub(crate) mod draft;
pub(crate) mod edit;
pub(crate) mod marks;
pub(crate) mod people;
pub(crate) mod publish;
pub(crate) mod quotes;
pub(crate) mod scheduled;
pub(crate) mod show;
pub(crate) mod translate;
