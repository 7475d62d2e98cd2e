//! The figures, as a table and as JSON.

use std::io::Write as _;
use std::time::Duration;

use serde_json::{Map, json};

/// Figures gathered so far.
pub(super) struct Report {
    signature_ms: f64,
    costs: Vec<(String, usize, f64)>,
    notes: Vec<(String, f64)>,
}

impl Report {
    pub(super) fn new(signature_ms: f64) -> Self {
        Self { signature_ms, costs: Vec::new(), notes: Vec::new() }
    }

    /// `spent` of CPU for `count` operations.
    pub(super) fn cost(&mut self, what: &str, count: usize, spent: Duration) {
        let count_f = f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
        self.costs.push((what.to_owned(), count, spent.as_secs_f64() * 1000.0 / count_f));
    }

    /// A figure that is not CPU per operation.
    pub(super) fn note(&mut self, what: &str, value: f64) {
        self.notes.push((what.to_owned(), value));
    }

    /// Prints the table, in Markdown.
    pub(super) fn print(&self) {
        let mut out = std::io::stdout().lock();
        // A reader that went away wants no table.
        let _ = writeln!(out, "| operation | count | CPU ms each | RSA signatures |\n|---|---:|---:|---:|");
        let _ = writeln!(out, "| one RSA-2048 signature | 1000 | {:.3} | 1.00 |", self.signature_ms);
        for (what, count, ms) in &self.costs {
            let _ = writeln!(out, "| {what} | {count} | {ms:.3} | {:.2} |", ms / self.signature_ms);
        }
        let _ = writeln!(out, "\n| figure | value |\n|---|---:|");
        for (what, value) in &self.notes {
            let _ = writeln!(out, "| {what} | {value:.1} |");
        }
    }

    /// Writes the figures to `path`.
    pub(super) fn write(&self, path: &str) -> anyhow::Result<()> {
        let costs: Map<_, _> = self
            .costs
            .iter()
            .map(|(what, count, ms)| (what.clone(), json!({ "count": count, "cpu_ms": ms })))
            .collect();
        let notes: Map<_, _> = self.notes.iter().map(|(what, value)| (what.clone(), json!(value))).collect();
        let all = json!({ "rsa_2048_signature_cpu_ms": self.signature_ms, "operations": costs, "figures": notes });
        std::fs::write(path, serde_json::to_vec_pretty(&all)?)?;
        Ok(())
    }
}
