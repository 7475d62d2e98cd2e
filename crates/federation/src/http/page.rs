//! Pages for people: fetched without a signature, and read for what they say about themselves.

use encoding_rs::{Encoding, UTF_8};
use html5gum::{StartTag, State, Token, Tokenizer};
use staffroom_domain::Timestamp;
use staffroom_domain::card::{MAX_DESCRIPTION_CHARS, MAX_TITLE_CHARS, MAX_URL_BYTES, PageImage, PageInfo};
use url::Url;

use super::Fetched;
use super::content_type::{essence, parameter};

/// What is read of a page, in tokens: its head comes first.
const MAX_TOKENS: usize = 5_000;
/// How far into a page its encoding is looked for, in bytes (HTML Standard §13.2.3.2).
const ENCODING_BYTES: usize = 1_024;

/// Where a page names the picture that stands for it.
const IMAGE: [&str; 5] = ["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"];

/// What a page says about itself: Open Graph first, then what HTML itself has. `None` for other media types and pages
/// without a title.
pub(crate) fn read(page: &Fetched<Vec<u8>>) -> Option<PageInfo> {
    if !matches!(essence(&page.content_type).as_str(), "text/html" | "application/xhtml+xml") {
        return None;
    }
    let (html, _, _) = encoding(page).decode(&page.body);
    let head = Head::of(&html);
    let first = |names: &[&str]| names.iter().find_map(|name| head.said(name)).unwrap_or_default();
    let title = Some(first(&["og:title", "twitter:title"])).filter(|title| !title.is_empty()).unwrap_or(&head.title);
    let published = first(&["article:published_time"]);
    let info = PageInfo {
        title: plain(title, MAX_TITLE_CHARS),
        description: plain(first(&["og:description", "twitter:description", "description"]), MAX_DESCRIPTION_CHARS),
        provider_name: plain(first(&["og:site_name"]), MAX_TITLE_CHARS),
        author_name: plain(first(&["author"]), MAX_TITLE_CHARS),
        published_at: Timestamp::parse(published),
        image: image(&page.url, first(&IMAGE)).map(|url| PageImage {
            url,
            description: plain(first(&["og:image:alt", "twitter:image:alt"]), MAX_DESCRIPTION_CHARS),
            ..PageImage::default()
        }),
    };
    Some(info).filter(|info| !info.title.is_empty())
}

/// The address of a picture, which may be written as seen from the page.
fn image(page: &Url, said: &str) -> Option<String> {
    let url = Some(said).filter(|said| !said.is_empty()).and_then(|said| page.join(said.trim()).ok())?;
    let is_fit = matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= MAX_URL_BYTES;
    (is_fit && url.username().is_empty() && url.password().is_none()).then(|| url.into())
}

/// As the header says, else as the page itself says near its start, else UTF-8.
fn encoding(page: &Fetched<Vec<u8>>) -> &'static Encoding {
    let named = parameter(&page.content_type, "charset").and_then(|label| Encoding::for_label(label.as_bytes()));
    let inside = || {
        let start = String::from_utf8_lossy(page.body.get(..ENCODING_BYTES).unwrap_or(&page.body)).to_ascii_lowercase();
        let (_, label) = start.split_once("charset=")?;
        let label = label.trim_start_matches(['"', '\'', ' ']);
        Encoding::for_label(label.split(['"', '\'', ' ', ';', '>', '/']).next()?.as_bytes())
    };
    named.or_else(inside).unwrap_or(UTF_8)
}

/// What stands in the head of a page.
#[derive(Default)]
struct Head {
    title: String,
    /// Name or property, and content, in order.
    meta: Vec<(String, String)>,
}

impl Head {
    fn of(html: &str) -> Self {
        let mut head = Self::default();
        let mut in_title = false;
        let mut tokens = Tokenizer::new(html);
        for _ in 0..MAX_TOKENS {
            let Some(Ok(token)) = tokens.next() else { break };
            match token {
                Token::StartTag(tag) => match tag.name.as_slice() {
                    b"title" => {
                        in_title = head.title.is_empty();
                        tokens.set_state(State::RcData);
                    }
                    b"script" => tokens.set_state(State::ScriptData),
                    b"style" | b"noscript" => tokens.set_state(State::RawText),
                    b"meta" => head.meta.extend(meta(&tag)),
                    b"body" => break,
                    _ => {}
                },
                Token::String(text) if in_title => head.title.push_str(&String::from_utf8_lossy(&text)),
                Token::EndTag(tag) => match tag.name.as_slice() {
                    b"title" => in_title = false,
                    b"head" => break,
                    _ => {}
                },
                _ => {}
            }
        }
        head
    }

    fn said(&self, name: &str) -> Option<&str> {
        let mut said = self.meta.iter().filter(|(known, content)| known == name && !content.trim().is_empty());
        said.next().map(|(_, content)| content.as_str())
    }
}

