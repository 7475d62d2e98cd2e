//! `cargo xtask bless`: lets the tests rewrite what they compare with.

use crate::run::{cargo, say, succeeds};
use anyhow::Result;

/// Runs the suite once with `UPDATE=1`, which rewrites generated documents and accepts snapshots; the change is then
/// read in the diff before it is committed.
pub(crate) fn run() -> Result<bool> {
    let mut tests = cargo(&["test", "--workspace", "--quiet"]);
    tests.env("UPDATE", "1").env("INSTA_UPDATE", "always").env("INSTA_FORCE_PASS", "1");
    let passed = succeeds(&mut tests)?;
    say("please read the changes with: git diff");
    Ok(passed)
}
