//! Integration tests: one binary, so that everything is linked once.

mod api;
mod architecture;
mod federation;
mod kill;
mod peers;
mod storage;
mod web;
