//! The views rules read: one spelling for what looks the same, and the way back to the original.
//!
//! | view | what it undoes |
//! |---|---|
//! | [`View::plain`] | case, width, compatibility forms, invisible characters, kinds of dashes, quotes and white space |
//! | [`View::folded`] | letters of other alphabets and styles that look Latin, marks, text turned around |
//! | `Joined` | signs and digits for letters, letters set apart or words run together |
//!
//! Every view leads back: [`View::original`] gives the bytes of the original a match was made of.

mod fold;
pub(crate) mod joined;

use std::ops::Range;

use staffroom_domain::text::SourceMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest run of a character and its marks taken as one, so that stacked marks cost no more than their length.
const MAX_CLUSTER_CHARS: usize = 32;

/// From here on text is shown from right to left whatever its letters, until [`END_OF_TURN`] or the end of the line.
const TURN: char = '\u{202e}';
const END_OF_TURN: char = '\u{202c}';

/// A text normalised, with a map back to the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    text: String,
    map: SourceMap,
}

impl View {
    /// Unifies compatibility forms (NFKC), folds case, removes invisible characters, makes white space runs one space,
    /// dashes `-` and curly quotes straight.
    pub fn plain(original: &str) -> Self {
        let mut view = Self::sized(original.len());
        view.read(original, plain_cluster);
        view.end()
    }

    /// The plain view with everything that looks like a Latin letter made one: other alphabets, styled and turned
    /// letters, letters with marks. `None` for ASCII, where it would be the plain view again.
    pub fn folded(original: &str) -> Option<Self> {
        if original.is_ascii() {
            return None;
        }
        let mut view = Self::sized(original.len());
        if original.contains(TURN) {
            let mut clusters = Vec::new();
            each_cluster(original, 0, |cluster, range| clusters.push((cluster.to_owned(), range)));
            let mut start = 0;
            for line in original.split_inclusive([TURN, END_OF_TURN, '\n']) {
                let end = start + line.len();
                let first = clusters.partition_point(|(_, range)| range.start < start);
                let behind = clusters.partition_point(|(_, range)| range.start < end);
                let turned = original.get(..start).is_some_and(|before| before.ends_with(TURN));
                let mut stretch: Vec<_> = clusters.get(first..behind).unwrap_or_default().iter().collect();
                if turned {
                    stretch.reverse();
                }
                for (cluster, range) in stretch {
                    view.push_cluster(cluster, range.clone(), fold::cluster);
                }
                start = end;
            }
        } else {
            view.read(original, fold::cluster);
        }
        Some(view.end())
    }

    /// The words of hashtags that are written with capitals, digits or `_` between them, a line for each; `None` if there
    /// are none.
    pub(crate) fn hashtags(original: &str) -> Option<Self> {
        let mut view = Self::sized(64);
        for (start, _) in original.match_indices('#') {
            let tag = original.get(start + 1..).unwrap_or_default();
            let tag = tag.get(..tag.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(tag.len()));
            let Some(tag) = tag.filter(|tag| has_parts(tag)) else { continue };
            view.text.push('\n');
            let mut before = ' ';
            for (at, c) in tag.char_indices() {
                if is_new_part(before, c) {
                    view.text.push(' ');
                }
                before = c;
                if c == '_' {
                    continue;
                }
                let from = start + 1 + at;
                view.map.made(view.text.len(), from..from + c.len_utf8());
                view.text.extend(c.to_lowercase());
            }
        }
        (!view.text.is_empty()).then_some(view)
    }

    /// The normalised text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The range of the original from which `found`, a range of the normalised text, was made.
    ///
    /// Always at character boundaries of the original; never empty if `found` is not.
    pub fn original(&self, found: Range<usize>) -> Range<usize> {
        self.map.source(found)
    }

