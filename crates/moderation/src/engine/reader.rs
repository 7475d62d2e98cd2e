//! Reads a subject once and collects what every rule finds in it.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use staffroom_domain::text::Plain;

use super::compiled::Compiled;
use crate::context::read::Read;
use crate::context::tokens::Tokens;
use crate::context::{Knowledge, Strength};
use crate::detect::{Detector, Given, Glance, Reading};
use crate::index::{Found, Seen, Use, reads};
use crate::normalise::View;
use crate::normalise::joined::{Joined, Signs};
use crate::policy::Rule;
use crate::rules::{Condition, Exhausted, Hit, link, spend};
use crate::subject::{Part, Subject};
use crate::verdict::{Action, Spelling};

/// Bytes beside a place that is written otherwise in which a phrase may begin or end that holds it.
const AROUND: usize = 80;

/// Units of work for a byte that is not ASCII, which has to be looked up and may become many.
const COST_OF_OTHER: usize = 40;
/// Units of work for a byte that a detector or a reading of context takes.
const COST_OF_READING: usize = 4;

/// What is known of a subject while it is read.
pub(super) struct Reader<'a> {
    compiled: &'a Compiled,
    subject: &'a Subject,
    is_on: &'a dyn Fn(&Rule) -> bool,
    budget: u64,
    known: Rc<Knowledge>,
    pub(super) hits: Vec<Hit>,
    /// For each indicator how often its words stood there.
    pub(super) scores: Vec<(usize, [u32; 2])>,
    mentions: u64,
    links: u64,
}

/// One text in the views it is read in.
struct Text<'a> {
    part: usize,
    original: &'a str,
    plain: View,
    /// The folded view, where it is another than the plain one.
    folded: Option<View>,
}

impl<'a> Reader<'a> {
    /// `is_on` tells which rules are meant.
    pub(super) fn new(
        compiled: &'a Compiled,
        subject: &'a Subject,
        budget: u64,
        is_on: &'a dyn Fn(&Rule) -> bool,
    ) -> Self {
        let (hits, scores) = (Vec::new(), Vec::new());
        let known = Rc::new(Knowledge::of(&subject.facts.schools, &subject.facts.people));
        Self { compiled, subject, is_on, budget, known, hits, scores, mentions: 0, links: 0 }
    }

    /// Reads everything, as far as the budget goes.
    pub(super) fn read(&mut self) -> Result<(), Exhausted> {
        for (part, (kind, original)) in self.subject.parts.iter().enumerate() {
            self.read_text(part, *kind, original)?;
            // Entities are shown as they are written, or as what they stand for.
            if let Some(decoded) = Plain::decoded(original) {
                let (hits, scores, counts) = (self.hits.len(), self.scores.len(), (self.mentions, self.links));
                let done = self.read_text(part, *kind, &decoded.text);
                self.scores.truncate(scores);
                (self.mentions, self.links) = counts;
                for hit in self.hits.iter_mut().skip(hits) {
                    hit.span = decoded.map.source(hit.span.clone());
                }
                done?;
            }
        }
        self.read_facts();
        self.combine()
    }

    fn read_text(&mut self, part: usize, kind: Part, original: &str) -> Result<(), Exhausted> {
        let other = original.bytes().filter(|b| !b.is_ascii()).count();
        spend(&mut self.budget, original.len() + other.saturating_mul(COST_OF_OTHER))?;
        let plain = View::plain(original);
        spend(&mut self.budget, plain.text().len())?;
        let folded = View::folded(original).filter(|folded| folded.text() != plain.text());
        let text = Text { part, original, plain, folded };
        if !matches!(kind, Part::Link(_)) {
            self.read_words(&text)?;
            self.detect(&text)?;
            self.read_context(&text)?;
        }
        self.read_links(&text);
        Ok(())
    }

