//! What a file is, by its first bytes. Names and what servers say about their files are not believed.

/// Bytes of a file that are looked at.
pub const HEAD_BYTES: usize = 256;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Media type.
    pub(super) content_type: &'static str,
    /// How its name ends here.
    pub(super) extension: &'static str,
}

const fn kind(content_type: &'static str, extension: &'static str) -> Kind {
    Kind { content_type, extension }
}

/// What the file that begins with `head` is: a picture, film or sound that browsers show by themselves. `None` for
/// everything else, documents and SVG among it.
pub(super) fn sniff(head: &[u8]) -> Option<Kind> {
    let at = |from: usize, wanted: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(wanted));
    let has = |wanted: &[u8]| head.windows(wanted.len()).take(HEAD_BYTES).any(|part| part == wanted);
    if at(0, b"\xff\xd8\xff") {
        return Some(kind("image/jpeg", "jpg"));
    }
    if at(0, b"\x89PNG\r\n\x1a\n") {
        return Some(kind("image/png", "png"));
    }
    if at(0, b"GIF87a") || at(0, b"GIF89a") {
        return Some(kind("image/gif", "gif"));
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return Some(kind("image/webp", "webp"));
    }
    if at(0, b"RIFF") && at(8, b"WAVE") {
        return Some(kind("audio/wav", "wav"));
    }
    if at(4, b"ftyp") {
        return iso(head.get(8..12)?);
    }
    if at(0, b"\x1a\x45\xdf\xa3") && has(b"webm") {
        return Some(kind("video/webm", "webm"));
    }
    if at(0, b"OggS") {
        return Some(if has(b"theora") { kind("video/ogg", "ogv") } else { kind("audio/ogg", "ogg") });
    }
    if at(0, b"fLaC") {
        return Some(kind("audio/flac", "flac"));
    }
    if at(0, b"ID3") {
        return Some(kind("audio/mpeg", "mp3"));
    }
    match (head.first()?, head.get(1)?) {
        (0xff, 0xf1 | 0xf9) => Some(kind("audio/aac", "aac")),
        (0xff, 0xfa | 0xfb | 0xf2 | 0xf3) => Some(kind("audio/mpeg", "mp3")),
        _ => None,
    }
}

/// Whether the file that begins with `head` ([`HEAD_BYTES`], or all of it) is a picture, film or sound.
pub fn can_be_shown(head: &[u8]) -> bool {
    sniff(head).is_some()
}

/// By the major brand of an ISO base media file (ISO/IEC 14496-12, section 4.3).
fn iso(brand: &[u8]) -> Option<Kind> {
    match brand {
        b"avif" | b"avis" => Some(kind("image/avif", "avif")),
        b"M4A " | b"M4B " => Some(kind("audio/mp4", "m4a")),
        b"qt  " => Some(kind("video/quicktime", "mov")),
        b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"iso7" | b"iso8" | b"iso9" | b"mp41" | b"mp42"
        | b"mp71" | b"avc1" | b"dash" | b"M4V " | b"M4VH" | b"M4VP" | b"MSNV" | b"f4v " | b"3gp4" | b"3gp5"
        | b"3gp6" => Some(kind("video/mp4", "mp4")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (head, content_type) in [
            (&b"\xff\xd8\xff\xe0"[..], "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n", "image/png"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x20ftypavif", "image/avif"),
            (b"\0\0\0\x20ftypisom", "video/mp4"),
            (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
            (b"OggS\0\x02 OpusHead", "audio/ogg"),
            (b"ID3\x04", "audio/mpeg"),
            (b"\xff\xfb\x90", "audio/mpeg"),
            (b"fLaC", "audio/flac"),
        ] {
            assert_eq!(sniff(head).map(|kind| kind.content_type), Some(content_type), "{head:?}");
        }
    }

    #[test]
    fn what_can_hold_scripts_is_nothing() {
        for head in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<?xml version='1.0'?><svg/>",
            b"<!doctype html>",
            b"<html>",
            b"%PDF-1.7",
            b"PK\x03\x04",
            b"\x7fELF",
            b"#EXTM3U",
            b"\0\0\0\x20ftypheic",
            b"\x1a\x45\xdf\xa3\x42\x82\x88matroska",
            b" \xff\xd8\xff",
            b"GIF",
        ] {
            assert_eq!(sniff(head), None, "{head:?}");
        }
    }
}
