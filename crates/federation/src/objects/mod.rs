//! Accounts and statuses as the federation library's objects: found in storage, else fetched, checked and stored.

pub mod actor;
mod handle;
pub mod note;
pub mod webfinger;

pub use actor::Actor;
pub use note::Note;
