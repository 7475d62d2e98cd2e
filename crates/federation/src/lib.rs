//! How Staffroom speaks ActivityPub: what arrives is checked here, what leaves is built, signed and sent here.
//!
//! It knows neither SQL nor Mastodon's JSON; state lives behind `staffroom-service`. Start with [`gate`] for what
//! comes in and [`http`] for what goes out.

pub mod activities;
pub mod gate;
pub mod http;
pub mod json_limits;
pub mod keys;
pub mod order_key;
pub mod signature;
