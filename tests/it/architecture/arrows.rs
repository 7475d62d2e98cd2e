//! Which of our crates may name which: the manifests are compared with one table.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use super::{assert_none, root};

/// Every arrow there is; `tests` looks at all of them through its dev-dependencies, which are not counted.
const ARROWS: [(&str, &[&str]); 11] = [
    ("domain", &[]),
    ("moderation", &["domain"]),
    ("migrations", &[]),
    ("storage", &["domain", "migrations"]),
    ("service", &["domain", "moderation", "storage"]),
    ("federation", &["domain", "service"]),
    ("api", &["domain", "service"]),
    ("web", &["domain", "service"]),
    ("server", &["api", "domain", "federation", "moderation", "service", "storage", "web"]),
    ("tests", &["server"]),
    ("xtask", &[]),
];

type Graph = BTreeMap<String, BTreeSet<String>>;

fn short(name: &str) -> &str {
    name.strip_prefix("staffroom-").unwrap_or(name)
}

fn graph_of_the_workspace() -> Graph {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(["--locked".to_owned()]);
    let packages = command.exec().unwrap().packages;
    let is_ours = |name: &str| packages.iter().any(|package| package.name == name);
    let arrows = packages.iter().map(|package| {
        let normal = package.dependencies.iter().filter(|to| to.kind == DependencyKind::Normal && is_ours(&to.name));
        (short(&package.name).to_owned(), normal.map(|to| short(&to.name).to_owned()).collect())
    });
    arrows.collect()
}

fn problems(graph: &Graph, table: &[(&str, &[&str])]) -> Vec<String> {
    let mut problems = Vec::new();
    let table: BTreeMap<&str, BTreeSet<&str>> =
        table.iter().map(|(from, to)| (*from, to.iter().copied().collect())).collect();
    for (from, found) in graph {
        let Some(allowed) = table.get(from.as_str()) else {
            problems.push(format!("{from} is not in the table"));
            continue;
        };
        let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        problems.extend(found.difference(allowed).map(|to| format!("{from} → {to} is not allowed")));
        problems.extend(allowed.difference(&found).map(|to| format!("{from} → {to} is allowed but not used")));
    }
    problems.extend(table.keys().filter(|name| !graph.contains_key(**name)).map(|name| format!("{name} is missing")));
    problems
}

#[test]
fn crates_depend_on_each_other_as_the_table_says() {
    assert_none(&problems(&graph_of_the_workspace(), &ARROWS));
}

#[test]
fn another_arrow_a_missing_one_and_an_unknown_crate_are_noticed() {
    let mut graph = graph_of_the_workspace();
    graph.get_mut("api").unwrap().insert("storage".to_owned());
    graph.get_mut("service").unwrap().remove("moderation");
    graph.insert("shortcut".to_owned(), BTreeSet::new());
    let expected = [
        "api → storage is not allowed",
        "service → moderation is allowed but not used",
        "shortcut is not in the table",
    ];
    assert_eq!(problems(&graph, &ARROWS), expected);
}