    fn read_words(&mut self, text: &Text<'_>) -> Result<(), Exhausted> {
        let first = self.hits.len();
        let mut excepted = Vec::new();
        let views = [(Some(&text.plain), Spelling::Plain), (text.folded.as_ref(), Spelling::Folded)];
        // What stands plainly somewhere may belong to what is disguised elsewhere.
        let mut seen = self.compiled.index.nothing_seen();
        for (view, spelling) in views {
            let Some(view) = view else { continue };
            let mut found = Vec::new();
            // A hyphen parts words as a space does; both are one byte, so places stay the same.
            let words = view.text().contains('-').then(|| view.text().replace('-', " "));
            let words = words.as_deref().unwrap_or(view.text());
            let whole = 0..words.len();
            let stretches = match spelling {
                Spelling::Plain => vec![whole],
                // All else was read in the plain view.
                _ => view.read_otherwise(AROUND),
            };
            for stretch in stretches {
                self.compiled.index.find(words, stretch, spelling, &mut self.budget, &mut found, &mut seen)?;
            }
            self.count_pairs(text, view, words, &found);
            self.keep(text, view, found, &mut excepted);
            self.run_expressions(text, view, spelling, &seen)?;
        }
        if let Some(hashtags) = View::hashtags(text.original) {
            let mut found = Vec::new();
            let words = hashtags.text();
            let (all, mut seen) = (0..words.len(), self.compiled.index.nothing_seen());
            self.compiled.index.find(words, all, Spelling::Plain, &mut self.budget, &mut found, &mut seen)?;
            self.keep(text, &hashtags, found, &mut excepted);
        }
        if self.compiled.index.reads_joined() {
            let base = text.folded.as_ref().unwrap_or(&text.plain);
            let whole = 0..base.text().len();
            for signs in [Signs::Part, Signs::Letters] {
                let joined = match signs {
                    Signs::Part => Some(Joined::of(base, signs, std::slice::from_ref(&whole))),
                    Signs::Letters => Joined::with_signs(base, AROUND),
                };
                let Some(joined) = joined else { continue };
                let mut found = Vec::new();
                self.compiled.index.find_joined(&joined, base, &mut self.budget, &mut found)?;
                self.keep(text, base, found, &mut excepted);
            }
        }
        let hits = self.hits.get(first..).unwrap_or_default();
        spend(&mut self.budget, hits.len().saturating_mul(excepted.len()))?;
        let is_excepted = |hit: &Hit| {
            excepted.iter().any(|(rule, at): &(usize, Range<usize>)| {
                *rule == hit.rule && at.start < hit.span.end && hit.span.start < at.end
            })
        };
        let mut at = 0;
        self.hits.retain(|hit| {
            at += 1;
            at <= first || !is_excepted(hit)
        });
        Ok(())
    }

    /// Makes hits of matches, and notes what excepts others.
    fn keep(&mut self, text: &Text<'_>, view: &View, found: Vec<Found>, excepted: &mut Vec<(usize, Range<usize>)>) {
        for found in found {
            let span = view.original(found.at.clone());
            match found.usage {
                Use::Except => excepted.push((found.rule, span)),
                Use::Match
                    if self.compiled.index.has_case(&found, text.original.get(span.clone()).unwrap_or_default()) =>
                {
                    self.push(found.rule, text.part, span, found.spelling);
                }
                _ => {}
            }
        }
    }

    fn run_expressions(
        &mut self,
        text: &Text<'_>,
        view: &View,
        spelling: Spelling,
        seen: &Seen,
    ) -> Result<(), Exhausted> {
        let compiled = self.compiled;
        for expression in compiled.index.candidates(seen, spelling).filter(|of| reads(of.views, spelling)) {
            spend(&mut self.budget, view.text().len())?;
            for found in expression.regex.find_iter(view.text()).filter(|found| !found.is_empty()) {
                spend(&mut self.budget, 1)?;
                self.push(expression.rule, text.part, view.original(found.range()), spelling);
            }
        }
        Ok(())
    }

