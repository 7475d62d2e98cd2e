//! What the OpenAPI document says of parameters is what the handlers read: their source is followed from the table of
//! routes through every function they call in `crates/api`, and compared with the document name by name.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::Value;
use staffroom_server::api::openapi;

use super::{Text, assert_none, texts};

/// Names and the ways they are read (`text`, `flag`, `list` …), and all text the names could stand in.
#[derive(Default)]
struct Reads {
    names: BTreeSet<(String, String)>,
    text: String,
}

struct Source {
    files: Vec<Text>,
    /// Bodies by file and name.
    functions: BTreeMap<(usize, String), String>,
    read: Regex,
    call: Regex,
}

const CURSORS: [&str; 4] = ["max_id", "since_id", "min_id", "limit"];

impl Source {
    fn new(files: Vec<Text>) -> Self {
        let function = Regex::new(r"(?m)^( *)(?:pub(?:\([^)]*\))? )?(?:async )?fn (\w+)").unwrap();
        let mut functions = BTreeMap::new();
        for (at, file) in files.iter().enumerate() {
            for found in function.captures_iter(&file.content) {
                let rest = &file.content[found.get(0).unwrap().start()..];
                let end = rest.find(&format!("\n{}}}", &found[1])).unwrap_or(rest.len());
                functions.insert((at, found[2].to_owned()), rest[..end].to_owned());
            }
        }
        let read =
            r#"\.(text|filled|boolean|flag|number|list|has|group|groups|file|take_file|within)\(\s*"([^"]+)"\s*[,)]"#;
        let call = r"(?:^|[^.\w:])((?:\w+::)*\w+)\(";
        Self { files, functions, read: Regex::new(read).unwrap(), call: Regex::new(call).unwrap() }
    }

    /// `a/b.rs` as `["a", "b"]`, `a/mod.rs` as `["a"]`.
    fn module(&self, file: usize) -> Vec<&str> {
        let path = self.files[file].path.trim_start_matches("crates/api/src/").trim_end_matches(".rs");
        path.trim_end_matches("/mod").split('/').collect()
    }

    /// The functions `called` can be in `file`.
    fn resolve(&self, file: usize, called: &str) -> Vec<(usize, String)> {
        let (modules, name) = called
            .rsplit_once("::")
            .map_or((Vec::new(), called), |(path, name)| (path.split("::").collect::<Vec<_>>(), name));
        let key = |at: usize| (at, name.to_owned());
        if modules.is_empty() {
            if self.functions.contains_key(&key(file)) {
                return vec![key(file)];
            }
            let uses = self.files[file].content.lines().filter(|line| line.starts_with("use "));
            if !uses.into_iter().any(|line| line.contains(name)) {
                return Vec::new();
            }
            let imported = format!(r"use ((?:\w+::)+)(?:\{{[^}}]*\b{name}\b[^}}]*\}}|{name});");
            let Some(found) = Regex::new(&imported).unwrap().captures(&self.files[file].content) else {
                return Vec::new();
            };
            return self.resolve(file, &format!("{}{name}", &found[1]));
        }
        let wanted: Vec<&str> = match modules.as_slice() {
            ["super"] => {
                let own = self.module(file);
                own[..own.len().saturating_sub(1)].to_vec()
            }
            _ => modules.into_iter().filter(|part| !["crate", "super", "self"].contains(part)).collect(),
        };
        let fits = |at: &usize| self.module(*at).ends_with(&wanted) && self.functions.contains_key(&key(*at));
        let found: Vec<usize> = (0..self.files.len()).filter(fits).collect();
        if found.len() == 1 { found.into_iter().map(key).collect() } else { Vec::new() }
    }

    fn follow(&self, start: &(usize, String), seen: &mut BTreeSet<(usize, String)>, reads: &mut Reads) {
        if !seen.insert(start.clone()) {
            return;
        }
        let body = &self.functions[start];
        reads.text.push_str(&self.files[start.0].content);
        for found in self.read.captures_iter(body) {
            reads.names.insert((found[2].to_owned(), found[1].to_owned()));
        }
        let cursors: &[&str] = if ["call.page(", "call.own_page("].iter().any(|read| body.contains(read)) {
            &CURSORS
        } else if ["call.limit(", "call.own_limit("].iter().any(|read| body.contains(read)) {
            &["limit"]
        } else {
            &[]
        };
        for name in cursors {
            reads.names.insert(((*name).to_owned(), "text".to_owned()));
            reads.text.push_str(&format!("\"{name}\""));
        }
        for found in self.call.captures_iter(body) {
            for next in self.resolve(start.0, &found[1]) {
                self.follow(&next, seen, reads);
            }
        }
    }

