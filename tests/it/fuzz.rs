//! Properties of everything that reads what strangers write, on generated input.
//!
//! In the ordinary suite each runs a fixed number of cases from a fixed seed. `cargo xtask fuzz` sets
//! `STAFFROOM_FUZZ_SECONDS`: then seed follows seed until the time is up. Counter-examples are kept in
//! `tests/fixtures/fuzz` and tried first ever after.

mod activities;
mod addresses;
mod html;
mod names;
mod signatures;

use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// What `name` in the environment says, where it is a number.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs `property` on `cases` values of `strategy`, and under `cargo xtask fuzz` on as many more as there is time for.
pub(crate) fn check<S: Strategy>(
    target: &str,
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let seconds = number("STAFFROOM_FUZZ_SECONDS").map(Duration::from_secs);
    let first = number("STAFFROOM_FUZZ_SEED").unwrap_or(1);
    let found: &'static str = Box::leak(format!("fixtures/fuzz/{target}.txt").into_boxed_str());
    let began = Instant::now();
    for seed in first.. {
        let config = Config {
            cases,
            failure_persistence: Some(Box::new(FileFailurePersistence::Direct(found))),
            max_shrink_iters: 20_000,
            max_shrink_time: 15_000,
            ..Config::default()
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        if let Err(error) = TestRunner::new_with_rng(config, rng).run(strategy, &property) {
            panic!("{target}, seed {seed}: {error}");
        }
        if seconds.is_none_or(|seconds| began.elapsed() >= seconds) {
            if seconds.is_some() {
                eprintln!("{target}: seeds {first} to {seed}, {cases} cases each");
            }
            return;
        }
    }
}