    /// Pairs and indicators: what comes of words found in a view.
    fn count_pairs(&mut self, text: &Text<'_>, view: &View, words: &str, found: &[Found]) {
        let compiled = self.compiled;
        let mut lists: HashMap<usize, [Vec<Range<usize>>; 2]> = HashMap::new();
        for found in found {
            let list = match found.usage {
                Use::First => 0,
                Use::Second => 1,
                Use::Match | Use::Except => continue,
            };
            if let Some(list) = lists.entry(found.rule).or_default().get_mut(list) {
                list.push(found.at.clone());
            }
        }
        for rule in &compiled.needs.pairs {
            let (Some([first, second]), Some(Condition::LexiconPair(pair))) =
                (lists.get_mut(rule), compiled.rule(*rule).map(|rule| &rule.when))
            else {
                continue;
            };
            for list in [&mut *first, &mut *second] {
                list.sort_by_key(|at| (at.start, at.end));
            }
            for at in pair.find(words, first, second) {
                let spelling = found.first().map_or(Spelling::Plain, |found| found.spelling);
                self.push(*rule, text.part, view.original(at), spelling);
            }
        }
        for rule in &compiled.needs.indicators {
            if let Some([positive, negative]) = lists.get(rule)
                && compiled.rule(*rule).is_some_and(self.is_on)
            {
                let count = |list: &[Range<usize>]| u32::try_from(list.len()).unwrap_or(u32::MAX);
                self.scores.push((*rule, [count(positive), count(negative)]));
            }
        }
    }

    fn detect(&mut self, text: &Text<'_>) -> Result<(), Exhausted> {
        let compiled = self.compiled;
        let year = self.subject.facts.year();
        for view in [Some(&text.plain), text.folded.as_ref()].into_iter().flatten() {
            let (glance, reading) = (Glance::of(view.text()), LazyCell::new(|| Reading::of(view.text())));
            for (rule, detectors, own_addresses) in &compiled.needs.detectors {
                let given = Given { year, own_addresses: Some(own_addresses) };
                for detector in detectors.iter().filter(|detector| detector.may_fire(&glance)) {
                    spend(&mut self.budget, view.text().len().saturating_mul(COST_OF_READING))?;
                    let found = detector.find_in(&reading, &given);
                    for at in
                        found.into_iter().filter(|at| *detector != Detector::Email || !names_user(view.text(), at))
                    {
                        self.push_kind(*rule, text.part, view.original(at), Spelling::Plain, kind_of(*detector));
                    }
                }
            }
        }
        Ok(())
    }

    fn read_context(&mut self, text: &Text<'_>) -> Result<(), Exhausted> {
        let compiled = self.compiled;
        if compiled.needs.contexts.is_empty() {
            return Ok(());
        }
        let cost = text.original.len().saturating_mul(COST_OF_READING);
        spend(&mut self.budget, cost)?;
        let (tokens, known) = (Tokens::of(text.original), Rc::clone(&self.known));
        let read = Read::of(&tokens, &known);
        for (rule, contexts) in &compiled.needs.contexts {
            for context in contexts {
                spend(&mut self.budget, cost)?;
                for found in context.find(&read) {
                    let at_most = match found.strength {
                        Strength::Note => Action::Label,
                        Strength::Nudge => Action::Nudge,
                        Strength::Hold => Action::Reject,
                    };
                    self.push_hit(Hit {
                        rule: *rule,
                        part: text.part,
                        span: found.span,
                        spelling: Spelling::Plain,
                        kind: context.as_str(),
                        at_most,
                        detail: Some(found.why),
                    });
                }
            }
        }
        Ok(())
    }

