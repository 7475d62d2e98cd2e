//! Places in Unicode code points, as people and apps count them. The engine counts bytes.

use std::ops::Range;

use crate::subject::{Part, Subject};
use crate::verdict::Finding;

/// The way from bytes of a text to its code points.
#[derive(Clone, Debug)]
pub struct CodePoints(Option<Vec<usize>>);

impl CodePoints {
    /// That of `text`.
    pub fn of(text: &str) -> Self {
        // In ASCII they are the same.
        Self((!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect()))
    }

    /// From the first code point to the one behind the last of what stands at `bytes`.
    pub fn span(&self, bytes: Range<usize>) -> Range<usize> {
        let point = |byte: usize| self.0.as_ref().map_or(byte, |starts| starts.partition_point(|start| *start < byte));
        point(bytes.start)..point(bytes.end)
    }
}

/// The same for all texts of a subject.
#[derive(Clone, Debug)]
pub struct Places(Vec<(Part, CodePoints)>);

impl Places {
    /// Those of `subject`.
    pub fn of(subject: &Subject) -> Self {
        Self(subject.parts.iter().map(|(part, text)| (*part, CodePoints::of(text))).collect())
    }

    /// Where in its text `found` stands, in code points; empty for what no text shows.
    pub fn span(&self, found: &Finding) -> Range<usize> {
        let text = self.0.iter().find(|(part, _)| *part == found.part);
        text.map_or(0..0, |(_, points)| points.span(found.span.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_are_counted_not_bytes() {
        let text = "née 👩‍🏫 H80";
        let at = text.find("H80").unwrap();
        let span = CodePoints::of(text).span(at..at + 3);
        assert_eq!(span, 8..11);
        assert_eq!(text.chars().skip(span.start).collect::<String>(), "H80");
        assert_eq!(CodePoints::of("nee H80").span(4..7), 4..7);
        assert_eq!(CodePoints::of(text).span(0..text.len()).end, text.chars().count());
        assert_eq!(CodePoints::of("").span(0..0), 0..0);
    }
}
