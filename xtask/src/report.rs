//! The list of steps with their outcome, and the table at the end.

use crate::run::say;
use anyhow::Result;
use std::time::{Duration, Instant};

/// How many checks of a step held and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Count {
    /// The count of a step that is one single check.
    pub(crate) fn one(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed) }
    }

    /// Adds what a line such as `test result: ok. 3 passed; 0 failed; …` says; any other line changes nothing.
    pub(crate) fn add_result_line(&mut self, line: &str) {
        let Some((_, result)) = line.split_once("test result: ") else { return };
        for part in result.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(word)) = (words.next().and_then(|n| n.parse::<u64>().ok()), words.next()) else {
                continue;
            };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
        }
    }

    /// Makes the count agree with how the step ended: a failed step has a failure, a passed one checked something.
    pub(crate) fn settled(mut self, succeeded: bool) -> Self {
        if self.failed == 0 && (!succeeded || self.passed == 0) {
            self.failed = 1;
        }
        self
    }
}

struct Step {
    name: String,
    count: Count,
    took: Duration,
}

/// The steps done so far.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<Step>,
}

impl Report {
    /// Does one step under a heading; an error is printed and counts as a failure, so that the next step still runs.
    pub(crate) fn step(&mut self, name: &str, action: impl FnOnce() -> Result<Count>) {
        say(&format!("\n=== {name} ==="));
        let start = Instant::now();
        let count = action().unwrap_or_else(|error| {
            say(&format!("error: {error:#}"));
            Count { passed: 0, failed: 1 }
        });
        self.steps.push(Step { name: name.to_owned(), count, took: start.elapsed() });
    }

    /// Prints the table, with `N passed, N failed` as the last line, and tells whether nothing failed.
    pub(crate) fn finish(self) -> bool {
        let width = self.steps.iter().map(|step| step.name.len()).max().unwrap_or(0);
        say(&format!("\n=== summary ===\n{:width$}  result  passed  failed  seconds", "step"));
        let mut total = Count::default();
        for Step { name, count, took } in &self.steps {
            let result = if count.failed == 0 { "ok" } else { "FAILED" };
            let Count { passed, failed } = *count;
            say(&format!("{name:width$}  {result:6}  {passed:>6}  {failed:>6}  {:>7.1}", took.as_secs_f64()));
            total.passed += passed;
            total.failed += failed;
        }
        say(&format!("\n{} passed, {} failed", total.passed, total.failed));
        total.failed == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn result_lines_are_added_up_and_other_lines_ignored() {
        let mut count = Count::default();
        count.add_result_line("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; finished in 0.05s");
        count.add_result_line("test result: \u{1b}[31mFAILED\u{1b}[m. 3 passed; 2 failed; 0 ignored");
        count.add_result_line("test some::thing ... ok");
        assert_eq!(count, Count { passed: 15, failed: 2 });
    }

    #[test]
    fn a_step_that_failed_or_checked_nothing_is_a_failure() {
        let fine = Count { passed: 3, failed: 0 };
        assert_eq!(fine.settled(true), fine);
        assert_eq!(fine.settled(false).failed, 1);
        assert_eq!(Count::default().settled(true).failed, 1);
        assert_eq!(Count { passed: 1, failed: 4 }.settled(false).failed, 4);
    }
}
