//! The OpenAPI document of the client API, written from [`ROUTES`] and two tables beside this file: `operations.txt`,
//! what each endpoint takes and gives, and `entities.txt`, what answers are made of. Must not know any use case.
//!
//! `x-names` says which kind of thing an id names, `x-who` who may call; both are ours. Tests compare the tables with
//! the handlers, and the document with answers.

mod operation;
mod shape;
mod table;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use staffroom_domain::scope::Scopes;

use crate::routes::ROUTES;
use shape::Usually;
use table::Operation;

const OPERATIONS: &str = include_str!("operations.txt");
const ENTITIES: &str = include_str!("entities.txt");
/// The name of the security scheme.
const OAUTH: &str = "oauth";

/// The document, OpenAPI 3.1.
#[must_use]
pub fn document() -> Value {
    let table = table::operations(OPERATIONS);
    let by_name: BTreeMap<&str, &Operation> = table.iter().map(|one| (one.name.as_str(), one)).collect();
    let unknown = Operation::default();
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let name = format!("{} {}", route.method, route.path);
        let known = by_name.get(name.as_str()).copied().unwrap_or(&unknown);
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.insert(route.method.to_ascii_lowercase(), operation::describe(route, known, &table));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Staffroom",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Mastodon's client API as Staffroom has it, and what is Staffroom's own.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": entities(),
            "responses": {
                "Error": {
                    "description": "Why not",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
                },
            },
            "securitySchemes": { OAUTH: oauth() },
        },
    })
}

/// Endpoints without a line in the table, and lines without an endpoint.
#[must_use]
pub fn unmatched() -> Vec<String> {
    let listed: Vec<String> = table::operations(OPERATIONS).into_iter().map(|one| one.name).collect();
    let mounted: Vec<String> = ROUTES.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let missing = mounted.iter().filter(|one| !listed.contains(one));
    let left_over = listed.iter().filter(|one| !mounted.contains(one));
    missing.chain(left_over).cloned().collect()
}

fn entities() -> Map<String, Value> {
    let mut texts: Vec<(&str, String)> = Vec::new();
    for line in ENTITIES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let (true, Some((_, text))) = (line.starts_with(' '), texts.last_mut()) {
            text.push_str(line);
        } else if let Some((name, text)) = line.split_once(": ") {
            texts.push((name, text.to_owned()));
        }
    }
    // What cannot be read is no schema, and the document no document: a test tells.
    let schema = |text: &str| {
        let described = text.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let (description, text) = described.map_or((None, text), |(words, fields)| (Some(words), fields));
        let mut schema = shape::fields(text, Usually::There).map_or(Value::Null, |fields| fields.schema());
        if let (Some(words), Value::Object(schema)) = (description, &mut schema) {
            let words: Vec<&str> = words.split_whitespace().collect();
            schema.insert("description".to_owned(), json!(words.join(" ")));
        }
        schema
    };
    texts.iter().map(|(name, text)| ((*name).to_owned(), schema(text))).collect()
}

fn oauth() -> Value {
    let scopes: Map<String, Value> = Scopes::all().map(|scope| (scope.to_owned(), json!(""))).collect();
    json!({
        "type": "oauth2",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize", "tokenUrl": "/oauth/token", "scopes": scopes,
            },
            "clientCredentials": { "tokenUrl": "/oauth/token", "scopes": scopes },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn visit<'a>(value: &'a Value, see: &mut impl FnMut(&'a str, &'a Value)) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| {
                see(name, member);
                visit(member, see);
            }),
            Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
            _ => {}
        }
    }

    #[test]
    fn every_endpoint_has_a_line_and_every_line_an_endpoint() {
        assert_eq!(unmatched(), Vec::<String>::new(), "not both in routes.rs and in operations.txt");
    }

    #[test]
    fn places_say_what_they_are_counted_in() {
        let document = document();
        for entity in ["Span", "Finding"] {
            let schema = &document["components"]["schemas"][entity];
            assert!(schema["description"].as_str().is_some_and(|words| words.contains("code points")), "{schema}");
            assert!(!schema["properties"].as_object().unwrap().is_empty(), "{schema}");
        }
    }

    #[test]
    fn everything_that_is_named_is_there() {
        let document = document();
        let mut wrong = Vec::new();
        let mut used = BTreeSet::new();
        let mut ids = BTreeSet::new();
        let mut linked = BTreeSet::new();
        visit(&document, &mut |name, value| match (name, value) {
            ("$ref", Value::String(to)) => {
                used.insert(to.rsplit('/').next().unwrap().to_owned());
                if document.pointer(to.trim_start_matches('#')).is_none() {
                    wrong.push(format!("{to} is not there"));
                }
            }
            ("schema" | "items", Value::Null) => wrong.push("a shape that cannot be read".to_owned()),
            ("links", Value::Object(links)) => {
                linked.extend(links.values().filter_map(|link| link["operationId"].as_str()));
            }
            _ => {}
        });
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                if !ids.insert(id) {
                    wrong.push(format!("{id} stands twice"));
                }
                let declared: BTreeSet<&str> = operation["parameters"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|one| one["in"] == "path")
                    .map(|one| one["name"].as_str().unwrap())
                    .collect();
                let wanted: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
                if declared != wanted {
                    wrong.push(format!("{method} {path} does not say what its path names"));
                }
            }
        }
        wrong.extend(linked.difference(&ids).map(|id| format!("a link leads to {id}")));
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            if schema.is_null() {
                wrong.push(format!("{name} cannot be read"));
            }
            if !used.contains(name) {
                wrong.push(format!("nothing has a {name}"));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
