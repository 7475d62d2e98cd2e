//! Integration tests: one binary, so that everything is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that finds something else than it expects has failed"
)]

mod api;
mod architecture;
mod federation;
mod fuzz;
mod kill;
mod mail;
mod moderation;
mod operations;
mod pages;
mod sign_ups;
mod soak;
mod storage;
mod tls;
mod turned_away;
mod web;
