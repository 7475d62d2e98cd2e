//! How long a status is, as Mastodon's composer counts it.

use unicode_segmentation::UnicodeSegmentation;

use super::scan::scan;

/// What every link counts, whatever its length; clients are told as `characters_reserved_per_url`.
pub const URL_CHARS: usize = 23;

/// Length of a status in characters as people see them (grapheme clusters).
///
/// Links count [`URL_CHARS`], mentions only their name without host, and the content warning counts too. Same as
/// Mastodon's status length validator, so that a client's counter and ours agree.
pub fn length(text: &str, spoiler: &str) -> usize {
    let found = scan(text);
    let links = found.links.iter().cloned().map(|range| (range, URL_CHARS));
    let mentions = found.mentions.iter().map(|m| (m.range.clone(), 1 + m.user.len()));
    let replaced = links.chain(mentions).map(|(range, counts)| {
        let written = text.get(range).unwrap_or_default().graphemes(true).count();
        (written, counts)
    });
    let (written, counted) = replaced.fold((0, 0), |(w, c), (written, counts)| (w + written, c + counts));
    (text.graphemes(true).count() + spoiler.graphemes(true).count() + counted).saturating_sub(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_mastodon_counts() {
        for (text, spoiler, wanted) in [
            ("", "", 0),
            ("hello", "", 5),
            ("héllo", "cw", 7),
            ("👩‍🏫🇬🇧e\u{301}", "", 3),
            ("see https://example.org/a/very/long/path/indeed", "", 4 + 23),
            ("http://a.io", "", 23),
            ("@amy@oak.test hi", "", 4 + 3),
            ("@amy@localhost:3001", "", 4),
            ("教育", "", 2),
        ] {
            assert_eq!(length(text, spoiler), wanted, "{text}");
        }
    }
}