    /// Stretches of the text in which something was read as Latin letters that was not written so, with `around` bytes
    /// beside it and whole words; sorted, none overlapping.
    pub(crate) fn read_otherwise(&self, around: usize) -> Vec<Range<usize>> {
        if self.map.is_turned() {
            let whole = 0..self.text.len();
            return vec![whole];
        }
        let letters = |at: &usize| self.text.as_bytes().get(*at).is_some_and(u8::is_ascii_alphanumeric);
        stretches(&self.text, self.map.made_at().filter(letters), around)
    }

    /// Reads `original`, spelling what is not plainly ASCII cluster by cluster.
    fn read(&mut self, original: &str, spell: impl Fn(&str, &mut dyn FnMut(char))) {
        let mut start = 0;
        while let Some(rest) = original.get(start..).filter(|rest| !rest.is_empty()) {
            let ascii = rest.bytes().take_while(u8::is_ascii).count();
            // A mark may follow the last of them.
            let plain = if ascii == rest.len() { ascii } else { ascii.saturating_sub(1) };
            self.push_run(rest.get(..plain).unwrap_or_default(), start);
            let end = rest.bytes().skip(ascii).take_while(|b| !b.is_ascii()).count() + ascii;
            let clusters = rest.get(plain..end).unwrap_or_default();
            each_cluster(clusters, start + plain, |cluster, range| self.push_cluster(cluster, range, &spell));
            start += end;
        }
    }

    /// Pushes ASCII, as many bytes at once as stay what they are but for their case.
    fn push_run(&mut self, run: &str, from: usize) {
        let mut taken = 0;
        let bytes = run.as_bytes();
        let is_plain = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_graphic);
        let stays = |at: usize, b: u8| b.is_ascii_graphic() && b != b'`' || b == b' ' && is_plain(at);
        for (at, b) in run.bytes().enumerate().filter(|(at, b)| !stays(*at, *b)) {
            self.push_bytes(run, taken..at, from);
            taken = at + 1;
            let other = match b {
                b'`' => '\'',
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c'
                    if !self.text.is_empty() && !self.text.ends_with(' ') =>
                {
                    ' '
                }
                _ => continue,
            };
            self.map.copied(self.text.len(), from + at..from + at + 1);
            self.text.push(other);
        }
        self.push_bytes(run, taken..run.len(), from);
    }

    fn push_bytes(&mut self, run: &str, range: Range<usize>, from: usize) {
        if let Some(bytes) = run.get(range.clone()).filter(|bytes| !bytes.is_empty()) {
            let at = self.text.len();
            self.map.copied(at, from + range.start..from + range.end);
            self.text.push_str(bytes);
            self.text.get_mut(at..).unwrap_or_default().make_ascii_lowercase();
        }
    }

    fn sized(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), map: SourceMap::default() }
    }

    fn end(mut self) -> Self {
        self.text.truncate(self.text.trim_end().len());
        self.map.truncate(self.text.len());
        self
    }

    fn push_cluster(&mut self, cluster: &str, range: Range<usize>, spell: impl Fn(&str, &mut dyn FnMut(char))) {
        let mut chars = cluster.chars();
        if let (Some(c), None) = (chars.next(), chars.next())
            && c.is_ascii()
        {
            return self.push_run(cluster, range.start);
        }
        let at = self.text.len();
        spell(cluster, &mut |c| match c {
            ' ' if self.text.is_empty() || self.text.ends_with(' ') => {}
            c => self.text.push(c),
        });
        if self.text.len() > at {
            self.map.made(at, range);
        }
    }
}

