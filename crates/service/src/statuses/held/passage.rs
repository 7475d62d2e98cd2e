//! Passages of what somebody wrote, as they are quoted to them: whole words, and nothing in them to follow.

use staffroom_moderation::{Finding, Part};

/// Characters quoted of what was found at most.
const MAX_QUOTED: usize = 120;
/// Characters quoted on either side of it, but for words that are longer.
const AROUND: usize = 24;
/// Shown as nothing; no hashtag, mention or link goes on behind it.
const JOINER: char = '\u{2060}';

/// What was found, with a little of what stands around it, on one line.
pub(super) fn passage(found: &Finding, parts: &[(Part, String)]) -> String {
    let text = parts.iter().find(|(part, _)| *part == found.part).map_or("", |(_, text)| text.as_str());
    let (before, after) =
        (text.get(..found.span.start).unwrap_or_default(), text.get(found.span.end..).unwrap_or_default());
    let inner = text.get(found.span.clone()).unwrap_or_default();
    let tail = last_words(before);
    let mut quoted: String = if tail.len() < before.len() { "…".to_owned() } else { String::new() };
    quoted.push_str(tail);
    let (start, rest) = split_after(inner, MAX_QUOTED);
    if rest.is_empty() {
        let head = first_words(after, AROUND);
        quoted.push_str(inner);
        quoted.push_str(head);
        if head.len() < after.len() {
            quoted.push('…');
        }
    } else {
        quoted.push_str(first_words(inner, start.chars().count()));
        quoted.push('…');
    }
    inert(&quoted.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The text without anything that becomes a hashtag, a mention or a link when it is shown.
fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        out.push(c);
        if matches!(c, '#' | '＃' | '@') {
            out.push(JOINER);
        }
    }
    out.replace("://", &format!(":{JOINER}//"))
}

/// `text` in two, after so many characters.
fn split_after(text: &str, chars: usize) -> (&str, &str) {
    let at = text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// The whole words among the first so many characters; the first word, where it is longer.
fn first_words(text: &str, chars: usize) -> &str {
    let (head, rest) = split_after(text, chars);
    if rest.is_empty() || rest.starts_with(char::is_whitespace) {
        return head;
    }
    if let Some(at) = head.rfind(char::is_whitespace) {
        return head.get(..at).unwrap_or_default();
    }
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    if word.chars().count() <= MAX_QUOTED { word } else { head }
}

/// The whole words among the last [`AROUND`] characters; the last word, where it is longer.
fn last_words(text: &str) -> &str {
    let at = text.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let (rest, tail) = text.split_at_checked(at).unwrap_or(("", text));
    if rest.is_empty() || rest.ends_with(char::is_whitespace) {
        return tail;
    }
    if let Some(at) = tail.find(char::is_whitespace) {
        return tail.get(at..).unwrap_or_default();
    }
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    if word.chars().count() <= MAX_QUOTED { word } else { tail }
}

#[cfg(test)]
mod tests {
    use staffroom_domain::text::scan;
    use staffroom_moderation::{Action, Spelling, Standing};

    use super::*;

    /// How `what` in `text` is quoted, without what is shown as nothing.
    fn quoted(text: &str, what: &str) -> String {
        let start = text.find(what).unwrap();
        let finding = Finding {
            rule: "r".to_owned(),
            rule_version: 1,
            kind: "phrase",
            action: Action::Hold,
            standing: Standing::Counts,
            reason: "Because.".to_owned(),
            detail: None,
            part: Part::Content,
            span: start..start + what.len(),
            spelling: Spelling::Plain,
        };
        let quoted = passage(&finding, &[(Part::Content, text.to_owned())]);
        let found = scan(&quoted);
        assert!(found.tags.is_empty() && found.mentions.is_empty() && found.links.is_empty(), "{quoted}: {found:?}");
        quoted.replace(JOINER, "")
    }

    #[test]
    fn a_passage_is_quoted_with_what_stands_around_it() {
        assert_eq!(quoted("UPN: H801", "UPN:"), "UPN: H801");
        let long = format!("{} the\n word 👩‍🏫 {}", "a".repeat(40), "b".repeat(40));
        assert_eq!(quoted(&long, "word"), "… the word 👩‍🏫…");
        let inside = format!("one {}word{} two", "a".repeat(40), "b".repeat(40));
        assert_eq!(quoted(&inside, "word"), format!("…{}word{}…", "a".repeat(40), "b".repeat(40)));
        let endless = format!("{}word{}", "ä".repeat(500), "ö".repeat(500));
        assert_eq!(quoted(&endless, "word").chars().count(), AROUND * 2 + 4 + 2);
        let much = "so much ".repeat(40);
        let shown = quoted(&much, much.trim_end());
        assert!(shown.ends_with("much…") && shown.chars().count() < MAX_QUOTED + 2, "{shown}");
    }

    #[test]
    fn nothing_quoted_can_be_followed_and_no_hashtag_is_cut() {
        let text =
            "#TheSummerFairOfOurSchool UPN: H801 #TheSummerFairOfOurSchool2026 @amy@elm.example https://elm.example/x";
        let shown = quoted(text, "UPN: H801");
        assert_eq!(shown, "… UPN: H801…");
        assert_eq!(quoted("＃Fair @amy https://elm.example", "Fair"), "＃Fair @amy…");
        assert_eq!(quoted("see https://elm.example/x", "see"), "see https://elm.example/x");
        assert_eq!(quoted("@amy@elm.example ##b", "@elm"), "@amy@elm.example ##b");
    }
}
