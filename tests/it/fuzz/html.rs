//! FUZ-03: what the sanitiser lets through means one thing only, also to a parser that is not the one it uses, and is
//! made of the allow-list alone.

use html5gum::{Token, Tokenizer};
use proptest::prelude::*;
use staffroom_server::domain::text::{sanitize, to_plain};

use super::check;

/// What may be shown, written down a second time: element and its attributes.
const ALLOWED: [(&str, &[&str]); 19] = [
    ("p", &["class"]),
    ("span", &["class", "translate"]),
    ("br", &[]),
    ("a", &["href", "class", "translate", "target", "rel"]),
    ("del", &[]),
    ("s", &[]),
    ("pre", &[]),
    ("code", &[]),
    ("em", &[]),
    ("strong", &[]),
    ("b", &[]),
    ("i", &[]),
    ("u", &[]),
    ("ul", &[]),
    ("ol", &["start", "reversed"]),
    ("li", &["value"]),
    ("blockquote", &[]),
    ("sub", &[]),
    ("sup", &[]),
];

const SCHEMES: [&str; 11] =
    ["http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"];

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn escape(text: &str, quotes: bool) -> String {
    let text = text.replace('&', "&amp;").replace('\u{a0}', "&nbsp;");
    if quotes { text.replace('"', "&quot;") } else { text.replace('<', "&lt;").replace('>', "&gt;") }
}

/// What the other parser sees in `html`: it written down again, and its text.
///
/// # Errors
/// What is not on the list, not closed, or not read in one way only.
fn read(html: &str) -> Result<(String, String), String> {
    let (mut written, mut text, mut open) = (String::new(), String::new(), Vec::new());
    for token in Tokenizer::new(html).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = utf8(&tag.name);
                let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
                    return Err(format!("<{name}>"));
                };
                written.push_str(&format!("<{name}"));
                // in the order they were written, which a map of them forgets
                let mut attributes: Vec<(usize, String, String)> = Vec::new();
                for (key, value) in &tag.attributes {
                    let (key, value) = (utf8(key), utf8(value));
                    if !allowed.contains(&key.as_str()) {
                        return Err(format!("<{name} {key}>"));
                    }
                    if key == "href"
                        && !SCHEMES.iter().any(|scheme| value.to_lowercase().starts_with(&format!("{scheme}:")))
                    {
                        return Err(format!("href {value}"));
                    }
                    attributes.push((0, key, value));
                }
                let began = written.len() - name.len() - 1;
                let source = html.get(began..).unwrap_or_default();
                let source = &source[..source.find('>').map_or(source.len(), |_| tag_end(source))];
                for (at, key, _) in &mut attributes {
                    *at = source.find(&format!(" {key}=\"")).ok_or_else(|| format!("{key} in {source}"))?;
                }
                attributes.sort_unstable();
                for (_, key, value) in attributes {
                    written.push_str(&format!(" {key}=\"{}\"", escape(&value, true)));
                }
                written.push('>');
                if name != "br" {
                    open.push(name);
                }
            }
            Token::EndTag(tag) => {
                let name = utf8(&tag.name);
                if open.pop().as_ref() != Some(&name) {
                    return Err(format!("</{name}> closes something else"));
                }
                written.push_str(&format!("</{name}>"));
            }
            Token::String(piece) => {
                let piece = utf8(&piece);
                written.push_str(&escape(&piece, false));
                text.push_str(&piece);
            }
            other => return Err(format!("{other:?}")),
        }
    }
    if open.is_empty() { Ok((written, text)) } else { Err(format!("open at the end: {open:?}")) }
}

/// Where the tag at the start of `source` ends; quoted marks do not count.
fn tag_end(source: &str) -> usize {
    let mut quoted = false;
    let end = source.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    end.unwrap_or(source.len())
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => "[a-z <>&\"'=/#;-]{0,6}",
        1 => "\\PC{0,4}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=\"https://x.test/?a=1&amp;b\">",
    "<a href='javascript:x'>",
    "<a href=\"https://x.test\" class=\"mention evil\" onclick=x>",
    "</a>",
    "<br>",
    "<br/>",
    "<pre>",
    "</pre>",
    "\n",
    "<code>",
    "</code>",
    "<ul>",
    "<li>",
    "<li value=3>",
    "</li>",
    "</ul>",
    "<ol start=\"2\" reversed>",
    "</ol>",
    "<blockquote>",
    "</blockquote>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mi>",
    "</math>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<template>",
    "</template>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<noscript>",
    "</noscript>",
    "<iframe>",
    "<form>",
    "</form>",
    "<select>",
    "<option>",
    "</select>",
    "<!--",
    "-->",
    "--!>",
    "<!",
    "<?x?>",
    "<![CDATA[",
    "]]>",
    "<plaintext>",
    "<xmp>",
    "</xmp>",
    "<img src=x onerror=y>",
    "<span class=\"invisible\" style=x>",
    "</span>",
    "&lt;",
    "&#60;",
    "&#x3c;",
    "&amp;lt;",
    "&nbsp;",
    "\u{a0}",
    "&",
    "&am",
    "&#0;",
    "&bogus;",
    "\0",
    "<p title=\"</p><script>\">",
    "<del>",
    "<sub>",
    "</sub>",
    "<h1>",
    "</h1>",
    "<font color=x>",
    "<nobr>",
    "<frameset>",
    "<body onload=x>",
    "<html>",
    "<head>",
    "</head>",
    "<base href=x>",
    "<link rel=stylesheet href=x>",
    "<meta http-equiv=refresh>",
    "<foreignObject>",
    "<annotation-xml>",
];

#[test]
fn fuz_03_what_is_shown_is_on_the_list_and_means_one_thing_to_two_parsers() {
    check("fuz_03_html", 2_500, &soup(), |html| {
        let once = sanitize(&html);
        prop_assert_eq!(&sanitize(&once), &once, "not settled");
        let (written, text) = read(&once).map_err(|what| TestCaseError::fail(format!("{what} in {once:?}")))?;
        prop_assert_eq!(&written, &once, "the other parser reads something else");
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(squeeze(&to_plain(&once)), squeeze(&text), "the plain text is another");
        Ok(())
    });
}

#[test]
fn fuz_03_the_other_parser_notices_what_it_must() {
    for bad in [
        "<script>x</script>",
        "<p onclick=\"x\">a</p>",
        "<a href=\"javascript:x\">a</a>",
        "<p>",
        "<p><b></p></b>",
        "<!-- x -->",
        "<svg></svg>",
        "<p>a &lt b</p>",
        "<p>a\0b</p>",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
    assert_eq!(read("<p>a &lt; b</p>").unwrap(), ("<p>a &lt; b</p>".to_owned(), "a < b".to_owned()));
}
