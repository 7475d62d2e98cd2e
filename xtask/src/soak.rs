//! `cargo xtask soak`: the loads of the suite in full, one after the other, on the release build.

use crate::run::{cargo, must, say, succeeds, target_dir};
use anyhow::Result;

/// The tests that have a whole form.
const LOADS: [(&str, &str); 4] = [
    ("sec_48_", "100,000 accounts, each on a new host of one domain"),
    ("rel_24_", "5,000 dead hosts among the followers' hosts"),
    ("rel_26_", "a backlog of up to 550,000 activities"),
    ("rel_39_", "an ordinary load for a long time"),
];

/// Runs the load whose name begins with `only`, or all, each for about `minutes`; tells whether all were borne.
///
/// Everything happens on loopback and in network namespaces.
///
/// # Errors
/// When cargo does not start or something does not build.
pub(crate) fn run(only: Option<&str>, minutes: u64) -> Result<bool> {
    must(&mut cargo(&["build", "--release", "--workspace", "--bins"]))?;
    must(&mut cargo(&["test", "--workspace", "--test", "it", "--no-run", "--quiet"]))?;
    let mut borne = true;
    for (name, about) in LOADS.iter().filter(|(name, _)| only.is_none_or(|only| name.starts_with(only))) {
        say(&format!("{name}: {about}, about {minutes} min"));
        let mut test = cargo(&["test", "--workspace", "--test", "it", "--quiet", name, "--", "--nocapture"]);
        test.env("STAFFROOM_SOAK_MINUTES", minutes.to_string());
        test.env("STAFFROOM_BIN", target_dir().join("release/staffroom"));
        borne &= succeeds(&mut test)?;
    }
    say(if borne { "all were borne" } else { "something gave way, see above" });
    Ok(borne)
}
