//! What a policy says of a text that nothing else is known of: for the command line, and for scoring.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;
use staffroom_domain::text::Plain;

use crate::engine::Engine;
use crate::facts::Facts;
use crate::points::CodePoints;
use crate::subject::{Direction, Part, Subject};
use crate::verdict::{Action, Verdict};

/// Elements that make a text HTML.
const ELEMENTS: [&str; 26] = [
    "p",
    "br",
    "a",
    "span",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "del",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "div",
    "img",
    "ruby",
];
const ENTITIES: [&str; 6] = ["amp", "lt", "gt", "quot", "apos", "nbsp"];

/// The strongest action and every match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// One of allow, label, nudge, hold, reject.
    pub action: Action,
    /// What asks for something, in order of appearance.
    pub matches: Vec<Match>,
}

/// A match of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Match {
    /// First code point of the text as given.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
    /// Id of the rule.
    pub rule: String,
    /// What was found.
    pub kind: String,
}

impl Engine {
    /// Judges `text`, plain or HTML, in both directions.
    pub fn check(&self, text: &str, facts: &Facts) -> Checked {
        let reading = Given::of(text);
        let points = CodePoints::of(text);
        let verdict = self.evaluate_both_ways(&reading.subject(facts));
        let matches: BTreeSet<Match> = reading.matches(&verdict, &points).collect();
        Checked { action: verdict.action.of_five(), matches: matches.into_iter().collect() }
    }
}

/// A text as it is judged, and the way back.
struct Given {
    content: String,
    html: Option<Plain>,
}

impl Given {
    fn of(text: &str) -> Self {
        let html = is_html(text).then(|| Plain::of(text));
        Self { content: html.as_ref().map_or_else(|| text.to_owned(), |plain| plain.text.clone()), html }
    }

    fn links(&self) -> &[(String, Range<usize>)] {
        self.html.as_ref().map_or(&[], |plain| &plain.links)
    }

    fn subject(&self, facts: &Facts) -> Subject {
        let mut subject = Subject::text(self.content.clone(), Direction::Outbound, facts.clone());
        subject.tags = staffroom_domain::text::scan(&self.content).tags.into_iter().map(|(tag, _)| tag).collect();
        subject.parts.extend(self.links().iter().enumerate().map(|(n, (url, _))| (Part::Link(n), url.clone())));
        subject
    }

    /// Matches that ask for something; `points` are those of the text as given.
    fn matches<'a>(&'a self, verdict: &'a Verdict, points: &'a CodePoints) -> impl Iterator<Item = Match> + 'a {
        verdict.findings.iter().filter(|finding| finding.action > Action::Allow).map(move |finding| {
            let span = match finding.part {
                Part::Link(n) => self.links().get(n).map_or(0..0, |(_, at)| at.clone()),
                _ => match &self.html {
                    Some(plain) => plain.map.source(finding.span.clone()),
                    None => finding.span.clone(),
                },
            };
            let (rule, kind) = (finding.rule.clone(), finding.kind.to_owned());
            let Range { start, end } = points.span(span);
            Match { start, end, rule, kind }
        })
    }
}

/// Whether a text was written as HTML: it has a tag or an entity that people do not type.
fn is_html(text: &str) -> bool {
    let is_tag = |rest: &str| {
        let inside = rest.strip_prefix('/').unwrap_or(rest);
        let name = inside.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let ends = inside.get(name.len()..).is_some_and(|rest| rest.starts_with(['>', '/', ' ', '\n', '\t']));
        ends && rest.contains('>') && ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name))
    };
    let is_entity = |rest: &str| {
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '#').take(10).collect();
        let known = ENTITIES.contains(&name.as_str())
            || name
                .strip_prefix('#')
                .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit() || c == 'x'));
        known && rest.get(name.len()..).is_some_and(|rest| rest.starts_with(';'))
    };
    text.match_indices(['<', '&']).any(|(at, sign)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        if sign == "<" { is_tag(rest) } else { is_entity(rest) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn checked(text: &str) -> (Action, Vec<(String, String)>) {
        let engine = Engine::new(Policy::of_phrases(["bad words", "🖕", "héllo"])).unwrap();
        let checked = engine.check(text, &Facts::default());
        let points: Vec<char> = text.chars().collect();
        let found = checked.matches.iter().map(|m| (points[m.start..m.end].iter().collect(), m.kind.clone())).collect();
        (checked.action, found)
    }

    #[test]
    fn places_are_code_points_of_the_text_as_given() {
        for (text, wanted) in [
            ("👩‍🏫 é bad words", "bad words"),
            ("<p>a &amp; <b>bad</b> <i>wo</i>rds</p>", "bad</b> <i>wo</i>rds"),
            ("x &lt; b&#97;d words", "b&#97;d words"),
            ("é b&shy;ad wo&ZeroWidthSpace;rds", "b&shy;ad wo&ZeroWidthSpace;rds"),
            ("é b&shyad words", "b&shyad words"),
            ("<p>b&NoBreak;ad&nbsp;words</p>", "b&NoBreak;ad&nbsp;words"),
            ("é b&amp;zwnj;ad words", "b&amp;zwnj;ad words"),
            ("h&eacute;llo", "h&eacute;llo"),
            ("b&#8203ad words", "b&#8203ad words"),
            ("1 < 2 and b\u{301}ad words > x", "b\u{301}ad words"),
            ("I <3 bad words <br>", "bad words"),
            ("ɓаｄ\u{200b} wоrdѕ", "ɓаｄ\u{200b} wоrdѕ"),
            ("b4d w0rds", "b4d w0rds"),
            ("b a d w o r d s", "b a d w o r d s"),
            ("you 🖕", "🖕"),
            ("HÉLLO", "HÉLLO"),
            ("hello", "hello"),
        ] {
            assert_eq!(checked(text), (Action::Hold, vec![(wanted.to_owned(), "phrase".to_owned())]), "{text}");
        }
        for text in ["bad. Words fail me", "b&bogus;ad words", "b&ouml;d words"] {
            assert_eq!(checked(text), (Action::Allow, vec![]), "{text}");
        }
    }

    #[test]
    fn where_links_lead_counts_though_it_is_not_shown() {
        let toml = "[pack]\nid = 'p'\nversion = 1\ntitle = 't'\n[[rule]]\nid = 'r'\nversion = 1\ndirection = ['inbound']\n\
                    action = 'sensitive'\nreason = 'x'\nrationale = 'x'\nmust_match = ['https://evil.test']\n\
                    must_not_match = ['x']\n[rule.when.link]\ndomains = ['evil.test']";
        let engine = Engine::new(Policy::load([("p", toml)]).unwrap()).unwrap();
        let text = "<p>é <a href=\"https://evil.test/a&amp;b\">a nice page</a></p>";
        let checked = engine.check(text, &Facts::default());
        let points: Vec<char> = text.chars().collect();
        let found = &checked.matches[0];
        let place: String = points[found.start..found.end].iter().collect();
        assert_eq!((checked.action, place.as_str()), (Action::Label, "https://evil.test/a&amp;b"));
    }

    #[test]
    fn what_people_type_is_no_html() {
        for text in ["a < b > c", "<3", "AT&T; x", "<amy@oak.test>", "if (a<x && b>q)", "<p", "&; &x; &#;"] {
            assert!(!is_html(text), "{text}");
        }
        for text in ["<p>x", "<BR/>", "a <b>c</b>", "&amp;", "&#39;", "&#x27;", "<a href='x'>"] {
            assert!(is_html(text), "{text}");
        }
    }
}
