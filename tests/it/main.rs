//! Integration tests: one binary, so that everything is linked once.

mod architecture;
mod peers;
mod web;
