//! Where things are kept: the only crate (with `staffroom-migrations`) that knows SQL exists.
//!
//! [`Storage`] is a cheap handle. Reads go through [`Storage::read`] and never see uncommitted work; changes go
//! through [`Storage::begin`], which gives a [`Tx`] that ends in [`Tx::commit`] or is rolled back when dropped.
//! Each noun has a file with `Reads` and `Writes`: `Writes` can do all that `Reads` can, and only a [`Tx`] gives it,
//! so the compiler keeps changes off the reading connections.
//!
//! Never call [`Storage::begin`] while holding a [`Tx`] in the same task: SQLite has one writer.

pub mod account_domain_blocks;
pub mod account_notes;
pub mod accounts;
pub mod announcements;
pub mod appeals;
pub mod apps;
pub mod cards;
pub mod cases;
pub mod conversations;
pub mod custom_emojis;
pub mod deliveries;
pub mod dialects;
pub mod discovery;
pub mod domains;
pub mod email_blocks;
pub mod endorsements;
pub mod exchange;
pub mod favourites;
pub mod featured_tags;
pub mod features;
pub mod figures;
pub mod filters;
pub mod follows;
pub mod hashtags;
pub mod holds;
pub mod inbox;
pub mod instance;
pub mod interactions;
pub mod ip_blocks;
pub mod jobs;
pub mod keys;
pub mod lists;
pub mod mail;
pub mod markers;
pub mod media;
pub mod moderation;
pub mod moderation_log;
pub mod mutes;
pub mod notifications;
pub mod organisations;
pub mod outbox;
pub mod polls;
pub mod push;
pub mod quarantine;
pub mod quotes;
pub mod reactions;
pub mod remote_media;
pub mod reports;
pub mod rota;
pub mod rules;
pub mod safety;
pub mod search;
pub mod sessions;
pub mod severances;
pub mod status_search;
pub mod statuses;
pub mod timelines;
pub mod trends;
pub mod upkeep;
pub mod users;
pub mod warnings;
pub mod webhooks;

mod connect;
mod db;
mod dialect;
mod error;
mod group_commit;
mod nodes;
mod page;
mod tx;
mod vault;

pub use connect::Settings;
pub use error::{Result, StorageError};
pub use nodes::NewsExchange;
pub use tx::{Reader, Storage, Tx};
pub use vault::Vault;