    fn read_links(&mut self, text: &Text<'_>) {
        let compiled = self.compiled;
        if compiled.needs.links.is_empty() && !compiled.needs.counts {
            return;
        }
        let view = &text.plain;
        self.mentions += count_mentions(view.text());
        for found in link::links(view) {
            self.links += u64::from(found.is_sure);
            for (rule, keys) in &compiled.needs.links {
                if let Some(Condition::Link(links)) = compiled.rule(*rule).map(|rule| &rule.when)
                    && links.fits(&found, keys)
                {
                    self.push(*rule, text.part, view.original(found.span.clone()), Spelling::Plain);
                }
            }
        }
    }

    fn read_facts(&mut self) {
        let compiled = self.compiled;
        let facts = &self.subject.facts;
        for rule in &compiled.needs.facts {
            let fits = match compiled.rule(*rule).map(|rule| &rule.when) {
                Some(Condition::Media(media)) => facts.media.iter().flatten().any(|file| media.fits(file)),
                Some(Condition::Rate(rate)) => rate.is_reached(facts.rate.as_ref(), self.mentions, self.links),
                Some(Condition::Actor(actor)) => facts.actor.as_ref().is_some_and(|known| actor.fits(known)),
                Some(Condition::Object(object)) => facts.object.as_ref().is_some_and(|known| object.fits(known)),
                _ => false,
            };
            if fits {
                self.push(*rule, 0, 0..0, Spelling::Plain);
            }
        }
    }

    fn combine(&mut self) -> Result<(), Exhausted> {
        let compiled = self.compiled;
        let texts: Vec<&str> = self.subject.parts.iter().map(|(_, text)| text.as_str()).collect();
        for rule in &compiled.needs.combined {
            let Some(Condition::Combine(combine)) = compiled.rule(*rule).map(|rule| &rule.when) else { continue };
            // Near each other is asked for each hit of one rule and each of another.
            let work =
                if combine.near.is_some() { self.hits.len().saturating_mul(self.hits.len()) } else { self.hits.len() };
            spend(&mut self.budget, work)?;
            for (part, span) in combine.find(&self.hits, &|name| compiled.index_of(name), &texts) {
                self.push(*rule, part, span, Spelling::Plain);
            }
        }
        Ok(())
    }

    fn push(&mut self, rule: usize, part: usize, span: Range<usize>, spelling: Spelling) {
        let kind = self.compiled.rule(rule).map_or("", |rule| rule.when.kind());
        self.push_kind(rule, part, span, spelling, kind);
    }

    fn push_kind(&mut self, rule: usize, part: usize, span: Range<usize>, spelling: Spelling, kind: &'static str) {
        // What is found in pieces is for a person to judge.
        let at_most = if spelling == Spelling::Squashed { Action::Hold } else { Action::Reject };
        self.push_hit(Hit { rule, part, span, spelling, kind, at_most, detail: None });
    }

    fn push_hit(&mut self, hit: Hit) {
        let part = self.subject.parts.get(hit.part).map_or(Part::Content, |(part, _)| *part);
        if self.compiled.rule(hit.rule).is_some_and(|rule| (self.is_on)(rule) && rule.reads(part)) {
            self.hits.push(hit);
        }
    }
}

/// The name findings give what a detector finds: a postcode is one whatever stands beside it.
fn kind_of(detector: Detector) -> &'static str {
    match detector {
        Detector::HomePostcode => Detector::Postcode.as_str(),
        other => other.as_str(),
    }
}

/// Whether what looks like an e-mail address names a user in a link: `https://user:word@host/`.
fn names_user(text: &str, at: &Range<usize>) -> bool {
    let before = text.get(..at.start).unwrap_or_default();
    let word = before.rsplit(' ').next().unwrap_or_default();
    word.rsplit_once("://").is_some_and(|(_, authority)| !authority.contains('/'))
}

/// How many words begin with `@` and go on.
fn count_mentions(text: &str) -> u64 {
    let is_mention = |word: &&str| word.strip_prefix('@').is_some_and(|name| name.starts_with(char::is_alphanumeric));
    text.split([' ', '(', ',']).filter(is_mention).count() as u64
}
