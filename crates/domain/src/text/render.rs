//! Plain text as typed → the HTML Mastodon clients expect.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

use url::Url;

use super::scan::{MentionRef, scan};
use super::{escape, push_escaped};
use crate::hashtag::Tag;

/// Characters of a link shown before the rest is hidden, as in Mastodon.
const SHOWN_LINK_CHARS: usize = 30;

/// The account a mention means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentionLink {
    /// Its page for people; anything but `http` or `https` leaves the mention as text.
    pub url: String,
    /// Name without host, shown.
    pub username: String,
    /// `name` or `name@host`, shown when the text names two people with one user name.
    pub acct: String,
}

enum Span {
    Mention(MentionLink),
    Tag(Tag),
    Link,
}

/// Turns plain text into HTML: paragraphs, line breaks, hashtags, mentions and links; everything else is escaped.
///
/// `resolve_mention` says which account is meant (`None` leaves the text), `tag_url` where a tag's page is. Blank text
/// gives an empty string.
pub fn render(
    text: &str,
    resolve_mention: &dyn Fn(&MentionRef) -> Option<MentionLink>,
    tag_url: &dyn Fn(&Tag) -> String,
) -> String {
    let mut out = Paragraphs::default();
    let mut at = 0;
    let spans = find_spans(text, resolve_mention);
    let shared = shared_usernames(&spans);
    for (range, span) in spans {
        out.push_text(text.get(at..range.start).unwrap_or_default());
        let source = text.get(range.clone()).unwrap_or_default();
        match span {
            Span::Mention(link) => {
                let name = if shared.contains(&link.username) { &link.acct } else { &link.username };
                out.push_html(&format!(
                    r#"<span class="h-card"><a href="{}" class="u-url mention">@<span>{}</span></a></span>"#,
                    escape(&link.url),
                    escape(name)
                ));
            }
            Span::Tag(tag) => out.push_html(&format!(
                r#"<a href="{}" class="mention hashtag" rel="tag">#<span>{}</span></a>"#,
                escape(&tag_url(&tag)),
                escape(tag.display())
            )),
            Span::Link => out.push_html(&link_html(source)),
        }
        at = range.end;
    }
    out.push_text(text.get(at..).unwrap_or_default());
    out.finish()
}

/// The same for a text of one line (the value of a profile field), which stands in no paragraph of its own; line
/// breaks in it are spaces.
pub fn render_line(
    text: &str,
    resolve_mention: &dyn Fn(&MentionRef) -> Option<MentionLink>,
    tag_url: &dyn Fn(&Tag) -> String,
) -> String {
    let html = render(&text.replace(['\r', '\n'], " "), resolve_mention, tag_url);
    html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>")).map(ToOwned::to_owned).unwrap_or_default()
}

fn find_spans(text: &str, resolve: &dyn Fn(&MentionRef) -> Option<MentionLink>) -> Vec<(Range<usize>, Span)> {
    let found = scan(text);
    let mut spans: Vec<_> = found.links.into_iter().map(|range| (range, Span::Link)).collect();
    spans.extend(found.tags.into_iter().map(|(tag, range)| (range, Span::Tag(tag))));
    spans.extend(found.mentions.into_iter().filter_map(|mention| {
        let link = resolve(&mention).filter(|link| is_web_url(&link.url))?;
        Some((mention.range, Span::Mention(link)))
    }));
    spans.sort_by_key(|(range, _)| range.start);
    spans
}

/// User names that stand for more than one account in this text.
fn shared_usernames(spans: &[(Range<usize>, Span)]) -> Vec<String> {
    let mut accts: HashMap<&str, &str> = HashMap::new();
    let mut shared = Vec::new();
    for (_, span) in spans {
        if let Span::Mention(link) = span
            && *accts.entry(&link.username).or_insert(&link.acct) != link.acct
        {
            shared.push(link.username.clone());
        }
    }
    shared
}

fn is_web_url(url: &str) -> bool {
    Url::parse(url).is_ok_and(|u| matches!(u.scheme(), "http" | "https"))
}

/// A link as Mastodon shows it: scheme and `www.` hidden, cut after [`SHOWN_LINK_CHARS`] characters.
pub(super) fn link_html(typed: &str) -> String {
    let href = if typed.is_ascii() {
        typed.to_owned()
    } else {
        Url::parse(typed).map_or_else(|_| typed.to_owned(), String::from)
    };
    let scheme_len = typed.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = typed.split_at_checked(scheme_len).unwrap_or(("", typed));
    let www = if rest.starts_with("www.") { "www." } else { "" };
    let rest = rest.strip_prefix(www).unwrap_or(rest);
    let cut = rest.char_indices().nth(SHOWN_LINK_CHARS).map_or(rest.len(), |(at, _)| at);
    let (shown, hidden) = rest.split_at_checked(cut).unwrap_or((rest, ""));
    let mut out = format!(
        r#"<a href="{}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">{}{www}</span>"#,
        escape(&href),
        escape(scheme)
    );
    // Writing to a string cannot fail.
    let _ = if hidden.is_empty() {
        write!(out, "<span>{}</span></a>", escape(shown))
    } else {
        write!(
            out,
            r#"<span class="ellipsis">{}</span><span class="invisible">{}</span></a>"#,
            escape(shown),
            escape(hidden)
        )
    };
    out
}

