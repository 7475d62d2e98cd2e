//! What gives away that something held was seen: a marker, which stands in one held status alone, and a word that stands in
//! all of them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Begins every marker.
pub(super) const MARKER: &str = "heldmark";
/// Stands in everything that is held, so that a search for a marker shows what it found.
pub(super) const COMMON: &str = "tellnobody";
/// What a marker counts with.
const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// The places of its digits.
const PLACES: [u32; 4] = [3, 2, 1, 0];

/// The marker number `n`.
pub(super) fn marker(n: usize) -> String {
    let digit = |place: u32| char::from(DIGITS[n / 32_usize.pow(place) % 32]);
    let mut marker = MARKER.to_owned();
    marker.extend(PLACES.map(digit));
    marker
}

/// The markers in `text`, however they are spelt.
pub(super) fn markers_in(text: &str) -> BTreeSet<String> {
    let text = text.to_lowercase();
    let ends =
        text.match_indices(MARKER).filter_map(|(at, _)| text.get(at + MARKER.len()..at + MARKER.len() + PLACES.len()));
    let counted = ends.filter(|end| end.bytes().all(|byte| DIGITS.contains(&byte)));
    counted.map(|end| format!("{MARKER}{end}")).collect()
}

/// What `text` gives away to somebody who asked for `asked`: that is said again to whoever asks.
pub(super) fn leaks(text: &str, asked: &str) -> Vec<String> {
    let known = markers_in(asked);
    let mut found: Vec<String> = markers_in(text).difference(&known).cloned().collect();
    if !asked.contains(COMMON) && text.to_lowercase().contains(COMMON) {
        found.push(COMMON.to_owned());
    }
    found
}

/// A letter as whoever gets it reads it: with its body decoded, whichever way that was written.
pub(super) fn letter(raw: &str) -> String {
    let body = raw.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let decoded = STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap_or_default();
    format!("{raw}\n{}\n{}", raw.replace("=\r\n", ""), String::from_utf8_lossy(&decoded))
}

#[test]
fn the_finder_finds_markers_wherever_they_stand() {
    let all: BTreeSet<String> = (0..40_000).map(marker).collect();
    assert_eq!((all.len(), marker(0), marker(33)), (40_000, "heldmarkaaaa".to_owned(), "heldmarkaabb".to_owned()));
    let (one, other) = (marker(7), marker(8));
    for text in [format!("{{\"a\":\"#{one}\"}}"), one.to_uppercase(), format!("é{one}é"), format!("x={one}%20")] {
        assert_eq!(leaks(&text, ""), std::slice::from_ref(&one), "{text}");
        assert_eq!(leaks(&text, &format!("/tags/{one}")), Vec::<String>::new());
    }
    assert_eq!(leaks(&format!("{one} {other} TellNobody"), &one), [other.clone(), COMMON.to_owned()]);
    assert_eq!(leaks(&format!("{one} {COMMON}"), COMMON), std::slice::from_ref(&one));
    assert_eq!(leaks("heldmarker tell nobody", ""), Vec::<String>::new());
    let mail = format!("Subject: a\r\n\r\n{}\r\n", STANDARD.encode(&one));
    for raw in [mail, format!("Subject: a\r\n\r\nheldm=\r\n{}\r\n", &one[5..])] {
        assert_eq!(leaks(&letter(&raw), ""), std::slice::from_ref(&one), "{raw}");
    }
}