/// Takes `original` apart into characters with their marks; what shows nothing is left out. Places are counted from
/// `offset`.
fn each_cluster(original: &str, offset: usize, mut each: impl FnMut(&str, Range<usize>)) {
    let mut range = 0..0;
    let mut chars = 0;
    // The cluster without what shows nothing, where something of the kind stands inside it.
    let mut cleaned = String::new();
    let mut end = |range: Range<usize>, cleaned: &mut String| {
        let whole = original.get(range.clone()).unwrap_or_default();
        let cluster = if cleaned.is_empty() { whole } else { cleaned.as_str() };
        if !cluster.is_empty() {
            each(cluster, offset + range.start..offset + range.end);
        }
        cleaned.clear();
    };
    for (at, c) in original.char_indices() {
        if !c.is_ascii() && continues_cluster(c) && chars < MAX_CLUSTER_CHARS {
            if range.end != at && cleaned.is_empty() {
                cleaned.push_str(original.get(range.clone()).unwrap_or_default());
            }
            if range.end != at || !cleaned.is_empty() {
                cleaned.push(c);
            }
            chars += 1;
        } else if is_invisible(c) {
            continue;
        } else {
            end(range.clone(), &mut cleaned);
            (range, chars) = (at..at, 1);
        }
        range.end = at + c.len_utf8();
    }
    end(range, &mut cleaned);
}

/// One spelling of a character with its marks.
fn plain_cluster(cluster: &str, push: &mut dyn FnMut(char)) {
    for c in cluster.nfkc().flat_map(char::to_lowercase) {
        match plain_form(c) {
            'ß' => "ss".chars().for_each(&mut *push),
            c => push(c),
        }
    }
}

/// Spellings of one sign that neither NFKC nor lower case unify.
fn plain_form(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        // A braille sign without dots is blank.
        '\u{2800}' => ' ',
        '‘' | '’' | '‛' | 'ʼ' | '`' | '´' | '′' => '\'',
        '“' | '”' | '„' | '‟' | '″' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '⁃' | '﹘' | '⸺' | '⸻' => '-',
        'ς' => 'σ',
        c => c,
    }
}

/// Stretches of `text` around the bytes `at`, whole words; sorted, none overlapping.
pub(crate) fn stretches(text: &str, at: impl Iterator<Item = usize>, around: usize) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for at in at {
        if let Some(last) = stretches.last_mut().filter(|last| at < last.end) {
            // What begins near its end reaches further.
            if at + around > last.end {
                last.end = word_end(text, at + around);
            }
            continue;
        }
        let before = text.get(..at).unwrap_or_default();
        let start = before.char_indices().rev().nth(around).map_or(0, |(at, _)| at);
        let start = before.get(..start).and_then(|before| before.rfind(' ')).map_or(0, |at| at + 1);
        let start = stretches.last().map_or(start, |last| start.max(last.end));
        stretches.push(start..word_end(text, at + around));
    }
    stretches
}

/// The end of the word at or behind `at`.
fn word_end(text: &str, at: usize) -> usize {
    let at = (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text.get(at..).and_then(|rest| rest.find(' ')).map_or(text.len(), |behind| at + behind)
}

/// Whether a hashtag is of several words.
fn has_parts(tag: &str) -> bool {
    tag.chars().zip(tag.chars().skip(1)).any(|(before, c)| is_new_part(before, c))
}

fn is_new_part(before: char, c: char) -> bool {
    c == '_' || (before.is_lowercase() && c.is_uppercase()) || (before.is_alphabetic() && c.is_numeric())
}

/// A text with its capitals kept, otherwise in one spelling; hyphens are spaces.
pub(crate) fn cased(text: &str) -> String {
    let mut cased = String::with_capacity(text.len());
    for c in text.nfkc().filter(|c| !is_invisible(*c)).map(plain_form) {
        match c {
            ' ' | '-' if cased.is_empty() || cased.ends_with(' ') => {}
            '-' => cased.push(' '),
            c => cased.push(c),
        }
    }
    cased
}

/// Whether NFKC may join `c` to what stands before it: marks, the later parts of a Hangul syllable, and the
/// half-width Japanese voicing signs.
fn continues_cluster(c: char) -> bool {
    is_combining_mark(c) && !is_invisible(c)
        || matches!(c, '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}' | '\u{ff9e}' | '\u{ff9f}')
}

/// Characters that show nothing: zero-width and bidirectional controls, soft hyphen, fillers, variation selectors,
/// tags (Unicode property `Default_Ignorable_Code_Point`), and control characters other than white space.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests;
