//! The generated pages are what the code says: the API reference, the configuration reference and the example
//! configuration, which name every key. `UPDATE=1` rewrites them.

use std::collections::BTreeSet;

use staffroom_server::config::{Config, reference};

use super::{assert_none, root};

type Generate = fn() -> String;

const FILES: [(&str, Generate); 3] = [
    ("config/staffroom.example.toml", reference::example),
    ("docs/configuration.md", reference::page),
    ("docs/api.md", staffroom_server::api::reference::page),
];

fn file_problem(path: &str, found: &str, generated: &str) -> Option<String> {
    let differing = found.lines().zip(generated.lines()).position(|(a, b)| a != b);
    let line = differing.unwrap_or_else(|| found.lines().count().min(generated.lines().count())) + 1;
    (found != generated).then(|| format!("{path}:{line} is not what the code says; UPDATE=1 rewrites it"))
}

/// The names serde accepts in `section` (empty: at the top), as its refusal of another one lists them.
fn accepted(section: &str) -> BTreeSet<String> {
    let head = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
    let error = toml::from_str::<Config>(&format!("{head}no_such_key = 1\n")).unwrap_err().to_string();
    let (_, names) = error.split_once("expected ").unwrap_or_else(|| panic!("{section} takes any key: {error}"));
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The names `example` shows in `section`; at the top also the sections themselves.
fn shown(example: &str, section: &str) -> BTreeSet<String> {
    let mut current = String::new();
    let mut names = BTreeSet::new();
    for line in example.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            name.clone_into(&mut current);
            match name.rsplit_once('.') {
                Some((parent, child)) if parent == section => drop(names.insert(child.to_owned())),
                None if section.is_empty() => drop(names.insert(name.to_owned())),
                _ => {}
            }
        } else if current == section
            && let Some((key, _)) = line.strip_prefix("# ").and_then(|line| line.split_once(" = "))
            && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            names.insert(key.to_owned());
        }
    }
    names
}

fn key_problems(example: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let sections = reference::sections();
    for section in std::iter::once("").chain(sections.iter().map(|section| section.name)) {
        let (accepted, shown) = (accepted(section), shown(example, section));
        problems.extend(accepted.difference(&shown).map(|key| format!("[{section}] {key} is not in the example")));
        problems.extend(shown.difference(&accepted).map(|key| format!("[{section}] {key} is in the example alone")));
    }
    problems
}

/// The example with every key in force.
fn uncommented(example: &str) -> String {
    let is_key = |line: &&str| line.starts_with('[') || (line.starts_with("# ") && line.contains(" = "));
    example.lines().filter(is_key).flat_map(|line| [line.trim_start_matches("# "), "\n"]).collect()
}

#[test]
fn generated_pages_are_up_to_date() {
    let mut problems = Vec::new();
    for (path, generate) in FILES {
        let (file, generated) = (root().join(path), generate());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, &generated).unwrap();
        }
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        problems.extend(file_problem(path, &found, &generated));
    }
    assert_none(&problems);
}

#[test]
fn every_key_that_is_accepted_is_shown_and_the_other_way_round() {
    assert_none(&key_problems(&reference::example()));
    toml::from_str::<Config>(&uncommented(&reference::example())).unwrap();
}

#[test]
fn a_missing_and_an_invented_key_are_noticed() {
    let example = reference::example();
    let without: String =
        example.lines().filter(|line| !line.starts_with("# public_url = ")).flat_map(|line| [line, "\n"]).collect();
    assert_eq!(key_problems(&without), ["[server] public_url is not in the example"]);
    let with = example.replace("[server]\n", "[server]\n# port = 1\n");
    assert_eq!(key_problems(&with), ["[server] port is in the example alone"]);
    let section_gone = example.replace("[storage]", "");
    assert!(key_problems(&section_gone).contains(&"[] storage is not in the example".to_owned()));
    assert!(file_problem("a", &without, &example).is_some_and(|problem| problem.starts_with("a:")));
    assert_eq!(file_problem("a", &example, &example), None);
}
