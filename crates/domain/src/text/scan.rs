//! Finds hashtags, mentions and links in plain text, by Mastodon's rules.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use unicode_normalization::char::is_combining_mark;
use url::{Host, Url};

use crate::hashtag::{Tag, is_tag_char};

/// Longest user name taken for a mention, in bytes; longer ones stay text.
const MAX_USER_BYTES: usize = 128;
/// Longest host name (RFC 1035), in bytes.
const MAX_HOST_BYTES: usize = 253;

/// `@user` or `@user@host` found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentionRef {
    /// Name without host, as typed.
    pub user: String,
    /// Host, lower case and ASCII, with `:port` where one was typed; `None` for `@user`.
    pub domain: Option<String>,
    /// Where it stands, from the first `@`, in bytes.
    pub range: Range<usize>,
}

/// What a text holds, each list in order of appearance. Ranges are in bytes and never overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// People named; the same person may appear more than once.
    pub mentions: Vec<MentionRef>,
    /// Hashtags; the same tag may appear more than once.
    pub tags: Vec<(Tag, Range<usize>)>,
    /// `http` and `https` links.
    pub links: Vec<Range<usize>>,
}

/// Finds hashtags, mentions and links.
///
/// A hashtag holds at least one letter and stands neither in a link nor in a word. A mention stands at no word's end
/// (an e-mail address is none); its host may carry a port, for closed test networks; punctuation that follows is not
/// part of it.
pub fn scan(text: &str) -> Scan {
    let mut found = Scan { links: find_links(text), ..Scan::default() };
    let mut links = found.links.iter().peekable();
    let (mut at, mut before) = (0, None);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        // Nothing found here may reach into the next link.
        let limit = links.peek().map_or(text.len(), |link| link.start);
        let mut next = at + c.len_utf8();
        if at == limit {
            next = links.next().map_or(next, |link| link.end);
        } else if matches!(c, '#' | '＃') {
            if !before.is_some_and(|b| is_word_char(b) || matches!(b, '/' | ')' | '=' | '&' | '#' | '＃'))
                && let Some((tag, end)) = tag_at(text, next, limit)
            {
                found.tags.push((tag, at..end));
                next = end;
            }
        } else if c == '@'
            && !before.is_some_and(|b| is_word_char(b) || matches!(b, '/' | '=' | '@'))
            && let Some(mention) = mention_at(text, at, limit)
        {
            next = mention.range.end;
            found.mentions.push(mention);
        }
        before = text.get(..next).and_then(|done| done.chars().next_back());
        at = next;
    }
    found
}

fn find_links(text: &str) -> Vec<Range<usize>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let web = |link: &str| Url::parse(link).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    finder.links(text).filter(|link| web(link.as_str())).map(|link| link.start()..link.end()).collect()
}

/// The tag whose name starts at `from` (behind the `#`), and where it ends.
fn tag_at(text: &str, from: usize, limit: usize) -> Option<(Tag, usize)> {
    let window = text.get(from..limit)?;
    let name = window.split(|c| !is_tag_char(c)).next()?.trim_end_matches(['·', '\u{200c}']);
    Some((Tag::parse(name)?, from + name.len()))
}

/// The mention whose `@` is at `at`.
fn mention_at(text: &str, at: usize, limit: usize) -> Option<MentionRef> {
    let from = at + 1;
    let window = text.get(from..limit)?;
    let user = dotted(window, |c| c.is_ascii_alphanumeric() || c == '_');
    if user.is_empty() || user.len() > MAX_USER_BYTES {
        return None;
    }
    let mut end = from + user.len();
    let mut domain = None;
    if let Some(behind) = window.get(user.len()..).and_then(|rest| rest.strip_prefix('@')) {
        let host = dotted(behind, is_word_char);
        if !host.is_empty() {
            let port = port_of(behind.get(host.len()..).unwrap_or_default());
            domain = Some(canonical_host(host)? + port);
            end += 1 + host.len() + port.len();
        }
    }
    Some(MentionRef { user: user.to_owned(), domain, range: at..end })
}

/// The longest beginning of `text` made of words of `is_part` with `.` and `-` between them.
fn dotted(text: &str, is_part: impl Fn(char) -> bool) -> &str {
    let run = text.split(|c| !is_part(c) && c != '.' && c != '-').next().unwrap_or_default();
    if run.starts_with(['.', '-']) { "" } else { run.trim_end_matches(['.', '-']) }
}

/// `:port` at the start of `text`, or nothing when what stands there is no port.
fn port_of(text: &str) -> &str {
    let Some(rest) = text.strip_prefix(':') else { return "" };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let ends = !rest.get(digits..).is_some_and(|behind| behind.starts_with(is_word_char));
    let valid = rest.get(..digits).is_some_and(|d| d.len() <= 5 && d.parse::<u16>().is_ok_and(|port| port != 0));
    if ends && valid { text.get(..=digits).unwrap_or_default() } else { "" }
}

