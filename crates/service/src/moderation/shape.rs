//! What is kept of words that were found: their shape, from which nothing can be read or guessed.

/// Longest shape, in characters.
const MAX_SHAPE: usize = 80;

/// Letters and digits as such, without which they are.
pub(crate) fn shape(text: &str) -> String {
    let masked = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        c if c.is_ascii_punctuation() => c,
        _ => ' ',
    };
    text.chars().take(MAX_SHAPE).map(masked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_was_found_the_shape_is_kept_alone() {
        assert_eq!(shape("UPN: H801200001001, Zoë\u{200b}"), "XXX: X999999999999, Xxx ");
        assert_eq!(shape(&"a".repeat(500)).len(), MAX_SHAPE);
    }
}
