//! What authors are told, in plain words. Only they read it: it quotes what they wrote.

use std::fmt::Write as _;

use staffroom_domain::hold::{Hold, HoldChoice};
use staffroom_domain::ids::StatusId;
use staffroom_moderation::{Action, Finding};

use super::link;
use super::passage::passage;
use crate::Service;
use crate::moderation::{Judged, KeptVerdict};

/// Passages quoted at most.
const MAX_PASSAGES: usize = 3;

/// That something is held, where and why, and what can be done.
pub(super) fn held(service: &Service, hold: &Hold, judged: &Judged) -> String {
    let (verdict, parts) = (&judged.verdict, &judged.subject.parts);
    let what = if hold.edits.is_some() {
        "Your edit is held: what you published before stays as it is for now."
    } else {
        "Your status is held: nobody but you sees it for now."
    };
    let mut words = what.to_owned();
    let asking: Vec<&Finding> = verdict.findings.iter().filter(|found| found.action >= Action::Nudge).collect();
    for found in asking.iter().filter(|found| !asking.iter().any(|other| says_more(other, found))).take(MAX_PASSAGES) {
        let (passage, place) = (passage(found, parts), found.part.in_words());
        // Writing to a String cannot fail.
        let _ = write!(words, "\n\nThe passage “{passage}” in {place}: {}", ended(reason(found)));
    }
    if !verdict.complete {
        words.push_str("\n\nIt is too long or too complex to be checked automatically.");
    }
    words.push_str(&ways(service, hold));
    words
}

/// That something was not published with what it answers or quotes, since it names these people elsewhere.
pub(super) fn left_behind(service: &Service, hold: &Hold, names: &[String]) -> String {
    let are = if names.len() == 1 { "is" } else { "are" };
    format!(
        "Your status is still held. It names {}, who {are} not of the school, and what it answers or quotes is published for \
         people of the school alone: take out who is not of it, or withdraw it.{}",
        names.join(", "),
        ways(service, hold)
    )
}

/// What its author can do about something held, and where.
fn ways(service: &Service, hold: &Hold) -> String {
    let mut words =
        "\n\nWhat you can do:\n• Edit it in your app; it is published at once if nothing is found then.".to_owned();
    for choice in choices(hold) {
        let what = match choice {
            HoldChoice::Review => "a moderator of your school looks at it and decides.",
            HoldChoice::School => "it is published at once, for people of your school alone.",
            HoldChoice::Withdraw => "it is not published.",
            HoldChoice::Publish => "it is published at once as it is.",
        };
        // Writing to a String cannot fail.
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
        // what is published has its audience; and what waits or waited for another one goes where that goes
        HoldChoice::School => hold.is_ruled && hold.edits.is_none() && hold.answers.is_none() && hold.quotes.is_none(),
        HoldChoice::Withdraw => true,
        HoldChoice::Publish => hold.may_publish,
    };
    if hold.state.is_open() { HoldChoice::ALL.into_iter().filter(is_possible).collect() } else { Vec::new() }
}

/// What is said of something that only waits for another one, or that was left when that was published.
pub(super) const fn waits(hold: &Hold) -> &'static str {
    if hold.answers.is_some() || hold.quotes.is_some() {
        "It answers or quotes a status of yours that is held, and is published after that one."
    } else {
        "What it answers or quotes is published, and this not with it: take out who is not of your school, or withdraw it."
    }
}

/// It went out under `url`, or will at its time; its author chose how, or somebody else let it out.
pub(super) fn released(url: Option<&str>, choice: Option<HoldChoice>) -> String {
    let (how, later) = match choice {
        Some(HoldChoice::School) => (", for people of your school alone", ", for people of your school alone"),
        Some(HoldChoice::Publish) => (" as it is", ""),
        _ => ("", ""),
    };
    match url {
        Some(url) => format!("It is published{how}: {url}"),
        None => format!("It is no longer held, and will be published when you planned it{later}."),
    }
}

/// A moderator let it out.
pub(super) fn let_out(url: Option<&str>, note: &str) -> String {
    said(&format!("A moderator looked at it. {}", released(url, None)), note)
}

/// A moderator said no: why, by which rule, and what its author can do about that.
pub(super) fn rejected(service: &Service, hold: &Hold, kept: &KeptVerdict, reason: &str) -> String {
    let mut words = said("A moderator looked at it and decided that it is not published.", reason);
    let why = ended(&kept.reason);
    // Writing to a String cannot fail.
    let _ = match kept.rule() {
        Some(rule) => write!(words, "\n\nThe rule is “{rule}”: {why}"),
        None => write!(words, "\n\nWhy it was held: {why}"),
    };
    let _ = write!(
        words,
        "\n\nIf you think this is wrong, you can appeal within 20 days, once. Somebody else looks at it, where there is \
         somebody else: {}",
        link::address(service, hold)
    );
    words
}

/// An appeal against that was granted.
pub(super) fn brought_back(service: &Service, hold: &Hold) -> String {
    let words: Vec<String> = choices(hold).iter().map(|choice| format!("“{}”", choice.as_str())).collect();
    format!(
        "Your appeal was granted. What was rejected is held again, and you alone decide about it now: you can publish it as \
         it is. Answer with one of these: {}. Or choose here: {}",
        words.join(", "),
        link::address(service, hold)
    )
}

/// A moderator asks for an edit.
pub(super) fn edit_asked(service: &Service, hold: &Hold, note: &str) -> String {
    let asked = said("A moderator looked at it and asks you to edit it. It is still held.", note);
    format!("{asked}\n\nEdit it in your app, or here: {}", link::address(service, hold))
}

/// Its author sent it for review.
pub(super) const SENT_FOR_REVIEW: &str =
    "A moderator of your school will look at it. You will be told here what they decide.";

/// Its author took it back.
pub(super) const WITHDRAWN: &str = "It is withdrawn, and not published.";

/// An answer that says none of what can be chosen.
pub(super) fn not_understood(hold: &Hold) -> String {
    let words: Vec<String> = choices(hold).iter().map(|choice| format!("“{}”", choice.as_str())).collect();
    if words.is_empty() {
        return "Nothing more can be decided about this one.".to_owned();
    }
    format!("I understand these words: {}. Or edit it in your app.", words.join(", "))
}

/// Whether a rule says the same of a longer passage.
fn says_more(other: &Finding, found: &Finding) -> bool {
    let holds = other.span.start <= found.span.start && found.span.end <= other.span.end;
    holds && other.span != found.span && (&other.rule, other.part, other.kind) == (&found.rule, found.part, found.kind)
}

/// A sentence with its end.
fn ended(sentence: &str) -> String {
    let sentence = sentence.trim_end();
    if sentence.ends_with(['.', '?', '!']) { sentence.to_owned() } else { format!("{sentence}.") }
}

fn said(what: &str, note: &str) -> String {
    if note.is_empty() { what.to_owned() } else { format!("{what}\n\nThey say: {note}") }
}

fn reason(found: &Finding) -> &str {
    found.reason.trim_end_matches(['.', ' '])
}

/// The page of a status, as its author knows it.
pub(super) fn url_of(service: &Service, username: &str, id: StatusId) -> String {
    service.settings().identity.status_url(username, id)
}
