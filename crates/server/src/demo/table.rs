//! What was checked, how long it took, and whether it held: printed as a table.

use std::time::{Duration, Instant};

use crate::commands::say;

/// Looked at again this often while waiting for something to arrive.
const PAUSE: Duration = Duration::from_millis(50);

/// Checks and their outcome.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<(String, Duration, Duration, Result<(), String>)>,
}

impl Table {
    /// Runs `attempt` until it says yes or `limit` is over, and notes the outcome.
    pub(crate) async fn check<F, Fut>(&mut self, what: &str, limit: Duration, mut attempt: F)
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = anyhow::Result<bool>>,
    {
        let start = Instant::now();
        let outcome = loop {
            let last = match tokio::time::timeout(limit, attempt()).await {
                Ok(Ok(true)) => break Ok(()),
                Ok(Ok(false)) => "it did not happen in time".to_owned(),
                Ok(Err(e)) => format!("{e:#}"),
                Err(_) => "no answer in time".to_owned(),
            };
            if start.elapsed() >= limit {
                break Err(last);
            }
            tokio::time::sleep(PAUSE).await;
        };
        self.rows.push((what.to_owned(), start.elapsed(), limit, outcome));
    }

    /// Whether everything held.
    pub(crate) fn holds(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|(.., outcome)| outcome.is_ok())
    }

    /// Prints the table.
    pub(crate) fn print(&self) {
        let width = self.rows.iter().map(|(what, ..)| what.chars().count()).max().unwrap_or(0);
        for (what, took, limit, outcome) in &self.rows {
            let took = format!("{:.1} s of {} s", took.as_secs_f32(), limit.as_secs());
            match outcome {
                Ok(()) => say(&format!("ok    {what:<width$}  {took}")),
                Err(why) => say(&format!("FAIL  {what:<width$}  {took}: {why}")),
            }
        }
    }
}
