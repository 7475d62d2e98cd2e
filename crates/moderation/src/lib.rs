//! Reputation-risk rules: (policy, subject) → verdict. Pure, deterministic, explainable.
//!
//! No async, no I/O, no clock: what a rule needs to know about the outside comes in with the subject's
//! [`Facts`](subject::Facts), so the same subject always gets the same verdict. Effort is bounded by counted work
//! units, never by time.
//! Start with [`Engine`]; a rule is written in TOML (see [`policy`]) and matched by one file in [`rules`].

mod engine;
pub mod normalise;
pub mod policy;
pub mod rules;
pub mod subject;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use engine::{DEFAULT_BUDGET, Engine};
pub use policy::{BUILT_IN, Policy, PolicyError};
pub use subject::{Direction, Facts, Part, Subject};
pub use verdict::{Action, Finding, Verdict};