/// Name and content of a `meta` element.
fn meta(tag: &StartTag<()>) -> Option<(String, String)> {
    let text = |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
    let name = text(b"property").or_else(|| text(b"name"))?;
    Some((name.trim().to_ascii_lowercase(), text(b"content")?))
}

/// One line of text without what steers its display, at most `max_chars` long.
fn plain(text: &str, max_chars: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let steers = |c: &char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    words.join(" ").chars().filter(steers).take(max_chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(content_type: &str, body: &[u8]) -> Option<PageInfo> {
        let url = Url::parse("https://yew.test/").unwrap();
        read(&Fetched { url, content_type: content_type.to_owned(), body: body.to_vec() })
    }

    #[test]
    fn open_graph_comes_before_the_title() {
        let html = br#"<!doctype html><html><head><meta charset="utf-8"><title>Plain &amp; simple</title>
            <script>var x = "<title>Never</title>";</script>
            <meta property="og:title" content=" Attendance&#58; what
            works "><meta name="description" content="A study"><meta property="og:site_name" content="Yew Trust">
            <meta name="Author" content="B. Green"><meta property="article:published_time" content="2026-11-02T08:00:00Z">
            </head><body><title>No</title></body></html>"#;
        let found = page("text/html; charset=UTF-8", html).unwrap();
        assert_eq!(found.title, "Attendance: what works");
        assert_eq!((found.description.as_str(), found.provider_name.as_str()), ("A study", "Yew Trust"));
        assert_eq!(found.author_name, "B. Green");
        assert_eq!(found.published_at, Timestamp::parse("2026-11-02T08:00:00Z"));
        let plain = page("text/html", b"<title>Plain &amp; simple</title><p>words").unwrap();
        assert_eq!((plain.title.as_str(), plain.description.as_str()), ("Plain & simple", ""));
    }

    #[test]
    fn the_picture_of_a_page_has_an_address_of_the_web() {
        let of = |said: &str| {
            let html = format!("<title>t</title><meta property='og:image' content='{said}'>");
            page("text/html", html.as_bytes()).unwrap().image.map(|image| image.url)
        };
        assert_eq!(of("https://elm.test/a.png"), Some("https://elm.test/a.png".to_owned()));
        assert_eq!(of("/a.png?b=1&amp;c=2"), Some("https://yew.test/a.png?b=1&c=2".to_owned()));
        for bad in
            ["", "javascript:alert(1)", "data:image/png;base64,AA", "file:///etc/passwd", "https://a:b@elm.test/"]
        {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(of(&format!("/{}", "a".repeat(MAX_URL_BYTES))), None);
        let html = b"<title>t</title><meta name='twitter:image' content='t.png'><meta property='og:image:alt' content='A hall'>";
        let image = page("text/html", html).unwrap().image.unwrap();
        assert_eq!((image.url.as_str(), image.description.as_str()), ("https://yew.test/t.png", "A hall"));
    }

    #[test]
    fn encodings_are_told_by_header_or_page() {
        assert_eq!(page("text/html; charset=\"iso-8859-1\"", b"<title>Caf\xe9</title>").unwrap().title, "Caf\u{e9}");
        let inside = b"<meta http-equiv=content-type content='text/html; charset=windows-1252'><title>Caf\xe9</title>";
        assert_eq!(page("text/html", inside).unwrap().title, "Caf\u{e9}");
        assert_eq!(
            page("text/html; charset=nonsense", "<title>Caf\u{e9}</title>".as_bytes()).unwrap().title,
            "Caf\u{e9}"
        );
    }

    #[test]
    fn what_is_no_page_or_says_nothing_is_none() {
        assert_eq!(page("application/json", b"<title>words</title>"), None);
        assert_eq!(page("", b"<title>words</title>"), None);
        for html in ["", "<p>words</p>", "<title> \u{202e}</title>", "<meta property=og:title content>", "<title"] {
            assert_eq!(page("text/html", html.as_bytes()), None, "{html:?}");
        }
        let late = format!("{}<title>words</title>", "<i>".repeat(MAX_TOKENS));
        assert_eq!(page("text/html", late.as_bytes()), None);
    }

    #[test]
    fn texts_are_cut_and_cannot_steer_their_display() {
        let html = format!("<title>{}\u{202e}evil\u{7}</title>", "a".repeat(MAX_TITLE_CHARS - 2));
        let title = page("text/html", html.as_bytes()).unwrap().title;
        assert_eq!((title.chars().count(), title.ends_with("aev")), (MAX_TITLE_CHARS, true));
        let deep = format!("<title>{}", "<b>&amp;".repeat(100_000));
        assert_eq!(page("text/html", deep.as_bytes()).unwrap().title.chars().count(), MAX_TITLE_CHARS);
    }
}
