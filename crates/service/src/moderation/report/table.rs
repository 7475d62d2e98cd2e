//! The report as tables: for the page, and one below the other in a file.

use staffroom_domain::safety::{SMALLEST, SafetyFigure, SafetyReport, SafetySection};

/// A part of the report. The first column says what a row is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The word it has in files.
    pub word: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What stands above its columns.
    pub columns: Vec<&'static str>,
    /// What stands in them.
    pub rows: Vec<Vec<String>>,
}

/// The parts of the report that have something in them.
pub fn tables(report: &SafetyReport) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for section in SafetySection::ALL {
        let row = |(figure, count): (SafetyFigure, Option<i64>)| vec![figure.title().to_owned(), number(count)];
        let rows = report.section(section).map(row).collect();
        tables.push(Table { word: section.as_str(), title: section.title(), columns: vec!["What", "Number"], rows });
        if section == SafetySection::Posts {
            tables.extend([times(report), rules(report)]);
        }
    }
    tables.push(packs(report));
    tables.retain(|table| !table.rows.is_empty());
    tables
}

fn number(count: Option<i64>) -> String {
    count.map_or_else(|| format!("fewer than {SMALLEST}"), |count| count.to_string())
}

fn times(report: &SafetyReport) -> Table {
    let minutes = |millis: Option<i64>| {
        millis.map_or_else(|| "too few decisions to say".to_owned(), |millis| (millis / 60_000).to_string())
    };
    let row = |what: &str, millis: Option<i64>| vec![what.to_owned(), minutes(millis)];
    Table {
        word: "time_to_decision",
        title: "How long decisions of moderators about held posts took",
        columns: vec!["What", "Minutes"],
        rows: vec![
            row("Half of them (median)", report.times.median),
            row("Nine of ten (90th centile)", report.times.p90),
            row("Nineteen of twenty (95th centile)", report.times.p95),
        ],
    }
}

fn rules(report: &SafetyReport) -> Table {
    let rows = report.rules.iter().map(|line| {
        let percent = line.percent_unchanged().map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"));
        vec![line.rule.clone(), number(line.held), number(line.decided), number(line.released_unchanged), percent]
    });
    Table {
        word: "rules",
        title: "Rules that held posts",
        columns: vec!["Rule", "Held", "Decided", "Published unchanged", "Share published unchanged"],
        rows: rows.collect(),
    }
}

fn packs(report: &SafetyReport) -> Table {
    let rows = report.packs.iter().map(|pack| {
        let owner = if pack.of_instance { "the instance" } else { "a school" };
        vec![pack.name.clone(), pack.version.to_string(), owner.to_owned()]
    });
    Table {
        word: "packs",
        title: "Rule packs installed",
        columns: vec!["Pack", "Version", "Installed by"],
        rows: rows.collect(),
    }
}

/// The report as comma-separated values (RFC 4180): a line for each number, with the part it belongs to, the row and the
/// column it stands in. What a spreadsheet would take for a formula gets an apostrophe in front.
pub fn csv(report: &SafetyReport) -> String {
    let about = report.organisation.as_ref().map_or_else(
        || if report.of_instance { "the whole instance" } else { "several organisations" }.to_owned(),
        |organisation| organisation.name.clone(),
    );
    let week = report.week.to_string();
    let mut lines = vec![
        line(&["section", "row", "column", "value"]),
        line(&["report", "Week", "Value", &week]),
        line(&["report", "About", "Value", &about]),
        line(&["report", "From", "Value", &report.week.start().to_rfc3339()]),
        line(&["report", "Until", "Value", &report.until.to_rfc3339()]),
    ];
    for table in tables(report) {
        for row in &table.rows {
            let (name, cells) = row.split_first().map_or(("", row.as_slice()), |(name, cells)| (name.as_str(), cells));
            let cells = table.columns.iter().skip(1).zip(cells);
            lines.extend(cells.map(|(column, cell)| line(&[table.word, name, column, cell])));
        }
    }
    lines.concat()
}

fn line(values: &[&str]) -> String {
    let quoted = |value: &&str| {
        let value =
            if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { (*value).to_owned() };
        if value.contains([',', '"', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
    };
    values.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_neither_its_field_nor_is_it_a_formula() {
        assert_eq!(line(&["Oak, \"new\"", "a\nb"]), "\"Oak, \"\"new\"\"\",\"a\nb\"\r\n");
        assert_eq!(line(&["=1+1", "@x", "-5"]), "'=1+1,'@x,'-5\r\n");
        assert_eq!(line(&["Half", "12"]), "Half,12\r\n");
    }
}
