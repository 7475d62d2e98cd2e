//! Pages of `docs/moderation/evaluation`: what must hold of a set and what was measured, above its tables.

use std::ops::RangeInclusive;

pub(crate) mod kept;

/// Something that must hold.
#[derive(Debug)]
pub(crate) struct Aim {
    /// What is measured, in words.
    pub(crate) what: String,
    /// From 0, or up to 100.
    pub(crate) required: RangeInclusive<f64>,
    pub(crate) measured: f64,
    pub(crate) unit: &'static str,
    /// How many texts or values it was measured on.
    pub(crate) of: usize,
}

impl Aim {
    /// In percent.
    pub(crate) fn new(what: impl Into<String>, required: RangeInclusive<f64>, measured: f64, of: usize) -> Self {
        Self { what: what.into(), required, measured, unit: "%", of }
    }

    fn row(&self) -> String {
        let Self { what, measured, unit, of, .. } = self;
        let (least, most) = (self.required.start(), self.required.end());
        let required = if *least > 0.0 { format!("at least {least}") } else { format!("at most {most}") };
        format!("| {what} | {required} {unit} | {measured:.1} {unit} | {of} |\n")
    }
}

/// Keeps the page `file` with the rows of `aims` above `tables`, and checks that all of them hold.
pub(crate) fn publish(file: &str, title: &str, words: &str, aims: &[Aim], tables: &str) {
    let rows: String = aims.iter().map(Aim::row).collect();
    let page = format!("# {title}\n\n{words}\n\n{}{rows}\n{tables}", kept::HEAD);
    kept::keep(&format!("../../docs/moderation/evaluation/{file}.md"), &page);
    let missed: Vec<&Aim> = aims.iter().filter(|aim| !aim.required.contains(&aim.measured)).collect();
    assert!(missed.is_empty(), "{missed:?}\n{page}");
}
