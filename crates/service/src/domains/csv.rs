//! Mastodon's list of limited domains as a CSV file (RFC 4180), as it is exported there and shared between servers:
//! `#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate`.

use staffroom_domain::domain_rule::{DomainBlock, Severity};
use staffroom_domain::text::shown_text;

use super::NewBlock;
use crate::{Result, ServiceError};

/// The columns, in Mastodon's order; lists of others name them without `#`.
const COLUMNS: [&str; 6] = ["domain", "severity", "reject_media", "reject_reports", "public_comment", "obfuscate"];
/// Most lines of a list.
pub(super) const MAX_ROWS: usize = 10_000;

/// Stands for NUL in what comes by the client API, which keeps none.
const NUL_SYMBOL: char = '\u{2400}';

/// A row of a list.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Which one it is, from 1, as a table of the list would count: the head and empty rows too.
    pub(super) number: usize,
    pub(super) domain: String,
    /// What it asks for, or what is wrong with it.
    pub(super) wanted: std::result::Result<NewBlock, String>,
}

/// The rows of a list. Without a head, the columns are Mastodon's, as far as there are any; without a severity, a domain
/// is to be suspended.
///
/// # Errors
/// [`ServiceError::Invalid`] for what is no list, or too long a one.
pub(super) fn read(text: &str) -> Result<Vec<Row>> {
    let records = records(text.trim_start_matches('\u{feff}'))?;
    let is_filled = |record: &Vec<String>| record.iter().any(|field| !field.trim().is_empty());
    let mut records = (1..).zip(records).filter(|(_, record)| is_filled(record)).peekable();
    let is_head = |(_, record): &(usize, Vec<String>)| record.iter().any(|field| column(field) == "domain");
    let head: Vec<String> = match records.next_if(is_head) {
        Some((_, first)) => first.iter().map(|field| column(field)).collect(),
        None => COLUMNS.map(str::to_owned).to_vec(),
    };
    let rows: Vec<Row> = records.map(|(number, record)| row(&head, number, &record)).collect();
    if rows.len() > MAX_ROWS {
        return Err(ServiceError::invalid("csv", format!("has more than {MAX_ROWS} rows")));
    }
    Ok(rows)
}

/// The limits as a list.
pub(super) fn write(blocks: &[DomainBlock]) -> String {
    let head = COLUMNS.map(|name| format!("#{name}")).to_vec();
    let yes_no = |yes: bool| if yes { "True" } else { "False" }.to_owned();
    let row = |block: &DomainBlock| {
        vec![
            block.domain.clone(),
            block.severity.as_str().to_owned(),
            yes_no(block.reject_media),
            yes_no(block.reject_reports),
            // Those of earlier versions may have control characters.
            shown_text(&block.public_comment),
            yes_no(block.obfuscate),
        ]
    };
    let rows = std::iter::once(head).chain(blocks.iter().map(row));
    rows.map(|row| row.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(",") + "\n").collect()
}

fn column(field: &str) -> String {
    field.trim().trim_start_matches('#').to_ascii_lowercase()
}

fn row(head: &[String], number: usize, record: &[String]) -> Row {
    let raw = |name: &str| {
        let at = head.iter().position(|column| column == name);
        at.and_then(|at| record.get(at)).map_or("", String::as_str)
    };
    let field = |name: &str| raw(name).trim();
    let yes = |name: &str| match field(name).to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "1" => Ok(true),
        "" | "false" | "f" | "no" | "0" => Ok(false),
        other => Err(format!("{name} is {other:?}, and not true or false")),
    };
    let domain = raw("domain").trim_matches([' ', '\t']);
    let wanted = || -> std::result::Result<NewBlock, String> {
        check_characters(domain)?;
        let severity = match field("severity").to_ascii_lowercase().as_str() {
            "" => Severity::Suspend,
            // Mastodon 4.1 and others call silencing so.
            "limit" => Severity::Silence,
            word => Severity::parse(word).ok_or_else(|| format!("severity {word:?} is unknown"))?,
        };
        Ok(NewBlock {
            reject_media: yes("reject_media")?,
            reject_reports: yes("reject_reports")?,
            public_comment: shown_text(&field("public_comment").replace(NUL_SYMBOL, "")),
            obfuscate: yes("obfuscate")?,
            ..NewBlock::new(severity)
        })
    };
    Row { number, wanted: wanted(), domain: shown(domain) }
}

