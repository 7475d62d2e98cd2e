//! What arrives: working off the activities the inbox route kept.

pub(crate) mod flood;
mod queue;
mod worker;

#[cfg(test)]
mod tests;

pub use worker::{Settings, Workers};