/// Lower-case ASCII form of a host name; `None` for what is none, such as a bare number.
fn canonical_host(host: &str) -> Option<String> {
    let canonical = Host::parse(host).ok()?;
    let text = canonical.to_string();
    let is_written_out = matches!(canonical, Host::Domain(_)) || text == host;
    (is_written_out && text.len() <= MAX_HOST_BYTES).then_some(text)
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Vec<String> {
        scan(text).tags.into_iter().map(|(tag, _)| tag.display().to_owned()).collect()
    }

    fn mentions(text: &str) -> Vec<String> {
        scan(text)
            .mentions
            .into_iter()
            .map(|m| m.domain.map_or(m.user.clone(), |d| format!("{}@{d}", m.user)))
            .collect()
    }

    #[test]
    fn finds_hashtags_where_people_mean_them() {
        for (text, wanted) in [
            ("#SLTchat", vec!["SLTchat"]),
            ("Hello #SLTchat, and (#ukedchat)!", vec!["SLTchat", "ukedchat"]),
            ("#école #教育 #Straße", vec!["école", "教育", "Straße"]),
            ("＃ＳＬＴchat", vec!["SLTchat"]),
            ("#2026goals #year_6", vec!["2026goals", "year_6"]),
            ("#foo-bar #it's", vec!["foo", "it"]),
            ("line\n#one\n#two", vec!["one", "two"]),
            ("#教育https://example.org/", vec!["教育"]),
        ] {
            assert_eq!(tags(text), wanted, "{text}");
        }
    }

    #[test]
    fn leaves_alone_what_is_no_hashtag() {
        for text in [
            "#",
            "# heading",
            "#123",
            "#1_2",
            "#️⃣",
            "C#sharp",
            "https://example.org/#SLTchat",
            "https://example.org/page#SLTchat",
            "&#SLTchat",
            "##",
            "a/#b",
            "x=#y",
            &format!("#{}", "x".repeat(101)),
        ] {
            assert_eq!(tags(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn finds_mentions_with_and_without_host() {
        for (text, wanted) in [
            ("@amy", vec!["amy"]),
            ("(@amy), @ben_2.", vec!["amy", "ben_2"]),
            ("@amy@oak.test: hello", vec!["amy@oak.test"]),
            ("@amy@OAK.Test.", vec!["amy@oak.test"]),
            ("@amy@localhost:3001, hello", vec!["amy@localhost:3001"]),
            ("@amy@127.0.0.1:3001", vec!["amy@127.0.0.1:3001"]),
            ("@amy@oak.test:3pm", vec!["amy@oak.test"]),
            ("@amy@oak.test:99999", vec!["amy@oak.test"]),
            ("@amy@école.example", vec!["amy@xn--cole-9oa.example"]),
            ("@a.b-c@oak.test", vec!["a.b-c@oak.test"]),
            ("@amy@", vec!["amy"]),
            (".@amy", vec!["amy"]),
        ] {
            assert_eq!(mentions(text), wanted, "{text}");
        }
    }

    #[test]
    fn leaves_alone_what_is_no_mention() {
        for text in [
            "mail amy@oak.test",
            "amy.jones@oak.test",
            "https://oak.test/@amy",
            "https://medium.example/@amy@oak.test",
            "@",
            "@ amy",
            "@-amy",
            "@@amy",
            "@amy@5",
            &format!("@{}", "a".repeat(200)),
        ] {
            assert_eq!(mentions(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn finds_web_links_only_and_not_the_punctuation_behind_them() {
        let text = "See https://example.org/a_(b), http://localhost:3001/x. Not ftp://x.test or javascript:alert(1).";
        let links: Vec<_> = scan(text).links.into_iter().map(|r| text.get(r).unwrap()).collect();
        assert_eq!(links, ["https://example.org/a_(b)", "http://localhost:3001/x"]);
    }

    proptest::proptest! {
        #[test]
        fn ranges_fit_the_text_and_do_not_overlap(text in "(\\PC|#|@|:|https://|[a-z.]|＃|\n){0,60}") {
            let found = scan(&text);
            let mut ranges: Vec<_> = found.links;
            ranges.extend(found.mentions.into_iter().map(|m| m.range));
            ranges.extend(found.tags.into_iter().map(|(_, r)| r));
            ranges.sort_by_key(|r| r.start);
            for range in &ranges {
                proptest::prop_assert!(text.get(range.clone()).is_some_and(|s| !s.is_empty()));
            }
            for pair in ranges.windows(2) {
                proptest::prop_assert!(pair[0].end <= pair[1].start);
            }
        }
    }
}
