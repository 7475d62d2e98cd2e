//! The server: configuration, wiring, command line.
//!
//! `main.rs` only calls [`cli::run`]. [`app::App`] is the whole server in one value, so that tests and the demo start
//! exactly what `staffroom serve` starts.

pub mod app;
pub mod cli;
pub mod config;
mod connections;
mod converter;

mod about;
mod client_address;
mod commands;
mod data_dir;
mod demo;
mod health;
mod identity;
mod listener;
mod mailer;
mod metrics_endpoint;
mod secret_key;
mod telemetry;
mod workers;

pub use staffroom_api as api;
pub use staffroom_domain as domain;
pub use staffroom_federation as federation;
pub use staffroom_moderation as moderation;
pub use staffroom_service as service;
pub use staffroom_storage as storage;
pub use staffroom_web as web;