/// What was damaged on its way names another domain than was meant, if it names one.
fn check_characters(domain: &str) -> std::result::Result<(), String> {
    match domain.chars().find(|c| is_control(*c)) {
        None => Ok(()),
        Some('\0' | NUL_SYMBOL) => Err("its domain has a control character in it, U+0000".to_owned()),
        Some(c) => Err(format!("its domain has a control character in it, U+{:04X}", u32::from(c))),
    }
}

fn is_control(c: char) -> bool {
    c.is_control() || c == NUL_SYMBOL
}

/// A domain as it can be shown and kept.
fn shown(domain: &str) -> String {
    domain.chars().map(|c| if is_control(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Fields by line; a quoted field may have line breaks in it.
fn records(text: &str) -> Result<Vec<Vec<String>>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            c if is_quoted => field.push(c),
            '"' if field.is_empty() => is_quoted = true,
            ',' => record.push(std::mem::take(&mut field)),
            // The end of a line has two characters; alone it is none.
            '\r' if matches!(chars.peek(), None | Some('\n')) => {}
            '\n' => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            c => field.push(c),
        }
    }
    if is_quoted {
        return Err(ServiceError::invalid("csv", "ends in the middle of a quoted field"));
    }
    record.push(field);
    records.push(record);
    Ok(records)
}

#[cfg(test)]
mod tests {
    use staffroom_domain::Timestamp;
    use staffroom_domain::ids::DomainRuleId;

    use super::*;

    #[test]
    fn a_list_of_mastodons_is_read_and_written_again() {
        let text = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n\
                    evil.example,suspend,False,False,\"spam, \"\"scams\"\"\nand worse\",True\n\
                    loud.example,silence,True,True,,False\n";
        let rows = read(text).unwrap();
        let blocks: Vec<DomainBlock> = rows
            .into_iter()
            .map(|row| {
                let wanted = row.wanted.unwrap();
                DomainBlock {
                    id: DomainRuleId(1),
                    domain: row.domain,
                    severity: wanted.severity,
                    reject_media: wanted.reject_media,
                    reject_reports: wanted.reject_reports,
                    comment: String::new(),
                    public_comment: wanted.public_comment,
                    obfuscate: wanted.obfuscate,
                    since: Timestamp(1),
                }
            })
            .collect();
        assert_eq!(blocks[0].public_comment, "spam, \"scams\"\nand worse");
        assert_eq!(write(&blocks), text);
    }

    #[test]
    fn control_characters_are_seen_wherever_they_stand() {
        for damaged in [
            "ev\0il.example",
            "evil.example\0",
            "ev\u{2400}il.example",
            "ev\ril.example",
            "\u{7f}evil.example",
            "\"evil.example\n\"",
        ] {
            let rows = read(&format!("fine.example\r\n{damaged},suspend\r\n")).unwrap();
            assert!(rows[0].wanted.is_ok(), "{damaged:?}");
            assert!(rows[1].wanted.as_ref().unwrap_err().contains("control character"), "{damaged:?}");
            assert!(!rows[1].domain.chars().any(is_control), "{damaged:?}");
        }
        assert_eq!(read(" \tevil.example ,suspend").unwrap()[0].domain, "evil.example");
    }

    #[test]
    fn other_lists_are_read_too_and_wrong_lines_say_what_is_wrong() {
        let rows = read("\u{feff}severity,domain\r\nlimit,a.example\r\n,b.example\r\nnuke,c.example\r\n\r\n").unwrap();
        let found: Vec<_> =
            rows.iter().map(|row| (row.domain.as_str(), row.wanted.as_ref().map(|w| w.severity))).collect();
        let unknown = "severity \"nuke\" is unknown".to_owned();
        let wanted =
            [("a.example", Ok(Severity::Silence)), ("b.example", Ok(Severity::Suspend)), ("c.example", Err(&unknown))];
        assert_eq!(found, wanted);
        let plain = read("a.example\nb.example,noop,maybe").unwrap();
        assert!(plain[0].wanted.is_ok() && plain[1].wanted.as_ref().unwrap_err().contains("reject_media"));
        let numbers = read("#domain,#severity\n\na.example\n\"b.example\",\"suspend\"\n").unwrap();
        assert_eq!(numbers.iter().map(|row| row.number).collect::<Vec<_>>(), [3, 4]);
        assert!(read("a.example,\"suspend").is_err());
        assert!(read(&"a.example\n".repeat(MAX_ROWS + 1)).is_err());
    }
}
