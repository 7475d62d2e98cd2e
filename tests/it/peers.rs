//! Staffroom with programs that are not ours: another ActivityPub server, stock clients, a reverse proxy.
//!
//! `cargo xtask test` installs them and sets `STAFFROOM_TEST_PEERS`; without it these tests do nothing.

mod clients;
mod fedify;
mod proxy;
