//! The view rules read: one spelling for what looks the same, and the way back to the original.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest run of a character and its marks taken as one, so that stacked marks cost no more than their length.
const MAX_CLUSTER_CHARS: usize = 32;

/// A text normalised, with a map back to the original.
///
/// Compatibility forms are unified (NFKC), case is folded, invisible characters are removed, white space runs and dashes become
/// one space, and curly quotes their plain forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    text: String,
    /// One piece per original cluster that left something: start in `text`, and its original range. Sorted by both.
    pieces: Vec<(usize, Range<usize>)>,
}

impl View {
    /// Normalises `original`.
    pub fn of(original: &str) -> Self {
        let mut view = Self { text: String::with_capacity(original.len()), pieces: Vec::new() };
        let mut cluster = String::new();
        let mut range = 0..0;
        for (at, c) in original.char_indices() {
            if is_invisible(c) {
                continue;
            }
            if !continues_cluster(c) || cluster.chars().count() >= MAX_CLUSTER_CHARS {
                view.push_cluster(&cluster, range);
                cluster.clear();
                range = at..at;
            }
            cluster.push(c);
            range.end = at + c.len_utf8();
        }
        view.push_cluster(&cluster, range);
        view.text.truncate(view.text.trim_end().len());
        view
    }

    /// The normalised text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The range of the original from which `found`, a range of the normalised text, was made.
    pub fn original(&self, found: Range<usize>) -> Range<usize> {
        let piece_at = |at: usize| {
            let after = self.pieces.partition_point(|(start, _)| *start <= at);
            self.pieces.get(after.wrapping_sub(1)).map(|(_, original)| original.clone()).unwrap_or_default()
        };
        piece_at(found.start).start..piece_at(found.end.saturating_sub(1)).end
    }

    fn push_cluster(&mut self, cluster: &str, range: Range<usize>) {
        let start = self.text.len();
        for c in cluster.nfkc().flat_map(char::to_lowercase) {
            match plain_form(c) {
                ' ' if self.text.is_empty() || self.text.ends_with(' ') => {}
                'ß' => self.text.push_str("ss"),
                c => self.text.push(c),
            }
        }
        if self.text.len() > start {
            self.pieces.push((start, range));
        }
    }
}

/// Spellings of one sign that neither NFKC nor lower case unify.
fn plain_form(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        '‘' | '’' | '‛' | 'ʼ' | '`' | '´' => '\'',
        '“' | '”' | '„' | '‟' => '"',
        // A hyphen parts words as a space does.
        '-' | '‐' | '‑' | '‒' | '–' | '—' | '−' => ' ',
        'ς' => 'σ',
        c => c,
    }
}

/// Whether NFKC may join `c` to what stands before it: marks, the later parts of a Hangul syllable, and the
/// half-width Japanese voicing signs.
fn continues_cluster(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}' | '\u{ff9e}' | '\u{ff9f}')
}

/// Characters that show nothing: zero-width and bidirectional controls, soft hyphen, fillers, variation selectors,
/// tags (Unicode property `Default_Ignorable_Code_Point`), and control characters other than white space.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_same_thing_become_one() {
        for (original, wanted) in [
            ("Child  Protection\n\tPLAN ", "child protection plan"),
            ("ｃｈｉｌｄ", "child"),
            ("c\u{200b}h\u{ad}i\u{202e}ld\u{fe0f}", "child"),
            ("E\u{301}cole École", "école école"),
            ("Straße STRASSE", "strasse strasse"),
            ("pupil’s — “x”", "pupil's \"x\""),
            ("child-protection - plan", "child protection plan"),
            ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
            ("가 ㈎ ｶﾞ", "가 (가) ガ"),
            ("", ""),
            ("\u{200b}", ""),
        ] {
            assert_eq!(View::of(original).text(), wanted, "{original:?}");
        }
    }

    #[test]
    fn ranges_lead_back_to_the_original() {
        let original = "a ｃ\u{200b}ｈi\u{ad}ld b";
        let view = View::of(original);
        let at = view.text().find("child").unwrap();
        assert_eq!(original.get(view.original(at..at + 5)).unwrap(), "ｃ\u{200b}ｈi\u{ad}ld");
    }

    proptest::proptest! {
        #[test]
        fn every_range_is_a_range_of_the_original(original in "(\\PC|[\u{200b}\u{301}\u{fdfa}\u{1161} \n]){0,40}") {
            let view = View::of(&original);
            let bounds: Vec<usize> = view.text().char_indices().map(|(at, _)| at).chain([view.text().len()]).collect();
            for pair in bounds.windows(2) {
                let range = view.original(pair[0]..pair[1]);
                proptest::prop_assert!(original.get(range.clone()).is_some_and(|s| !s.is_empty()), "{:?}", range);
            }
        }
    }
}