    /// What each `METHOD /path` reads.
    fn reads(&self) -> BTreeMap<String, Reads> {
        let routes = self.files.iter().find(|file| file.path.ends_with("src/routes.rs")).unwrap();
        let line = Regex::new(r#"(?m)^    (\w+) "([^"]+)" \w+ "[^"]*" \w+ ([\w:]+);"#).unwrap();
        let mut all = BTreeMap::new();
        for found in line.captures_iter(&routes.content) {
            // a path from the root: the file it stands in does not matter
            let handler = self.resolve(0, &found[3]);
            assert_eq!(handler.len(), 1, "{} is not found", &found[3]);
            let mut reads = Reads::default();
            for start in handler {
                self.follow(&start, &mut BTreeSet::new(), &mut reads);
            }
            all.insert(format!("{} {}", &found[1], &found[2]), reads);
        }
        all
    }
}

/// All names in the parameters of an operation, those within groups as well, with their schemas.
fn declared(operation: &Value) -> BTreeMap<String, Vec<Value>> {
    fn add(name: &str, schema: &Value, all: &mut BTreeMap<String, Vec<Value>>) {
        all.entry(name.trim_end_matches("[]").to_owned()).or_default().push(schema.clone());
        for inner in [schema, &schema["items"]] {
            for (name, schema) in inner["properties"].as_object().into_iter().flatten() {
                add(name, schema, all);
            }
        }
    }
    let mut all = BTreeMap::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "query") {
        add(parameter["name"].as_str().unwrap(), &parameter["schema"], &mut all);
    }
    let content = operation["requestBody"]["content"].as_object();
    if let Some(first) = content.and_then(|content| content.values().next()) {
        for (name, schema) in first["schema"]["properties"].as_object().unwrap() {
            add(name, schema, &mut all);
        }
    }
    all
}

/// Whether a value of `schema` can be read in this `way`.
fn fits(schema: &Value, way: &str) -> bool {
    let is = |wanted: &str| schema["type"] == wanted || schema["type"][0] == wanted;
    match way {
        "boolean" | "flag" => is("boolean"),
        "number" | "within" => is("integer"),
        // several words in one text are a list as well
        "list" => is("array") || is("string") || schema["anyOf"][0]["type"] == "array",
        "groups" => is("array"),
        "group" => is("object"),
        "file" | "take_file" => schema["format"] == "binary",
        _ => true,
    }
}

fn differences(reads: &Reads, declared: &BTreeMap<String, Vec<Value>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, way) in &reads.names {
        match declared.get(name) {
            None => wrong.push(format!("reads {name}, which is not in the document")),
            Some(schemas) if !schemas.iter().any(|schema| fits(schema, way)) => {
                wrong.push(format!("reads {name} as {way}, the document says {schemas:?}"));
            }
            Some(_) => {}
        }
    }
    let unread = declared.keys().filter(|name| !reads.text.contains(&format!("\"{name}\"")));
    wrong.extend(unread.map(|name| format!("never reads {name}, which is in the document")));
    wrong
}

#[test]
fn parameters_in_the_document_are_those_the_handlers_read() {
    let mut files = texts(&["crates/api/src"], &["rs"]);
    files.retain(|file| !file.path.contains("/tests") && !file.path.contains("/openapi/"));
    let document = openapi::document();
    let mut problems = Vec::new();
    for (name, mut reads) in Source::new(files).reads() {
        let (method, path) = name.split_once(' ').unwrap();
        let operation = &document["paths"][path][method.to_ascii_lowercase()];
        if path.starts_with("/api/v1/streaming") {
            // one function serves all channels, and reads what some of them need and what comes in frames
            reads.names.clear();
        }
        let alerts = ("standard".to_owned(), "flag".to_owned());
        assert!(name != "POST /api/v1/push/subscription" || reads.names.contains(&alerts), "groups are not followed");
        problems.extend(differences(&reads, &declared(operation)).into_iter().map(|one| format!("{name} {one}")));
    }
    assert_none(&problems);
}

#[test]
fn a_name_that_is_forgotten_or_made_up_is_noticed() {
    let text = |path: &str, content: &str| Text::new(&format!("crates/api/src/{path}"), content);
    let source = Source::new(vec![
        text("routes.rs", "    GET \"/a\" Open \"\" Plain v1::a::show;\n"),
        text(
            "v1/a.rs",
            "use super::help::more;\nfn show() {\n    x.flag(\"one\");\n    more(x);\n    super::up(x);\n}\n",
        ),
        text(
            "v1/help.rs",
            "pub(crate) fn more(x: X) {\n    x.list(\"two\");\n}\nfn other() {\n    x.text(\"not\");\n}\n",
        ),
        text("v1/mod.rs", "fn up() {\n    call.page(1, 2)\n}\n"),
    ]);
    let reads = &source.reads()["GET /a"];
    let mut names: BTreeMap<String, Vec<Value>> = [("one", "boolean"), ("two", "array")]
        .into_iter()
        .chain(CURSORS.map(|name| (name, "string")))
        .map(|(name, kind)| (name.to_owned(), vec![serde_json::json!({ "type": kind })]))
        .collect();
    assert_eq!(differences(reads, &names), Vec::<String>::new());
    names.insert("three".to_owned(), vec![Value::Null]);
    names.insert("one".to_owned(), vec![serde_json::json!({ "type": "integer" })]);
    names.remove("two");
    let found = differences(reads, &names);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[2].contains("never reads three"), "{found:?}");
}
