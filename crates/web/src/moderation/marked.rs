//! Texts with the passages marked that rules found.

use std::ops::Range;

use staffroom_domain::hold::HoldFinding;

/// A stretch of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    /// The numbers, from 1, of the findings it is part of; none for what no rule found.
    pub(super) findings: Vec<usize>,
}

/// The text called `part`, in stretches. Findings whose place is not in it, or is no more, are passed over.
pub(super) fn marked<'a>(text: &'a str, part: &str, findings: &[HoldFinding]) -> Vec<Piece<'a>> {
    // places are counted in code points
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let bytes = |found: &HoldFinding| Some(*starts.get(found.start)?..*starts.get(found.end)?);
    let spans: Vec<(usize, Range<usize>)> = (1..)
        .zip(findings)
        .filter(|(_, found)| found.part == part && found.start < found.end)
        .filter_map(|(number, found)| Some((number, bytes(found)?)))
        .collect();
    let ends = spans.iter().flat_map(|(_, span)| [span.start, span.end]);
    let mut cuts: Vec<usize> = ends.chain([0, text.len()]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let piece = |(from, to): (&usize, &usize)| {
        let covers = |span: &Range<usize>| span.start <= *from && *to <= span.end;
        let findings = spans.iter().filter(|(_, span)| covers(span)).map(|(number, _)| *number).collect();
        Some(Piece { text: text.get(*from..*to)?, findings })
    };
    cuts.iter().zip(cuts.iter().skip(1)).filter_map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(part: &str, start: usize, end: usize) -> HoldFinding {
        HoldFinding {
            rule: "r".to_owned(),
            version: 1,
            kind: "phrase".to_owned(),
            action: "hold".to_owned(),
            reason: "Because".to_owned(),
            part: part.to_owned(),
            place: "the text",
            start,
            end,
        }
    }

    fn pieces(text: &str, findings: &[HoldFinding]) -> Vec<(String, Vec<usize>)> {
        marked(text, "content", findings).into_iter().map(|piece| (piece.text.to_owned(), piece.findings)).collect()
    }

    #[test]
    fn passages_are_marked_where_they_stand_also_one_within_another() {
        let text = "née 👩‍🏫 UPN: H8";
        let all = [found("content", 8, 12), found("content", 8, 15), found("spoiler_text", 0, 3)];
        let wanted = [("née 👩‍🏫 ", vec![]), ("UPN:", vec![1, 2]), (" H8", vec![2])];
        assert_eq!(pieces(text, &all), wanted.map(|(text, findings)| (text.to_owned(), findings)));
        assert_eq!(pieces(text, &[]), [(text.to_owned(), Vec::new())]);
        assert!(pieces("", &all).is_empty());
    }

    #[test]
    fn places_that_are_none_lose_nothing_of_the_text() {
        let text = "née";
        // beyond the end, backwards, empty
        for (start, end) in [(0, 4), (0, 9), (3, 1), (1, 1), (9, 12), (1, usize::MAX)] {
            assert_eq!(
                pieces(text, &[found("content", start, end)]),
                [(text.to_owned(), Vec::new())],
                "{start}..{end}"
            );
        }
    }
}
