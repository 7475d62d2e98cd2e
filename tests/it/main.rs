//! Integration tests.

mod peers;
mod web;
