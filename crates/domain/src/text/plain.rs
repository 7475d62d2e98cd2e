//! Sanitised HTML → plain text, for rules and search.

use std::ops::Range;

use super::SourceMap;
use super::entity::Entity;
use super::link::is_name;

/// The text of sanitised HTML (ours, or out of [`sanitize`](super::sanitize)): paragraphs become blank lines, breaks
/// and list items line feeds; entities are decoded; what is only hidden by a class is kept.
///
/// Never fails; HTML that was not sanitised gives something, but not necessarily what a browser shows.
pub fn to_plain(html: &str) -> String {
    Plain::of(html).text
}

/// The text of HTML, and where it stood there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    /// As [`to_plain`] gives it.
    pub text: String,
    /// Which bytes of the HTML it was made of; line feeds of paragraphs and breaks were made of nothing.
    pub map: SourceMap,
    /// Where links lead, decoded, with the bytes of the HTML that say so.
    pub links: Vec<(String, Range<usize>)>,
}

impl Plain {
    /// Reads HTML as [`to_plain`] does.
    pub fn of(html: &str) -> Self {
        let mut plain = Self { text: String::with_capacity(html.len()), ..Self::default() };
        let mut start = 0;
        while let Some(at) = html.get(start..).and_then(|rest| rest.find('<')) {
            plain.decode(html, start..start + at);
            start += at;
            let tag = html.get(start..).unwrap_or_default();
            if !tag
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)))
            {
                // As browsers have it, no tag begins here.
                plain.decode(html, start..start + 1);
                start += 1;
                continue;
            }
            let end = tag_end(tag);
            let inside = tag.get(1..end).unwrap_or_default();
            end_lines(&mut plain.text, inside);
            if let Some((url, at)) = link_of(inside) {
                plain.links.push((url, start + 1 + at.start..start + 1 + at.end));
            }
            start = (start + end + 1).min(html.len());
        }
        plain.decode(html, start..html.len());
        plain.text.truncate(plain.text.trim_end().len());
        plain.map.truncate(plain.text.len());
        let blank = plain.text.len() - plain.text.trim_start().len();
        plain.text.drain(..blank);
        plain.map.skip(blank);
        plain
    }

    /// Text with its entities decoded, and nothing else changed; `None` where it has none.
    pub fn decoded(text: &str) -> Option<Self> {
        text.match_indices('&').find_map(|(at, _)| Entity::at_start(text.get(at + 1..).unwrap_or_default()))?;
        let mut plain = Self { text: String::with_capacity(text.len()), ..Self::default() };
        plain.decode(text, 0..text.len());
        Some(plain)
    }

    /// Decodes entities; anything else stays as it is.
    fn decode(&mut self, html: &str, range: Range<usize>) {
        let html = html.get(..range.end).unwrap_or_default();
        let (mut from, mut copied) = (range.start, range.start);
        while let Some(at) = html.get(from..).and_then(|rest| rest.find('&')).map(|far| from + far) {
            from = at + 1;
            let Some(entity) = html.get(from..).and_then(Entity::at_start) else { continue };
            self.copy(html, copied..at);
            from += entity.length;
            copied = from;
            self.map.made(self.text.len(), at..from);
            self.text.push(entity.first);
            self.text.extend(entity.second);
        }
        self.copy(html, copied..range.end);
    }

    fn copy(&mut self, html: &str, range: Range<usize>) {
        if let Some(text) = html.get(range.clone()).filter(|text| !text.is_empty()) {
            self.map.copied(self.text.len(), range);
            self.text.push_str(text);
        }
    }
}

/// The address an `<a>` leads to, and where in the tag it stands. Names of people and hashtags are no links.
fn link_of(tag: &str) -> Option<(String, Range<usize>)> {
    let attributes = tag.strip_prefix(['a', 'A']).filter(|rest| rest.starts_with(char::is_whitespace))?;
    if is_name(attributes) {
        return None;
    }
    let at = attributes.find("href=").map(|at| tag.len() - attributes.len() + at + "href=".len())?;
    let value = tag.get(at..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = value.get(1..)?.split_once(quote)?;
    let mut url = Plain::default();
    url.decode(value, 0..value.len());
    Some((url.text, at + 1..at + 1 + value.len()))
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
            ("H80&shy;12&ZeroWidthSpace;00 &eacute;", "H80\u{ad}12\u{200b}00 é"),
            ("H80&shy12 ?a=1&copy=2", "H80\u{ad}12 ?a=1&copy=2"),
            ("a <3 < b <", "a <3 < b <"),
        ] {
            assert_eq!(to_plain(html), wanted, "{html}");
        }
    }

    #[test]
    fn every_word_leads_back_to_where_it_stood() {
        let html = "<p>Tom &amp; <b>Je</b>rry</p><p>see <a rel='x' href=\"https://x.test/?a&amp;b\">this</a></p> ";
        let plain = Plain::of(html);
        assert_eq!(plain.text, "Tom & Jerry\n\nsee this");
        for (word, wanted) in [("Tom", "Tom"), ("&", "&amp;"), ("Jerry", "Je</b>rry"), ("this", "this")] {
            let at = plain.text.find(word).unwrap();
            assert_eq!(html.get(plain.map.source(at..at + word.len())), Some(wanted));
        }
        let (url, at) = plain.links.first().unwrap();
        assert_eq!((url.as_str(), html.get(at.clone())), ("https://x.test/?a&b", Some("https://x.test/?a&amp;b")));
        assert_eq!(Plain::of("<a>x</a><a href=x>y</a>").links, []);
    }

    #[test]
    fn what_was_decoded_leads_back_to_all_of_its_entity() {
        let text = "<p> a&shy;b &bne;&amp;shy; c&";
        let plain = Plain::decoded(text).unwrap();
        assert_eq!(plain.text, "<p> a\u{ad}b =\u{20e5}&shy; c&");
        for (word, wanted) in [("a\u{ad}b", "a&shy;b"), ("\u{20e5}", "&bne;"), ("&shy;", "&amp;shy;"), (" c&", " c&")] {
            let at = plain.text.find(word).unwrap();
            assert_eq!(text.get(plain.map.source(at..at + word.len())), Some(wanted));
        }
        for text in ["", "&", "a & b", "R&D &bogus; &#; <p>"] {
            assert_eq!(Plain::decoded(text), None, "{text}");
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
            for html in [sanitize(&html), html] {
                let plain = Plain::of(&html);
                for (at, c) in plain.text.char_indices() {
                    proptest::prop_assert!(html.get(plain.map.source(at..at + c.len_utf8())).is_some());
                }
                proptest::prop_assert!(plain.links.into_iter().all(|(_, at)| html.get(at).is_some()));
                let plain = Plain::decoded(&html).unwrap_or_default();
                for (at, c) in plain.text.char_indices() {
                    proptest::prop_assert!(html.get(plain.map.source(at..at + c.len_utf8())).is_some());
                }
            }
        }
    }
}
