//! `cargo xtask fuzz`: the properties of the suite, on new input for as long as one likes.

use crate::run::{cargo, must, say, succeeds};
use anyhow::{Result, bail};
use std::time::SystemTime;

/// The targets: what their tests begin with, and what they are about.
const TARGETS: [(&str, &str); 8] = [
    ("fuz_01", "readers of signature headers"),
    ("fuz_02", "readers of activities"),
    ("fuz_03", "sanitiser"),
    ("fuz_04", "names of hosts, ids, handles"),
    ("fuz_05", "address filter"),
    ("fuz_06", "inbox: any order of related activities"),
    ("fuz_07", "visibility in SQL and in Rust"),
    ("fuz_10", "delivery scheduler"),
];

/// Runs `target`, or every one, each for `seconds`, beginning with `seed`; tells whether all held.
///
/// What fails is written to `tests/fixtures/fuzz`, and the seed is printed: the same seed gives the same input.
///
/// # Errors
/// When there is no such target or cargo does not start.
pub(crate) fn run(target: Option<&str>, seconds: u64, seed: Option<u64>) -> Result<bool> {
    let chosen: Vec<_> = TARGETS.iter().filter(|(name, _)| target.is_none_or(|target| target == *name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        bail!("no such target; there are {}", names.join(", "));
    }
    let seed = seed.unwrap_or_else(from_the_clock);
    let build = ["test", "--workspace", "--lib", "--test", "it", "--no-run", "--quiet"];
    must(&mut cargo(&build))?;
    let mut held = true;
    for (name, about) in chosen {
        say(&format!("{name}: {about}, {seconds} s a property, from seed {seed}"));
        let filter = format!("{name}_");
        let mut tests =
            cargo(&["test", "--workspace", "--lib", "--test", "it", "--quiet", &filter, "--", "--nocapture"]);
        tests.env("STAFFROOM_FUZZ_SECONDS", seconds.to_string()).env("STAFFROOM_FUZZ_SEED", seed.to_string());
        held &= succeeds(&mut tests)?;
    }
    say(if held { "every property held" } else { "a property did not hold, see above" });
    Ok(held)
}

/// A seed that another run will not have.
#[expect(clippy::disallowed_methods, reason = "a tool's own clock, for a number that is printed")]
fn from_the_clock() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() << 20
}