/// Builds `<p>` and `<br>` from line feeds: one breaks the line, two or more the paragraph.
#[derive(Default)]
struct Paragraphs {
    html: String,
    pending_breaks: usize,
}

impl Paragraphs {
    fn push_text(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' if chars.peek() == Some(&'\n') => {}
                '\r' | '\n' => self.pending_breaks += 1,
                c if self.html.is_empty() && c.is_whitespace() => {}
                c => {
                    self.flush();
                    push_escaped(&mut self.html, c);
                }
            }
        }
    }

    fn push_html(&mut self, html: &str) {
        self.flush();
        self.html.push_str(html);
    }

    fn flush(&mut self) {
        let breaks = std::mem::take(&mut self.pending_breaks);
        self.html.push_str(match (self.html.is_empty(), breaks) {
            (true, _) => "<p>",
            (false, 0) => "",
            (false, 1) => "<br>",
            (false, _) => "</p><p>",
        });
    }

    fn finish(mut self) -> String {
        self.html.truncate(self.html.trim_end().len());
        if !self.html.is_empty() {
            self.html.push_str("</p>");
        }
        self.html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        let resolve = |m: &MentionRef| {
            (m.user != "nobody").then(|| {
                let host = m.domain.clone().unwrap_or_else(|| "oak.test".into());
                let acct = m.domain.as_ref().map_or(m.user.clone(), |d| format!("{}@{d}", m.user));
                MentionLink { url: format!("https://{host}/@{}", m.user), username: m.user.clone(), acct }
            })
        };
        render(text, &resolve, &|tag| format!("https://oak.test/tags/{}", tag.name()))
    }

    #[test]
    fn paragraphs_breaks_and_escapes() {
        for (text, wanted) in [
            ("", ""),
            (" \n ", ""),
            ("hello", "<p>hello</p>"),
            ("a\nb", "<p>a<br>b</p>"),
            ("a\r\nb\r\n\r\nc\n", "<p>a<br>b</p><p>c</p>"),
            ("a\n\n\n\nb", "<p>a</p><p>b</p>"),
            ("<b>&\"'\u{0}\u{7}", "<p>&lt;b&gt;&amp;&quot;&#39;</p>"),
            ("a@nobody @nobody", "<p>a@nobody @nobody</p>"),
        ] {
            assert_eq!(html(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_line_is_no_paragraph_and_no_markup_either() {
        let line = |text: &str| render_line(text, &|_| None, &|tag| format!("https://oak.test/tags/{}", tag.name()));
        for (text, wanted) in
            [("", ""), (" \n ", ""), ("Amy Pond", "Amy Pond"), ("a\n\nb", "a  b"), ("<p>a</p>", "&lt;p&gt;a&lt;/p&gt;")]
        {
            assert_eq!(line(text), wanted, "{text:?}");
        }
        assert!(line("#SLTchat").starts_with("<a href=\"https://oak.test/tags/sltchat\""));
    }

    #[test]
    fn hashtags_mentions_and_links_have_mastodons_form() {
        assert_eq!(
            html("#SLTchat"),
            r#"<p><a href="https://oak.test/tags/sltchat" class="mention hashtag" rel="tag">#<span>SLTchat</span></a></p>"#
        );
        assert_eq!(
            html("@amy hi"),
            r#"<p><span class="h-card"><a href="https://oak.test/@amy" class="u-url mention">@<span>amy</span></a></span> hi</p>"#
        );
        assert_eq!(
            html("https://www.example.org/a?b&c"),
            r#"<p><a href="https://www.example.org/a?b&amp;c" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://www.</span><span>example.org/a?b&amp;c</span></a></p>"#
        );
        assert!(html("https://example.org/a/very/long/path/that/is/cut").contains(
            r#"<span class="ellipsis">example.org/a/very/long/path/t</span><span class="invisible">hat/is/cut</span>"#
        ));
    }

    #[test]
    fn two_people_of_one_name_are_shown_with_their_hosts() {
        let out = html("@amy@elm.test and @amy@ash.test");
        assert!(out.contains("@<span>amy@elm.test</span>") && out.contains("@<span>amy@ash.test</span>"), "{out}");
    }

    #[test]
    fn a_mention_never_links_to_script() {
        let evil =
            |_: &MentionRef| Some(MentionLink { url: "javascript:x".into(), username: "a".into(), acct: "a".into() });
        assert_eq!(render("@amy", &evil, &|_| String::new()), "<p>@amy</p>");
    }

    proptest::proptest! {
        #[test]
        fn only_our_own_tags_come_out(text in "(\\PC|[<>&\"'#@:/. \n]|https://|[a-z]){0,80}") {
            let mut out = html(&text);
            // Our tags have a fixed vocabulary; once they are gone no markup may be left.
            for tag in ["<p>", "</p>", "<br>", "<span>", "</span>", "</a>", "<span class=\"h-card\">",
                        "<span class=\"invisible\">", "<span class=\"ellipsis\">"] {
                out = out.replace(tag, "");
            }
            for piece in out.split("<a href=\"").skip(1) {
                let (href, rest) = piece.split_once('"').unwrap();
                proptest::prop_assert!(href.starts_with("http") && !href.contains('<'));
                proptest::prop_assert!(rest.starts_with(" class=\"") || rest.starts_with(" target=\""));
            }
            let bare = out.replace("<a href=\"", "");
            proptest::prop_assert!(!bare.contains('<'), "{}", bare);
        }
    }
}
