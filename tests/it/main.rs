//! Integration tests: one binary, so that everything is linked once.

mod architecture;
mod federation;
mod peers;
mod web;
