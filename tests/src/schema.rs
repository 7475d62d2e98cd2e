//! Whether JSON is as an OpenAPI document says: as much of JSON Schema (2020-12) as our own document uses.

use serde_json::Value;

/// Where `value` is not as `schema`, which may refer to parts of `document`, wants it: the place and why.
#[must_use]
pub fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "", &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    if let Some(to) = schema["$ref"].as_str() {
        let Some(named) = document.pointer(to.trim_start_matches('#')) else {
            found.push(format!("{place}: the document has no {to}"));
            return;
        };
        return check(document, named, value, place, found);
    }
    if let Some(all) = schema["allOf"].as_array() {
        for one in all {
            check(document, one, value, place, found);
        }
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let tried: Vec<Vec<String>> = any.iter().map(|one| problems(document, one, value)).collect();
        if !tried.iter().any(Vec::is_empty) {
            found.push(format!("{place}: is none of those it can be: {tried:?}"));
        }
    }
    if !is_kind(&schema["type"], value) {
        found.push(format!("{place}: {value} is no {}", schema["type"]));
        return;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{place}: {value} is none of {words:?}"));
    }
    if let Some(text) = value.as_str() {
        let digits = schema["pattern"].is_null() || text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
        let formed = match schema["format"].as_str() {
            Some("date-time") => text.len() >= 20 && text.contains('T') && text.ends_with('Z'),
            Some("date") => text.len() == 10 && text.split('-').count() == 3,
            Some("iri") => text.contains("://"),
            _ => true,
        };
        if !digits || !formed {
            found.push(format!("{place}: {text:?} is not formed as {schema}"));
        }
    }
    if let (Some(members), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = required.filter(|name| !members.contains_key(*name));
        found.extend(missing.map(|name| format!("{place}/{name}: is not there")));
        for (name, property) in properties {
            if let Some(member) = members.get(name) {
                check(document, property, member, &format!("{place}/{name}"), found);
            }
        }
    }
    if let (Some(items), Some(schema)) = (value.as_array(), schema.get("items")) {
        for (at, item) in items.iter().enumerate() {
            check(document, schema, item, &format!("{place}/{at}"), found);
        }
    }
}

fn is_kind(kinds: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("null") => value.is_null(),
        _ => false,
    };
    match kinds {
        Value::Null => true,
        Value::Array(several) => several.iter().any(is),
        one => is(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_fits_and_what_does_not() {
        let document = json!({ "parts": { "Tag": {
            "type": "object", "required": ["name"],
            "properties": { "name": { "type": "string" }, "at": { "type": ["string", "null"], "format": "date-time" } },
        } } });
        let list = json!({ "type": "array", "items": { "$ref": "#/parts/Tag" } });
        for fits in [json!([]), json!([{ "name": "a", "at": null }]), json!([{ "name": "", "more": 1 }])] {
            assert_eq!(problems(&document, &list, &fits), Vec::<String>::new(), "{fits}");
        }
        for wrong in [json!({}), json!([{}]), json!([{ "name": 1 }]), json!([{ "name": "a", "at": "today" }])] {
            assert_eq!(problems(&document, &list, &wrong).len(), 1, "{wrong}");
        }
        let either = json!({ "anyOf": [{ "type": "string", "enum": ["a"] }, { "type": "integer" }] });
        assert!(problems(&document, &either, &json!(3)).is_empty());
        assert_eq!(problems(&document, &either, &json!("b")).len(), 1);
        let both = json!({ "allOf": [{ "$ref": "#/parts/Tag" }, { "$ref": "#/parts/None" }] });
        assert_eq!(problems(&document, &both, &json!({})).len(), 2);
        let id = json!({ "type": "string", "pattern": "^[0-9]+$" });
        assert_eq!(problems(&document, &id, &json!("12")).len() + 1, problems(&document, &id, &json!("1x")).len());
    }
}
