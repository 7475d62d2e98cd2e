//! What authors are told, in plain words. Only they read it: it quotes what they wrote.

use std::fmt::Write as _;

use staffroom_domain::hold::{Hold, HoldChoice};
use staffroom_domain::ids::StatusId;
use staffroom_moderation::{Action, Finding, Part};

use super::link;
use crate::Service;
use crate::moderation::Judged;

/// Passages quoted at most.
const MAX_PASSAGES: usize = 3;
/// Characters quoted of a passage at most.
const MAX_QUOTED: usize = 120;
/// Characters quoted on either side of it.
const AROUND: usize = 24;

/// That something is held, where and why, and what can be done.
pub(super) fn held(service: &Service, hold: &Hold, judged: &Judged) -> String {
    let (verdict, parts) = (&judged.verdict, &judged.subject.parts);
    let what = if hold.edits.is_some() {
        "Your edit is held: what you published before stays as it is for now."
    } else {
        "Your status is held: nobody but you sees it for now."
    };
    let mut words = what.to_owned();
    let asking = verdict.findings.iter().filter(|found| found.action >= Action::Nudge);
    for found in asking.take(MAX_PASSAGES) {
        // Writing to a String cannot fail.
        let _ = write!(
            words,
            "\n\nThe passage “{}” in {}: {}.",
            passage(found, parts),
            found.part.in_words(),
            reason(found)
        );
    }
    if !verdict.complete {
        words.push_str("\n\nIt is too long or too complex to be checked automatically.");
    }
    words.push_str("\n\nWhat you can do:\n• Edit it in your app; it is published at once if nothing is found then.");
    for choice in choices(hold) {
        let what = match choice {
            HoldChoice::Review => "a moderator of your school looks at it and decides.",
            HoldChoice::School => "it is published at once, for people of your school alone.",
            HoldChoice::Withdraw => "it is not published.",
            HoldChoice::Publish => "it is published at once as it is.",
        };
        let _ = write!(words, "\n• Answer “{}”: {what}", choice.as_str());
    }
    let _ = write!(words, "\n\nOr choose here: {}\n\nOnly you can read this message.", link::address(service, hold));
    words
}

/// What its author can do with something held, beside editing it.
pub(in crate::statuses) fn choices(hold: &Hold) -> Vec<HoldChoice> {
    let is_possible = |choice: &HoldChoice| match choice {
        // what only waits has nothing to be looked at
        HoldChoice::Review => hold.is_ruled,
        // what is published has its audience; and what waits for another one goes where that goes
        HoldChoice::School => hold.edits.is_none() && hold.answers.is_none() && hold.quotes.is_none(),
        HoldChoice::Withdraw => true,
        HoldChoice::Publish => hold.may_publish,
    };
    if hold.state.is_open() { HoldChoice::ALL.into_iter().filter(is_possible).collect() } else { Vec::new() }
}

/// What is said of something that only waits for another one.
pub(super) const WAITS: &str = "It answers or quotes a status of yours that is held, and is published after that one.";

/// It went out under `url`.
pub(super) fn released(url: Option<&str>) -> String {
    match url {
        Some(url) => format!("It is published: {url}"),
        None => "It is no longer held, and will be published when you planned it.".to_owned(),
    }
}

/// A moderator let it out.
pub(super) fn let_out(url: Option<&str>, note: &str) -> String {
    said(&format!("A moderator looked at it. {}", released(url)), note)
}

/// A moderator said no.
pub(super) fn rejected(reason: &str) -> String {
    said("A moderator looked at it and decided that it is not published.", reason)
}

/// A moderator asks for an edit.
pub(super) fn edit_asked(service: &Service, hold: &Hold, note: &str) -> String {
    let asked = said("A moderator looked at it and asks you to edit it. It is still held.", note);
    format!("{asked}\n\nEdit it in your app, or here: {}", link::address(service, hold))
}

/// After a choice of its author.
pub(super) fn chosen(choice: HoldChoice) -> &'static str {
    match choice {
        HoldChoice::Review => "A moderator of your school will look at it. You will be told here what they decide.",
        HoldChoice::School => "It is published, for people of your school alone.",
        HoldChoice::Withdraw => "It is withdrawn, and not published.",
        HoldChoice::Publish => "It is published as it is.",
    }
}

/// An answer that says none of what can be chosen.
pub(super) fn not_understood(hold: &Hold) -> String {
    let words: Vec<String> = choices(hold).iter().map(|choice| format!("“{}”", choice.as_str())).collect();
    if words.is_empty() {
        return "Nothing more can be decided about this one.".to_owned();
    }
    format!("I understand these words: {}. Or edit it in your app.", words.join(", "))
}

fn said(what: &str, note: &str) -> String {
    if note.is_empty() { what.to_owned() } else { format!("{what}\n\nThey say: {note}") }
}

fn reason(found: &Finding) -> &str {
    found.reason.trim_end_matches(['.', ' '])
}

/// What was found, with a little of what stands around it, on one line.
fn passage(found: &Finding, parts: &[(Part, String)]) -> String {
    let text = parts.iter().find(|(part, _)| *part == found.part).map_or("", |(_, text)| text.as_str());
    let (before, after) =
        (text.get(..found.span.start).unwrap_or_default(), text.get(found.span.end..).unwrap_or_default());
    let inner = text.get(found.span.clone()).unwrap_or_default();
    let tail: Vec<char> = before.chars().rev().take(AROUND).collect();
    let head: String = after.chars().take(AROUND).collect();
    let (more_before, more_after) = (before.chars().nth(AROUND).is_some(), after.chars().nth(AROUND).is_some());
    let mut quoted: String = if more_before { "…".to_owned() } else { String::new() };
    quoted.extend(tail.into_iter().rev());
    quoted.extend(inner.chars().take(MAX_QUOTED));
    quoted.push_str(&head);
    if more_after {
        quoted.push('…');
    }
    quoted.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The choice an answer to the notice makes: its first word that is one, mentions left out.
pub(super) fn choice_in(text: &str) -> Option<HoldChoice> {
    let words = text.split_whitespace().filter(|word| !word.starts_with('@'));
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    words.map(plain).find_map(|word| HoldChoice::parse(&word))
}

/// The page of a status, as its author knows it.
pub(super) fn url_of(service: &Service, username: &str, id: StatusId) -> String {
    service.settings().identity.status_url(username, id)
}

#[cfg(test)]
mod tests {
    use staffroom_moderation::{Spelling, Standing};

    use super::*;

    fn found(text: &str, what: &str) -> (Finding, Vec<(Part, String)>) {
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
        (finding, vec![(Part::Content, text.to_owned())])
    }

    #[test]
    fn a_passage_is_quoted_with_what_stands_around_it() {
        let (finding, parts) = found("UPN: H801", "UPN:");
        assert_eq!(passage(&finding, &parts), "UPN: H801");
        let long = format!("{} the\n word 👩‍🏫 {}", "a".repeat(40), "b".repeat(40));
        let (finding, parts) = found(&long, "word");
        let quoted = passage(&finding, &parts);
        assert!(quoted.starts_with("…a") && quoted.ends_with("b…") && quoted.contains("the word 👩‍🏫"), "{quoted}");
    }

    #[test]
    fn the_first_word_that_is_a_choice_counts() {
        for (text, choice) in [
            ("@moderation Review, please", Some(HoldChoice::Review)),
            ("“school”", Some(HoldChoice::School)),
            ("Withdraw!", Some(HoldChoice::Withdraw)),
            ("@review no idea", None),
            ("", None),
        ] {
            assert_eq!(choice_in(text), choice, "{text}");
        }
    }
}
