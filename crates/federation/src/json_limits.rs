//! JSON from strangers: its bounds, checked in one linear pass without recursion before anything is parsed, and a parser
//! that takes no member twice, since two readers may each believe another one.
//!
//! Knows nothing of ActivityStreams. A document that fails the bounds is never parsed.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Deepest nesting of objects and arrays.
pub const MAX_DEPTH: usize = 64;
/// Most values (object members and array items together) in one document.
pub const MAX_VALUES: usize = 20_000;
/// Longest number, in characters: longer ones only exist to keep a parser busy.
pub const MAX_NUMBER_BYTES: usize = 64;

/// Which bound a document exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonLimit {
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("json is nested deeper than {MAX_DEPTH}")]
    Depth,
    /// More than [`MAX_VALUES`] values.
    #[error("json has more than {MAX_VALUES} values")]
    Values,
    /// A number longer than [`MAX_NUMBER_BYTES`].
    #[error("json number is longer than {MAX_NUMBER_BYTES} characters")]
    Number,
}

/// Checks `body` against every bound above.
///
/// # Errors
/// The first [`JsonLimit`] exceeded.
pub fn check(body: &[u8]) -> Result<(), JsonLimit> {
    let (mut depth, mut values, mut number) = (0_usize, 1_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in body {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        number = if matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') { number + 1 } else { 0 };
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(JsonLimit::Depth);
        }
        if values > MAX_VALUES {
            return Err(JsonLimit::Values);
        }
        if number > MAX_NUMBER_BYTES {
            return Err(JsonLimit::Number);
        }
    }
    Ok(())
}

/// Why a document was not read.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// Beyond a bound; it was not parsed.
    #[error(transparent)]
    Limit(#[from] JsonLimit),
    /// Not JSON, or an object in it names a member twice.
    #[error("json without doubled members expected: {0}")]
    Invalid(#[from] serde_json::Error),
}

/// Reads a document within the bounds above in which no object names a member twice.
///
/// # Errors
/// [`JsonError`].
pub fn parse(body: &[u8]) -> Result<Value, JsonError> {
    check(body)?;
    let Once(value) = serde_json::from_slice(body)?;
    Ok(value)
}

/// A value whose objects have each member once.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("json")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut found = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            found.push(item);
        }
        Ok(found.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut found = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Once(value) = members.next_value()?;
            if found.insert(name, value).is_some() {
                return Err(A::Error::custom("an object names a member twice"));
            }
        }
        Ok(found.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_documents_pass_and_brackets_in_strings_do_not_count() {
        assert_eq!(check(br#"{"a":[1,2,{"b":"x"}],"c":-1.5e3}"#), Ok(()));
        let text = format!(r#"{{"a":"{}\"{}"}}"#, "[".repeat(1000), ",".repeat(30_000));
        assert_eq!(check(text.as_bytes()), Ok(()));
        assert_eq!(check(format!("{}{}", "[".repeat(64), "]".repeat(64)).as_bytes()), Ok(()));
    }

    #[test]
    fn a_member_occurs_once_at_any_depth() {
        let document = r#"{"a":[1,-2,0.5,null,true,{"b":"x","c":"\u0062"}],"b":{}}"#;
        assert_eq!(parse(document.as_bytes()).unwrap(), serde_json::from_str::<Value>(document).unwrap());
        for bad in [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":1,"b":2,"a":3}]}"#, r#"{"a":1,"\u0061":2}"#, "{", "{} {}", ""] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn oversized_documents_are_refused() {
        assert_eq!(check("[".repeat(65).as_bytes()), Err(JsonLimit::Depth));
        assert_eq!(check(r#"{"a":"#.repeat(100_000).as_bytes()), Err(JsonLimit::Depth));
        assert_eq!(check(format!("[{}1]", "1,".repeat(20_000)).as_bytes()), Err(JsonLimit::Values));
        assert_eq!(check(format!("[{}]", "9".repeat(65)).as_bytes()), Err(JsonLimit::Number));
    }
}
