//! Integration tests: one binary, so that everything is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that finds something else than it expects has failed"
)]

mod api;
mod architecture;
mod cases;
mod federation;
mod fuzz;
mod kill;
mod mail;
mod moderation;
mod moderation_cli;
mod moderation_facts;
mod moderation_leak;
mod moderation_log;
mod moderation_points;
mod moderation_report;
mod moderation_rules;
mod operations;
mod pages;
mod quarantine;
mod sign_ups;
mod soak;
mod storage;
mod tls;
mod turned_away;
mod web;
mod webhooks;
