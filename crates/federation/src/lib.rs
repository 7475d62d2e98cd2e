//! How Staffroom speaks ActivityPub: what arrives is checked here, what leaves is built, signed and sent here.
//!
//! It knows neither SQL nor Mastodon's JSON; state lives behind `staffroom-service`. Start with [`gate`] for what
//! comes in, [`activities`] for what it means, [`render`] for what goes out and [`http`] for how.

pub mod activities;
mod catch_up;
mod collections;
pub mod deliver;
pub mod dialects;
mod discovery;
mod error;
mod federation;
mod fetch;
pub mod gate;
pub mod http;
pub mod inbox;
pub mod json_limits;
mod key_source;
pub mod keys;
mod lookup;
pub mod objects;
pub mod order_key;
pub mod proof;
mod push;
pub mod render;
mod routes;
mod serve;
pub mod signature;
pub mod state;
mod supported;
mod synchronisation;
mod tasks;
#[cfg(test)]
mod testing;
mod threads;
mod translation;
pub mod vocab;
mod webhook;

pub use error::FederationError;
pub use federation::{Federation, FederationSettings};
pub use key_source::{KnownKeys, RequestKeys};
pub use render::ActivityRenderer;
pub use serve::negotiate::wants_activity;
pub use supported::{SUPPORTED, Supported};
pub use translation::TranslatorSettings;
