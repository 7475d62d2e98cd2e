//! Reputation-risk rules: (policy, subject) → verdict. Pure, deterministic, explainable.
//!
//! No async, no I/O, no clock: what a rule needs to know about the outside comes in with the subject's
//! [`Facts`](subject::Facts), so the same subject always gets the same verdict. Effort is bounded by counted work
//! units, never by time.
//! Start with [`Engine`]; a rule is written in TOML (see [`policy`]) and matched by one file in [`rules`].

mod check;
mod context;
pub mod detect;
mod engine;
pub mod facts;
mod index;
mod lint;
mod needs;
pub mod normalise;
pub mod pack;
mod points;
pub mod policy;
pub mod record;
pub mod rules;
pub mod subject;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use check::{Checked, Match};
pub use engine::{DEFAULT_BUDGET, Engine};
pub use needs::Needs;
pub use points::{CodePoints, Places};
pub use policy::{BUILT_IN, Culprit, Faults, PackRef, PackSource, Policy, PolicyError, Scope};
pub use record::{Record, ReplayError};
pub use subject::{Direction, Facts, Part, Subject};
pub use verdict::{Action, Finding, Spelling, Standing, Verdict};
