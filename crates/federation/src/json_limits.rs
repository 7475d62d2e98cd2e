//! Bounds on JSON from strangers, checked in one linear pass without recursion, before anything is parsed.
//!
//! Knows nothing of ActivityStreams. A document that passes is not yet valid JSON; one that fails is never parsed.

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
    fn oversized_documents_are_refused() {
        assert_eq!(check("[".repeat(65).as_bytes()), Err(JsonLimit::Depth));
        assert_eq!(check(r#"{"a":"#.repeat(100_000).as_bytes()), Err(JsonLimit::Depth));
        assert_eq!(check(format!("[{}1]", "1,".repeat(20_000)).as_bytes()), Err(JsonLimit::Values));
        assert_eq!(check(format!("[{}]", "9".repeat(65)).as_bytes()), Err(JsonLimit::Number));
    }
}
