//! Sanitised HTML → plain text, for rules and search.

/// The text of sanitised HTML (ours, or out of [`sanitize`](super::sanitize)): paragraphs become blank lines, breaks
/// and list items line feeds; entities are decoded; what is only hidden by a class is kept.
///
/// Never fails; HTML that was not sanitised gives something, but not necessarily what a browser shows.
pub fn to_plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        decode_into(&mut out, text);
        let end = tag_end(tag);
        end_lines(&mut out, tag.get(1..end).unwrap_or_default());
        rest = tag.get(end + 1..).unwrap_or_default();
    }
    decode_into(&mut out, rest);
    out.trim().to_owned()
}

/// Index of the `>` that ends the tag at the start of `tag`; quoted ones do not.
pub(super) fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, b) in tag.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(q), b) if q == b => quote = None,
            _ => {}
        }
    }
    tag.len()
}

fn end_lines(out: &mut String, tag: &str) {
    let name = tag.split(|c: char| c.is_whitespace()).next().unwrap_or_default().trim_end_matches('/');
    let feeds = match name {
        "br" => {
            out.push('\n');
            return;
        }
        "p" | "/p" | "blockquote" | "/blockquote" | "pre" | "/pre" => 2,
        "ul" | "/ul" | "ol" | "/ol" | "li" | "/li" => 1,
        _ => return,
    };
    let there = out.bytes().rev().take_while(|b| *b == b'\n').count();
    if !out.is_empty() {
        (there..feeds).for_each(|_| out.push('\n'));
    }
}

/// Decodes the entities an HTML serialiser writes, and numeric ones; anything else stays as it is.
fn decode_into(out: &mut String, text: &str) {
    let mut pieces = text.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let decoded = piece.split_once(';').and_then(|(name, behind)| Some((entity(name)?, behind)));
        if let Some((c, behind)) = decoded {
            out.push(c);
            out.push_str(behind);
        } else {
            out.push('&');
            out.push_str(piece);
        }
    }
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let digits = name.strip_prefix('#')?;
            let hex = digits.strip_prefix(['x', 'X']);
            char::from_u32(hex.map_or_else(|| digits.parse(), |h| u32::from_str_radix(h, 16)).ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{render, sanitize};

    #[test]
    fn text_comes_back_as_it_was_typed() {
        for (html, wanted) in [
            ("<p>a<br>b</p><p>c</p>", "a\nb\n\nc"),
            ("<p>x &lt; y &amp;amp; &#39;q&#x27; &nbsp;</p>", "x < y &amp; 'q'"),
            ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
            ("<a href=\"https://x.test/>\"><span class=\"invisible\">https://</span>x.test</a>", "https://x.test"),
            ("&bogus; & &", "&bogus; & &"),
            ("<", ""),
        ] {
            assert_eq!(to_plain(html), wanted, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_render_wrote_can_be_read_back(text in "[a-z<>&\"'#@.]([a-z<>&\"'#@. \n]{0,40}[a-z<>&\"'#@.])?") {
            let html = render(&text, &|_| None, &|tag| format!("https://oak.test/tags/{}", tag.name()));
            let squeeze = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
            proptest::prop_assert_eq!(squeeze(&to_plain(&html)), squeeze(&text));
        }

        #[test]
        fn any_html_gives_something(html in "(\\PC|[<>&;\"'/]|<p>|&#x)+") {
            to_plain(&html);
            to_plain(&sanitize(&html));
        }
    }
}
