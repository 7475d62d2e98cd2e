//! Operations as the served OpenAPI document describes them, and requests made of that.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

/// Ids by the kind of thing they name.
pub(crate) type Ids = BTreeMap<String, String>;

/// An operation of the document.
pub(crate) struct Operation {
    /// `METHOD /path/{parameter}`.
    pub(crate) name: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) described: Value,
    /// Path parameters and the kinds they name.
    pub(crate) names: Vec<(String, String)>,
    /// Whether only moderators and administrators may call it.
    pub(crate) of_staff: bool,
}

/// All of them.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            let method = method.to_ascii_uppercase();
            let parameters = described["parameters"].as_array().unwrap();
            let named = parameters.iter().filter(|one| one["in"] == "path");
            all.push(Operation {
                name: format!("{method} {path}"),
                method: Method::from_bytes(method.as_bytes()).unwrap(),
                path: path.clone(),
                described: described.clone(),
                names: named.map(|one| (text(&one["name"]), text(&one["x-names"]))).collect(),
                of_staff: ["a moderator", "an administrator"]
                    .iter()
                    .any(|who| described["x-who"].as_str().unwrap().starts_with(who)),
            });
        }
    }
    all
}

impl Operation {
    /// The kinds its path names.
    pub(crate) fn kinds(&self) -> Vec<&str> {
        self.names.iter().map(|(_, kind)| kind.as_str()).collect()
    }

    /// Whether its answer has no end.
    pub(crate) fn is_stream(&self) -> bool {
        self.path.starts_with("/api/v1/streaming")
    }

    /// What its body is like, if it has one.
    pub(crate) fn body_schema(&self) -> Option<&Value> {
        let content = self.described["requestBody"]["content"].as_object()?;
        Some(&content.values().next()?["schema"])
    }

    /// What can stand in its query.
    pub(crate) fn query_parameters(&self) -> impl Iterator<Item = &Value> {
        self.described["parameters"].as_array().unwrap().iter().filter(|one| one["in"] == "query")
    }

    /// The address with `ids` in it, and what must be sent along. `more` are parameters by their place.
    pub(crate) fn request(&self, samples: &Samples, ids: &Ids, more: &[(&str, Value)]) -> (String, Value) {
        let mut path = self.path.clone();
        for (name, kind) in &self.names {
            path = path.replace(&format!("{{{name}}}"), &ids[kind]);
        }
        let mut query: Vec<String> = Vec::new();
        for parameter in self.query_parameters().filter(|one| one["required"] == true) {
            let name = text(&parameter["name"]);
            if !more.iter().any(|(own, _)| **own == name) {
                query.push(format!("{name}={}", plain(&samples.of(&parameter["schema"]))));
            }
        }
        let mut body = Value::Null;
        if let Some(schema) = self.body_schema() {
            body = samples.of(schema);
            for (name, value) in more {
                body[*name] = value.clone();
            }
        } else {
            query.extend(more.iter().map(|(name, value)| format!("{name}={}", plain(value))));
        }
        (if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }, body)
    }

    /// Parameters that name things: their names, the kinds and where. Kinds in `open` are left out.
    pub(crate) fn naming(&self, open: &[&str]) -> Vec<(String, String, Place)> {
        let mut found = Vec::new();
        let mut look = |name: &str, schema: &Value| {
            let groups = schema["items"]["properties"].as_object().into_iter().flatten();
            let groups = groups.map(|(member, schema)| (schema, Place::InGroups(member.clone())));
            for (schema, place) in [(schema, Place::Alone), (&schema["items"], Place::InList)].into_iter().chain(groups)
            {
                if let Some(kind) = schema["x-names"].as_str().filter(|kind| !open.contains(kind)) {
                    found.push((name.to_owned(), kind.to_owned(), place));
                }
            }
        };
        for parameter in self.query_parameters() {
            look(parameter["name"].as_str().unwrap(), &parameter["schema"]);
        }
        let members = self.body_schema().and_then(|body| body["properties"].as_object());
        for (name, schema) in members.into_iter().flatten() {
            look(name, schema);
        }
        found
    }
}

/// Where a parameter names things.
pub(crate) enum Place {
    Alone,
    InList,
    /// In this member of each group of a list.
    InGroups(String),
}

impl Place {
    /// The parameter with `id` in that place.
    pub(crate) fn value(&self, id: &str) -> Value {
        match self {
            Self::Alone => json!(id),
            Self::InList => json!([id]),
            Self::InGroups(member) => json!([{ member: id, "keyword": "mine", "description": "mine" }]),
        }
    }
}

/// What stands where anything of its shape may; ids are of what everybody may name.
pub(crate) struct Samples {
    pub(crate) account: String,
    pub(crate) status: String,
}

impl Samples {
    /// Something as `schema` wants it.
    pub(crate) fn of(&self, schema: &Value) -> Value {
        match schema["x-names"].as_str() {
            Some("account") => return json!(self.account),
            Some("status") => return json!(self.status),
            _ => {}
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[0].clone();
        }
        if let Some(several) = schema["anyOf"].as_array() {
            return self.of(&several[0]);
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("string"), Some("iri")) => json!("https://page.example/"),
            (Some("string"), Some("date-time")) => json!("2099-01-01T00:00:00Z"),
            (Some("string"), Some("email")) => json!("somebody@example.org"),
            (Some("string"), _) => json!("word"),
            (Some("boolean"), _) => json!(true),
            (Some("integer"), _) => json!(1),
            (Some("array"), _) => json!([self.of(&schema["items"])]),
            (Some("object"), _) => {
                let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                required.map(|name| (name.to_owned(), self.of(&schema["properties"][name]))).collect()
            }
            _ => Value::Null,
        }
    }
}

/// A value as it stands in an address.
fn plain(value: &Value) -> String {
    match value {
        Value::Array(items) => items.first().map(plain).unwrap_or_default(),
        Value::String(text) => text.replace(':', "%3A").replace('/', "%2F"),
        other => other.to_string(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
