//! What the tests are made of: servers as real processes, the independent programs they talk to, an API client, and
//! waiting for a condition. Usable from any crate's dev-dependencies.

#![expect(clippy::indexing_slicing, reason = "JSON is only looked into; a field that is not there is null")]

pub mod api;
pub mod bench;
pub mod browser;
pub mod clients;
pub mod database;
pub mod device;
pub mod network;
pub mod peer;
pub mod process;
pub mod puppet;
pub mod schema;
mod tls;
pub mod translator;
pub mod wait;
