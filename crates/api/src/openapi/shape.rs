//! The small language of `operations.txt` and `entities.txt`, as JSON Schema of OpenAPI 3.1. Knows no endpoint.
//!
//! A shape is `text`, `id`, `id:kind` (the id of such a thing), `int`, `number`, `flag`, `time`, `date`, `url`, `email`,
//! `file`, `object`, `any`, some words (`one/other`), an entity (`Status`), a list (`[shape]`), a group of fields
//! (`{ name shape, … }`), one of several (`shape|shape`), or any of these or null (`shape?`).

use std::iter::Peekable;

use serde_json::{Map, Value, json};

/// Which fields may be missing when they do not say so themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Usually {
    /// Those of answers are there, but for `name?`.
    There,
    /// Those of requests can be missing, but for `name!`.
    Missing,
}

/// Named shapes.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Schemas by name, in the order written.
    pub(super) properties: Vec<(String, Value)>,
    /// Names of those that must be there.
    pub(super) required: Vec<String>,
    /// Entities whose fields these have as well.
    bases: Vec<String>,
}

impl Fields {
    /// The schema of an object with these fields.
    pub(super) fn schema(&self) -> Value {
        let properties: Map<String, Value> = self.properties.iter().cloned().collect();
        let mut own = json!({ "type": "object", "properties": properties });
        if let (false, Value::Object(own)) = (self.required.is_empty(), &mut own) {
            own.insert("required".to_owned(), json!(self.required));
        }
        if self.bases.is_empty() {
            return own;
        }
        let all: Vec<Value> = self.bases.iter().map(|base| entity(base)).chain([own]).collect();
        json!({ "allOf": all })
    }
}

/// Reads fields; `None` when `text` is none.
pub(super) fn fields(text: &str, usually: Usually) -> Option<Fields> {
    let mut reader = Reader { tokens: tokens(text).into_iter().peekable(), usually };
    let fields = reader.fields()?;
    reader.tokens.next().is_none().then_some(fields)
}

/// Reads a shape of an answer; `None` when `text` is none.
pub(super) fn shape(text: &str) -> Option<Value> {
    let mut reader = Reader { tokens: tokens(text).into_iter().peekable(), usually: Usually::There };
    let shape = reader.shape()?;
    reader.tokens.next().is_none().then_some(shape)
}

fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for word in text.split_whitespace() {
        let parts = word.split_inclusive(is_sign);
        for part in parts {
            let name = part.trim_end_matches(is_sign);
            let (_, sign) = part.split_at(name.len());
            tokens.extend([name, sign].into_iter().filter(|token| !token.is_empty()));
        }
    }
    tokens
}

fn is_sign(c: char) -> bool {
    "{}[],?!|+".contains(c)
}

struct Reader<'a, I: Iterator<Item = &'a str>> {
    tokens: Peekable<I>,
    usually: Usually,
}

impl<'a, I: Iterator<Item = &'a str>> Reader<'a, I> {
    fn takes(&mut self, sign: &str) -> bool {
        self.tokens.next_if(|token| *token == sign).is_some()
    }

    fn word(&mut self) -> Option<&'a str> {
        self.tokens.next_if(|token| !token.starts_with(is_sign))
    }

    fn fields(&mut self) -> Option<Fields> {
        let mut fields = Fields::default();
        if self.tokens.peek().is_none_or(|token| *token == "}") {
            return Some(fields);
        }
        loop {
            if self.takes("+") {
                fields.bases.push(self.word()?.to_owned());
            } else {
                let name = self.word()?.to_owned();
                let is_there = self.takes("!") || (!self.takes("?") && self.usually == Usually::There);
                let shape = self.shape()?;
                if is_there {
                    fields.required.push(name.clone());
                }
                fields.properties.push((name, shape));
            }
            if !self.takes(",") {
                return Some(fields);
            }
        }
    }

    fn shape(&mut self) -> Option<Value> {
        let mut shapes = vec![self.one()?];
        while self.takes("|") {
            shapes.push(self.one()?);
        }
        if shapes.len() > 1 { Some(json!({ "anyOf": shapes })) } else { shapes.pop() }
    }

    fn one(&mut self) -> Option<Value> {
        let schema = if self.takes("[") {
            let items = self.shape()?;
            self.takes("]").then(|| json!({ "type": "array", "items": items }))?
        } else if self.takes("{") {
            let fields = self.fields()?;
            self.takes("}").then(|| fields.schema())?
        } else {
            named(self.word()?)?
        };
        Some(if self.takes("?") { or_null(schema) } else { schema })
    }
}

fn named(word: &str) -> Option<Value> {
    if let Some(kind) = word.strip_prefix("id:") {
        return Some(json!({ "type": "string", "pattern": "^[0-9]+$", "x-names": kind }));
    }
    Some(match word {
        "text" => json!({ "type": "string" }),
        "id" => json!({ "type": "string", "pattern": "^[0-9]+$" }),
        "int" => json!({ "type": "integer" }),
        "number" => json!({ "type": "number" }),
        "flag" => json!({ "type": "boolean" }),
        "time" => json!({ "type": "string", "format": "date-time" }),
        "date" => json!({ "type": "string", "format": "date" }),
        "url" => json!({ "type": "string", "format": "iri" }),
        "email" => json!({ "type": "string", "format": "email" }),
        "file" => json!({ "type": "string", "format": "binary" }),
        "object" => json!({ "type": "object" }),
        "any" => json!({}),
        words if words.contains('/') => json!({ "type": "string", "enum": words.split('/').collect::<Vec<_>>() }),
        name if name.starts_with(|c: char| c.is_ascii_uppercase()) => entity(name),
        _ => return None,
    })
}

fn entity(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn or_null(mut schema: Value) -> Value {
    let Some(kind) = schema.get("type").cloned() else {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    };
    if let Value::Object(members) = &mut schema {
        members.insert("type".to_owned(), json!([kind, "null"]));
        if let Some(Value::Array(words)) = members.get_mut("enum") {
            words.push(Value::Null);
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_read() {
        let list = json!({ "type": "array", "items": { "type": "string" } });
        assert_eq!(shape("[text]"), Some(list));
        assert_eq!(shape("a/b?"), Some(json!({ "type": ["string", "null"], "enum": ["a", "b", null] })));
        let either = json!({ "anyOf": [entity("Status"), { "type": "integer" }] });
        assert_eq!(shape("Status|int"), Some(either));
        assert_eq!(shape("Poll?"), Some(json!({ "anyOf": [entity("Poll"), { "type": "null" }] })));
        assert_eq!(shape("{}"), Some(json!({ "type": "object", "properties": {} })));
        assert_eq!(shape("id:list").unwrap()["x-names"], "list");
    }

    #[test]
    fn fields_say_whether_they_can_be_missing() {
        let answer = fields("+Account, a text, b? [ { c flag } ]", Usually::There).unwrap();
        assert_eq!(answer.required, ["a"]);
        assert_eq!(answer.schema()["allOf"][0], entity("Account"));
        assert_eq!(answer.properties[1].1["items"]["required"], json!(["c"]));
        let request = fields("a text, b! int?", Usually::Missing).unwrap();
        assert_eq!(request.required, ["b"]);
        assert_eq!(request.properties[1].1["type"], json!(["integer", "null"]));
    }

    #[test]
    fn what_is_no_shape_is_noticed() {
        for wrong in ["txt", "[text", "{ a text", "{ a }", "text text", "", "a/b]"] {
            assert_eq!(shape(wrong), None, "{wrong}");
        }
        assert!(fields("a text b text", Usually::There).is_none());
    }
}
