//! Mastodon's list of limited domains as a CSV file (RFC 4180), as it is exported there and shared between servers:
//! `#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate`.

use staffroom_domain::domain_rule::{DomainBlock, Severity};

use super::NewBlock;
use crate::{Result, ServiceError};

/// The columns, in Mastodon's order; lists of others name them without `#`.
const COLUMNS: [&str; 6] = ["domain", "severity", "reject_media", "reject_reports", "public_comment", "obfuscate"];
/// Most lines of a list.
pub(super) const MAX_ROWS: usize = 10_000;

/// A line of a list.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) domain: String,
    /// What it asks for, or what is wrong with it.
    pub(super) wanted: std::result::Result<NewBlock, String>,
}

/// The lines of a list. Without a head, the columns are Mastodon's, as far as there are any; without a severity, a domain
/// is to be suspended.
///
/// # Errors
/// [`ServiceError::Invalid`] for what is no list, or too long a one.
pub(super) fn read(text: &str) -> Result<Vec<Row>> {
    let mut records = records(text.trim_start_matches('\u{feff}'))?;
    records.retain(|record| record.iter().any(|field| !field.trim().is_empty()));
    let is_head = |record: &Vec<String>| record.iter().any(|field| column(field) == "domain");
    let head: Vec<String> = match records.first() {
        Some(first) if is_head(first) => records.remove(0).iter().map(|field| column(field)).collect(),
        _ => COLUMNS.map(str::to_owned).to_vec(),
    };
    if records.len() > MAX_ROWS {
        return Err(ServiceError::invalid("csv", format!("has more than {MAX_ROWS} lines")));
    }
    Ok(records.iter().map(|record| row(&head, record)).collect())
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
            block.public_comment.clone(),
            yes_no(block.obfuscate),
        ]
    };
    let rows = std::iter::once(head).chain(blocks.iter().map(row));
    rows.map(|row| row.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(",") + "\n").collect()
}

fn column(field: &str) -> String {
    field.trim().trim_start_matches('#').to_ascii_lowercase()
}

fn row(head: &[String], record: &[String]) -> Row {
    let field = |name: &str| {
        let at = head.iter().position(|column| column == name);
        at.and_then(|at| record.get(at)).map_or("", |field| field.trim())
    };
    let yes = |name: &str| match field(name).to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "1" => Ok(true),
        "" | "false" | "f" | "no" | "0" => Ok(false),
        other => Err(format!("{name} is {other:?}, and not true or false")),
    };
    let wanted = || -> std::result::Result<NewBlock, String> {
        let severity = match field("severity").to_ascii_lowercase().as_str() {
            "" => Severity::Suspend,
            // Mastodon 4.1 and others call silencing so.
            "limit" => Severity::Silence,
            word => Severity::parse(word).ok_or_else(|| format!("severity {word:?} is unknown"))?,
        };
        Ok(NewBlock {
            reject_media: yes("reject_media")?,
            reject_reports: yes("reject_reports")?,
            public_comment: field("public_comment").to_owned(),
            obfuscate: yes("obfuscate")?,
            ..NewBlock::new(severity)
        })
    };
    Row { domain: field("domain").to_owned(), wanted: wanted() }
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
            '\r' => {}
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
        assert!(read("a.example,\"suspend").is_err());
        assert!(read(&"a.example\n".repeat(MAX_ROWS + 1)).is_err());
    }
}
