//! The client API has every endpoint the stock clients cannot do without.

use std::collections::BTreeSet;

use staffroom_server::api::ROUTES;

use super::{assert_none, read};

const WANTED: &str = include_str!("p0.tsv");

/// `METHOD /path/{}`: names of parameters do not matter.
fn normal(method: &str, path: &str) -> String {
    let mut out = format!("{method} ");
    for part in path.trim_start_matches('/').split('/') {
        out.push('/');
        out.push_str(if part.starts_with('{') { "{}" } else { part });
    }
    out
}

/// What axum routers in `source` answer: `.route("/path", get(…).post(…))`, with `{slash}` for an optional last slash.
fn routes_in(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in source.split(".route(").skip(1) {
        let Some(path) = call.split('"').nth(1) else { continue };
        let path = path.trim_end_matches("{slash}");
        let handlers = call.split_once(',').map_or("", |(_, rest)| rest.lines().next().unwrap_or_default());
        for (word, method) in [("get(", "GET"), ("post(", "POST"), ("put(", "PUT"), ("delete(", "DELETE")] {
            if handlers.contains(word) {
                found.insert(normal(method, path));
            }
        }
    }
    found
}

fn missing(wanted: &str, answered: &BTreeSet<String>) -> Vec<String> {
    let rows = wanted.lines().filter(|line| !line.starts_with('#'));
    let rows = rows.filter_map(|line| line.split_once('\t')).map(|(method, path)| normal(method, path));
    rows.filter(|row| !answered.contains(row)).map(|row| format!("{row} is not answered")).collect()
}

fn answered() -> BTreeSet<String> {
    let mut answered: BTreeSet<String> = ROUTES.iter().map(|route| normal(route.method, route.path)).collect();
    answered.extend(routes_in(&read("crates/web/src/lib.rs")));
    answered.extend(routes_in(&read("crates/federation/src/routes.rs")));
    answered
}

#[test]
fn every_endpoint_of_the_first_priority_is_there() {
    assert_eq!(WANTED.lines().filter(|line| !line.starts_with('#')).count(), 54 + 3);
    assert_none(&missing(WANTED, &answered()));
}

#[test]
fn a_missing_endpoint_is_noticed() {
    let mut answered = answered();
    for gone in ["GET /api/v1/statuses/{}/history", "POST /oauth/authorize", "GET /nodeinfo/2.0"] {
        assert!(answered.remove(gone), "{gone}");
    }
    assert_eq!(missing(WANTED, &answered).len(), 3);
    assert_eq!(missing("POST\t/api/v1/polls\n", &answered).len(), 1);
}
