//! Metrics are listed in the documentation, and their labels are words of the program: no text, name or address of anybody,
//! and no rule, whose name a school may have chosen after somebody.

use regex::Regex;

use super::{Text, assert_none, read, texts};

/// Labels whose values are fixed words.
const LABELS: [&str; 4] = ["direction", "lane", "outcome", "reason"];

fn problems(files: &[Text], document: &str) -> Vec<String> {
    let metric =
        Regex::new(r#"(?:counter|gauge|histogram)!\(\s*("?[^",)]*"?)((?:,\s*"[^"]+"\s*=>\s*[^,()]*(?:\([^)]*\))?)*)"#)
            .unwrap();
    let label = Regex::new(r#""([^"]+)"\s*=>"#).unwrap();
    let mut problems = Vec::new();
    for file in files {
        for found in metric.captures_iter(&file.content) {
            let name = found[1].trim_matches('"');
            if !document.contains(&format!("| `{name}` |")) {
                problems.push(format!("{}: {name} is not in docs/metrics.md", file.path));
            }
            let labels = label.captures_iter(&found[2]).map(|label| label[1].to_owned());
            for label in labels.filter(|label| !LABELS.contains(&label.as_str())) {
                problems.push(format!("{}: {name} has the label {label}", file.path));
            }
        }
    }
    problems
}

#[test]
fn metrics_are_listed_and_have_fixed_words_for_labels() {
    let files = texts(&["crates"], &["rs"]);
    let document = read("docs/metrics.md");
    assert_none(&problems(&files, &document));
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let all: String = files.iter().map(|file| file.content.as_str()).collect();
    let gone: Vec<String> =
        rows.map(|(name, _)| name).filter(|name| !all.contains(&format!("\"{name}\""))).map(str::to_owned).collect();
    assert_none(&gone);
}

#[test]
fn a_metric_that_tells_too_much_is_noticed() {
    let broken = |code: &str| problems(&[Text::new("crates/a.rs", code)], "| `known_total` | x |");
    assert!(broken("metrics::counter!(\"known_total\", \"outcome\" => word).increment(1);").is_empty());
    assert_eq!(broken("counter!(\"other_total\").increment(1);").len(), 1);
    assert_eq!(broken("gauge!(\n    \"known_total\",\n    \"rule\" => found.rule.clone()\n).set(1.0);").len(), 1);
    assert_eq!(broken("counter!(\"known_total\", \"outcome\" => word, \"tag\" => tag).increment(1);").len(), 1);
}
