//! Staffroom with programs that are not ours: another ActivityPub server, stock clients, a reverse proxy.
//!
//! A test target of its own that `cargo test` leaves out: `cargo xtask test` installs the programs, names their folder
//! in `STAFFROOM_TEST_PEERS` and runs it. Without that folder these tests fail.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that finds something else than it expects has failed"
)]

mod clients;
mod fedify;
mod proxy;
mod schemathesis;
