//! HTML of other servers → the little of it that is safe to show.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::escape;

/// HTML beyond this many bytes is cut off before it is parsed.
pub const MAX_HTML_BYTES: usize = 256 * 1024;
/// Most `<` in one text; a parser's stack walks grow with the square of it.
const MAX_MARKS: usize = 8_192;
/// Most formatting elements × `<` in one text: misnested formatting is cloned into every block that follows.
const MAX_CLONES: usize = 400_000;
/// Most `&` in one text: the parser's work grows with the square of them.
const MAX_REFERENCES: usize = 8_192;
/// Parsing again what was cleaned may change it once or twice (misnested input); what never settles is shown as text.
const MAX_PASSES: usize = 4;

const TAGS: [&str; 19] = [
    "p",
    "span",
    "br",
    "a",
    "del",
    "s",
    "pre",
    "code",
    "em",
    "strong",
    "b",
    "i",
    "u",
    "ul",
    "ol",
    "li",
    "blockquote",
    "sub",
    "sup",
];
/// Dropped with everything inside them.
const DROPPED: [&str; 16] = [
    "script",
    "style",
    "iframe",
    "noscript",
    "noembed",
    "noframes",
    "textarea",
    "title",
    "template",
    "svg",
    "math",
    "object",
    "select",
    "xmp",
    "plaintext",
    "head",
];
/// Elements of which a parser keeps a list of open ones (HTML, "list of active formatting elements").
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// `http`, `https` and the few Mastodon keeps.
const SCHEMES: [&str; 11] =
    ["http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(DROPPED))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "class", "translate"])),
            ("span", HashSet::from(["class", "translate"])),
            ("p", HashSet::from(["class"])),
            ("ol", HashSet::from(["start", "reversed"])),
            ("li", HashSet::from(["value"])),
        ]))
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(|_, name, value| match name {
            "class" => keep_classes(value),
            "translate" => (value == "no").then(|| value.into()),
            "start" | "value" => value.parse::<i32>().is_ok().then(|| value.into()),
            _ => Some(value.into()),
        });
    builder
});

/// Makes foreign HTML safe to show: allow-listed elements, classes and link schemes, nothing else.
///
/// Links open in a new tab and give no rank. Sanitising twice changes nothing. Input beyond [`MAX_HTML_BYTES`] is cut
/// first; markup built to exhaust a parser is shown as plain text.
pub fn sanitize(html: &str) -> String {
    let html = html.get(..html.floor_char_boundary(MAX_HTML_BYTES)).unwrap_or_default();
    let html = &*fewer_hard_spaces(html);
    if !is_parseable(html) {
        return strip(html);
    }
    let mut current = clean(html);
    for _ in 1..MAX_PASSES {
        if references(&current) > MAX_REFERENCES {
            return strip(html);
        }
        let again = clean(&current);
        if again == current {
            return current;
        }
        current = again;
    }
    strip(&current)
}

/// One pass. What is no text (control characters, which may have been written as references, and code points that are no
/// characters) does not come out: other parsers stumble over it.
fn clean(html: &str) -> String {
    let mut clean = CLEANER.clean(html).to_string();
    let is_none = |c: char| matches!(u32::from(c), 0xfdd0..=0xfdef) || u32::from(c) & 0xfffe == 0xfffe;
    clean.retain(|c| matches!(c, '\n' | '\t') || !(c.is_control() || is_none(c)));
    clean
}

/// Whether parsing stays cheap whatever the nesting: bounds the worst case from counts alone.
fn is_parseable(html: &str) -> bool {
    let marks = html.bytes().filter(|b| *b == b'<').count();
    let formatting = html.split('<').skip(1).filter(|tag| {
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        FORMATTING.iter().any(|f| f.eq_ignore_ascii_case(name))
    });
    marks <= MAX_MARKS && references(html) <= MAX_REFERENCES && formatting.count().saturating_mul(marks) <= MAX_CLONES
}

/// Without no-break spaces if there are very many: writing them takes time by the square of their number.
fn fewer_hard_spaces(html: &str) -> Cow<'_, str> {
    if html.matches('\u{a0}').count() > MAX_REFERENCES { html.replace('\u{a0}', " ").into() } else { html.into() }
}

fn references(html: &str) -> usize {
    html.bytes().filter(|b| *b == b'&').count()
}

/// The text outside the angle brackets, escaped, in one paragraph; without the characters that would need escaping if
/// there are too many of them.
fn strip(html: &str) -> String {
    let outside = |piece: &str| piece.split_once('>').map_or("", |(_, text)| text).to_owned();
    let mut pieces = html.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    pieces.for_each(|piece| text.push_str(&outside(piece)));
    let mut escaped = escape(text.trim());
    if references(&escaped) > MAX_REFERENCES {
        text.retain(|c| !matches!(c, '&' | '<' | '>' | '"' | '\'' | '\u{a0}'));
        escaped = escape(text.trim());
    }
    // Cleaned once more as text, so that entities come out as the parser writes them.
    clean(&format!("<p>{escaped}</p>"))
}

