//! `FEDERATION.md` says what the program speaks, no more and no less.

use std::collections::BTreeMap;

use staffroom_server::federation::{SUPPORTED, Supported};

use super::{assert_none, read};

/// Name to (sent, received) of every row of the first table.
fn rows(paper: &str) -> BTreeMap<String, (bool, bool)> {
    let mut rows = BTreeMap::new();
    for line in paper.lines().skip_while(|line| !line.starts_with("| Name |")).skip(2) {
        let Some(row) = line.strip_prefix("| ") else { break };
        let cells: Vec<&str> = row.split(" | ").collect();
        if let [name, sent, received, ..] = cells.as_slice() {
            rows.insert(name.trim_matches('`').to_owned(), (*sent == "yes", *received == "yes"));
        }
    }
    rows
}

fn problems(paper: &str, supported: &[Supported]) -> Vec<String> {
    let mut rows = rows(paper);
    let mut problems = Vec::new();
    for one in supported {
        match rows.remove(one.name) {
            None => problems.push(format!("FEDERATION.md does not say that we speak {}", one.name)),
            Some(said) if said != (one.sent, one.received) => {
                problems.push(format!("FEDERATION.md says {said:?} of {}, the program otherwise", one.name));
            }
            Some(_) => {}
        }
    }
    problems.extend(rows.into_keys().map(|name| format!("FEDERATION.md says that we speak {name}; we do not")));
    problems
}

#[test]
fn the_paper_and_the_program_agree() {
    assert_none(&problems(&read("FEDERATION.md"), SUPPORTED));
}

#[test]
fn a_row_too_few_too_many_or_wrong_is_noticed() {
    let paper = read("FEDERATION.md");
    let without: String =
        paper.lines().filter(|line| !line.starts_with("| `Like`")).flat_map(|line| [line, "\n"]).collect();
    assert_eq!(problems(&without, SUPPORTED), ["FEDERATION.md does not say that we speak Like"]);
    let more = paper.replace("| `Like` |", "| `Dislike` | yes | yes | |\n| `Like` |");
    assert_eq!(problems(&more, SUPPORTED), ["FEDERATION.md says that we speak Dislike; we do not"]);
    let wrong = paper.replace("| `Group` | no |", "| `Group` | yes |");
    assert_eq!(problems(&wrong, SUPPORTED).len(), 1);
}
