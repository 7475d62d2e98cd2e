//! Reading members whose shape differs from server to server. Every function here accepts any JSON.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use super::{MAX_NAME_CHARS, MAX_TEXT_CHARS, MAX_URL_BYTES};

/// An id or link we are willing to keep: http(s), a host name, no credentials, no fragment tricks, of sane length.
pub fn parse_url(text: &str) -> Option<Url> {
    let url = (text.len() <= MAX_URL_BYTES).then(|| Url::parse(text.trim()).ok()).flatten()?;
    let is_plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (is_plain && url.domain().is_some_and(|host| !host.is_empty() && !host.ends_with('.'))).then_some(url)
}

/// The items of a list, or the value itself as a list of one, or nothing for `null`.
pub fn items(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// The id in a reference: the string itself, or `id` of an embedded object.
pub fn id_of(value: &Value) -> Option<Url> {
    match value {
        Value::String(text) => parse_url(text),
        Value::Object(members) => parse_url(members.get("id")?.as_str()?),
        _ => None,
    }
}

/// The first link to show to people: a string, or `href`/`url` of an embedded link or picture, in that order; links
/// said to be HTML come first.
pub fn link_of(value: &Value) -> Option<Url> {
    let links = items(value);
    let is_html = |link: &&Value| link.get("mediaType").and_then(Value::as_str) == Some("text/html");
    links.iter().find(is_html).or_else(|| links.first()).and_then(|link| match link {
        Value::String(text) => parse_url(text),
        Value::Object(members) => match (members.get("href"), members.get("url")) {
            (Some(Value::String(text)), _) | (None, Some(Value::String(text))) => parse_url(text),
            _ => None,
        },
        _ => None,
    })
}

/// At most `limit` characters of `text`.
pub fn shorten(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

/// For `deserialize_with`: one id, by reference or embedded; of several the first.
///
/// # Errors
/// Only what the JSON parser itself reports.
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    Ok(items(&Value::deserialize(deserializer)?).iter().find_map(id_of))
}

/// For `deserialize_with`: a link for people.
///
/// # Errors
/// Only what the JSON parser itself reports.
pub fn link<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    Ok(link_of(&Value::deserialize(deserializer)?))
}

/// For `deserialize_with`: one word; of several the first. Empty when absent.
///
/// # Errors
/// Only what the JSON parser itself reports.
pub fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(items(&value).iter().find_map(Value::as_str).map(|text| shorten(text, MAX_NAME_CHARS)).unwrap_or_default())
}

/// For `deserialize_with`: a text; empty strings and other shapes are absent.
///
/// # Errors
/// Only what the JSON parser itself reports.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().filter(|text| !text.is_empty()).map(|text| shorten(text, MAX_TEXT_CHARS)))
}

/// For `deserialize_with`: a truth value; anything else is absent.
///
/// # Errors
/// Only what the JSON parser itself reports.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(Value::deserialize(deserializer)?.as_bool())
}

/// For `deserialize_with`: any values as a list.
///
/// # Errors
/// Only what the JSON parser itself reports.
pub fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        one => vec![one],
    })
}

/// A string member of an embedded object.
pub fn member<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// A whole number between 1 and 2³²−1 in an embedded object (a size in pixels).
pub fn pixels(value: &Value, name: &str) -> Option<u32> {
    value.get(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0)
}