/// The classes clients rely on; `None` when none is left.
fn keep_classes(value: &str) -> Option<Cow<'_, str>> {
    let known = |class: &&str| {
        matches!(*class, "mention" | "hashtag" | "ellipsis" | "invisible" | "quote-inline")
            || ["h-", "p-", "u-", "dt-", "e-"].iter().any(|prefix| class.starts_with(prefix))
    };
    let kept: Vec<&str> = value.split_ascii_whitespace().filter(known).collect();
    (!kept.is_empty()).then(|| kept.join(" ").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_fediverse_text_is_made_of() {
        for html in [
            "<p>It's \"fine\" &amp; good<br>really</p>",
            r#"<p><a href="https://oak.test/tags/x" class="mention hashtag" target="_blank" rel="nofollow noopener">#<span>x</span></a></p>"#,
            "<blockquote><p><em>a</em> <strong>b</strong> <del>c</del></p></blockquote>",
            "<ul><li>a</li></ul><pre><code>x &lt; y</code></pre>",
            "",
            "plain",
        ] {
            assert_eq!(sanitize(html), html);
        }
    }

    #[test]
    fn removes_what_could_harm() {
        for (html, wanted) in [
            ("<script>alert(1)</script>a", "a"),
            ("<p onclick=x style=y id=z>a</p>", "<p>a</p>"),
            ("<a href=\"javascript:alert(1)\">a</a>", "<a target=\"_blank\" rel=\"nofollow noopener\">a</a>"),
            ("<a href=\" java\nscript:x\">a</a>", "<a target=\"_blank\" rel=\"nofollow noopener\">a</a>"),
            ("<a href=\"data:text/html,x\">a</a>", "<a target=\"_blank\" rel=\"nofollow noopener\">a</a>"),
            ("<a href=\"/local\">a</a>", "<a target=\"_blank\" rel=\"nofollow noopener\">a</a>"),
            ("<img src=x onerror=alert(1)>a", "a"),
            ("<span class=\"evil invisible h-card\">a</span>", "<span class=\"invisible h-card\">a</span>"),
            ("<svg><a href=https://x.test>a</a></svg>b", "b"),
            ("<h1>a</h1><!-- b -->", "a"),
            ("a&#1;b&#x81;\u{fffe}&#xfdd0;c", "abc"),
            ("<p>cut off <a href=\"https://x", "<p>cut off </p>"),
        ] {
            assert_eq!(sanitize(html), wanted, "{html}");
        }
    }

    #[test]
    fn markup_built_to_exhaust_the_parser_becomes_text() {
        let bomb: String = (0..9_000).map(|i| format!("<b a={i}>")).chain((0..9_000).map(|_| "<p>x".into())).collect();
        let out = sanitize(&bomb);
        assert!(out.starts_with("<p>xxx") && !out.contains("<b"), "{}", out.len());
        let deep = "<blockquote>".repeat(20_000) + "deep";
        assert_eq!(sanitize(&deep), "<p>deep</p>");
        let long = "é".repeat(MAX_HTML_BYTES);
        assert!(sanitize(&long).len() <= MAX_HTML_BYTES);
    }

    #[test]
    fn sec_50_no_text_takes_time_by_the_square() {
        for piece in ["&", "&amp;", ">", "&#", "&#x0;", "\u{a0}", "a>&", "<a href='\"\"\"'>", "]]>", "&am"] {
            let long = format!("<p>words {}", piece.repeat(100_000 / piece.len()));
            let once = sanitize(&long);
            assert!(once.starts_with("<p>words") && sanitize(&once) == once, "{piece}");
        }
        let many = "Q&A ".repeat(2_000);
        assert_eq!(sanitize(&many), many.replace('&', "&amp;"));
    }

    proptest::proptest! {
        #[test]
        fn clean_is_stable_and_harmless(
            html in "(<(p|b|a href=\"(https://x.test|javascript:x|data:x)\"|i|u|pre|ul|li|table|tr|td|svg|math|style|\
                     script|template|object|form|img src=x onerror=y|span class=\"(h-card|evil)\"|!--|\\?|select)/?>|\
                     </(p|b|a|i|pre|ul|li|table|td|svg|style|script|template|object|select)>|-->|&lt;|&#60;|[<>&\"'= \n]|\
                     [a-z]|\\PC){0,40}"
        ) {
            let once = sanitize(&html);
            proptest::prop_assert_eq!(&sanitize(&once), &once);
            for tag in once.split('<').skip(1) {
                let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
                proptest::prop_assert!(TAGS.contains(&name), "{}", once);
                let attributes = tag.split('>').next().unwrap_or_default();
                proptest::prop_assert!(!attributes.contains(" on") && !attributes.contains("javascript:"), "{}", once);
            }
        }
    }
}
