//! Reputation-risk rules: `Subject` in, `Verdict` out. Pure: no I/O, no clock, no async.

/// The rules, ready to be applied.
#[derive(Clone, Debug, Default)]
pub struct Engine;
