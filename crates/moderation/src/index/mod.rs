//! Everything that rules look for word by word, found in one pass over each view: phrases, the words of lists, and the
//! literals that regular expressions cannot match without.
//!
//! Phrases begin where words do, so their automaton is entered there, where the first bytes are those of a phrase, and left
//! at the first byte that leads nowhere; only literals are looked for everywhere. An expression is run where a literal of
//! each of its lists stands, as near to each other as a match can be long.

mod anchored;
mod spots;

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Input};

use self::anchored::Patterns;
use self::spots::Spots;
use crate::normalise::View;
use crate::normalise::joined::{Joined, Letters, Trick};
use crate::policy::{Condition, Rule};
use crate::rules::phrase::{Phrase, Phrases};
use crate::rules::{Exhausted, regex, spend};
use crate::verdict::Spelling;

/// Bytes of literals up to which the faster automaton takes some megabytes.
const MAX_FAST: usize = 20_000;

/// What a phrase is for in its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It is a match.
    Match,
    /// No match of the rule may overlap it.
    Except,
    /// The first list of a pair, what counts for an indicator.
    First,
    /// The second list of a pair, what counts against an indicator.
    Second,
}

/// A phrase and whose it is.
#[derive(Debug)]
struct Entry {
    rule: usize,
    usage: Use,
    phrase: Phrase,
    views: [bool; 4],
}

/// A regular expression, compiled.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) rule: usize,
    pub(crate) regex: ::regex::Regex,
    pub(crate) views: [bool; 4],
    /// How many lists of literals there are of each of which one must stand in a text.
    lists: usize,
    /// Bytes it can match at most.
    longest: usize,
}

/// Which literals were seen.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Where, for each expression.
    spots: Vec<Spots>,
    /// Expressions of which a literal of every list was seen.
    due: Vec<usize>,
    /// Those of them where all stood as near each other in the plain view as one match of the expression holds them.
    near: Vec<usize>,
}

/// A phrase found, in a range of the view's text.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    entry: usize,
    pub(crate) rule: usize,
    pub(crate) usage: Use,
    pub(crate) at: Range<usize>,
    pub(crate) spelling: Spelling,
}

/// All phrases and literals of a policy, compiled.
#[derive(Debug)]
pub(crate) struct Index {
    /// Their anchors are the patterns of `words`, in order.
    entries: Vec<Entry>,
    words: Patterns,
    expressions: Vec<Expression>,
    literals: AhoCorasick,
    /// Those that need no literal.
    always_due: Vec<usize>,
    /// For each literal the expression, and the number of the list, that it is of.
    owners: Vec<(usize, usize)>,
    /// The index of the entry, and the pattern of `joined` in order.
    letters: Vec<(usize, Letters)>,
    joined: Patterns,
}

impl Index {
    pub(crate) fn build(rules: &[Rule]) -> Result<Self, BuildError> {
        let (mut entries, mut expressions, mut literals, mut owners) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (rule, when) in rules.iter().map(|rule| &rule.when).enumerate() {
            each_phrase(when, &mut |phrase, usage, options| {
                let plain = View::plain(phrase).text().to_owned();
                let folded = View::folded(phrase).map(|view| view.text().to_owned()).filter(|text| *text != plain);
                let views = options.map_or([true, true, false, false], |o| views(&o.views));
                let (gap, case) = options.map_or((0, None), |o| (o.gap, o.case.then_some(phrase.as_str())));
                for (spelled, views) in [(Some(plain), views), (folded, [views[1], views[1], views[2], views[3]])] {
                    let Some(spelled) = spelled else { continue };
                    entries.push(Entry { rule, usage, phrase: Phrase::new(&spelled, gap, case), views });
                }
            });
            if let Condition::Regex(regexes) = when {
                for pattern in &regexes.any {
                    let Ok(compiled) = regex::compile(pattern) else { continue };
                    let needed = regex::literals(pattern);
                    for (number, list) in needed.iter().enumerate() {
                        owners.extend(list.iter().map(|_| (expressions.len(), number)));
                    }
                    expressions.push(Expression {
                        rule,
                        regex: compiled,
                        views: views(&regexes.views),
                        lists: needed.len(),
                        longest: regex::longest(pattern),
                    });
                    literals.extend(needed.into_iter().flatten());
                }
            }
        }
        let letters: Vec<(usize, Letters)> = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.usage == Use::Match && (entry.views[2] || entry.views[3]))
            .filter_map(|(at, entry)| Some((at, entry.phrase.letters()?)))
            .collect();
        Ok(Self {
            words: Patterns::new(&entries.iter().map(|entry| &entry.phrase.anchor).collect::<Vec<_>>())?,
            entries,
            literals: automaton(&literals)?,
            always_due: expressions.iter().enumerate().filter(|(_, of)| of.lists == 0).map(|(at, _)| at).collect(),
            expressions,
            owners,
            joined: Patterns::new(&letters.iter().map(|(_, letters)| &letters.key).collect::<Vec<_>>())?,
            letters,
        })
    }

    /// Expressions that may match in that view where those literals were seen. The plain view holds all of a match; of
    /// another one only parts are read, and the rest of a match may have been seen in the plain one.
    pub(crate) fn candidates<'a>(&'a self, seen: &'a Seen, view: Spelling) -> impl Iterator<Item = &'a Expression> {
        let due = if view == Spelling::Plain { &seen.near } else { &seen.due };
        self.always_due.iter().chain(due).filter_map(|at| self.expressions.get(*at))
    }

    /// Nothing seen yet.
    pub(crate) fn nothing_seen(&self) -> Seen {
        Seen { spots: vec![Spots::default(); self.expressions.len()], due: Vec::new(), near: Vec::new() }
    }

    /// Phrases that stand in `stretch` of `text`, a view's text with spaces for hyphens; literals of expressions are marked
    /// as seen.
    ///
    /// Takes one unit of `budget` per byte read and per match looked at.
    pub(crate) fn find(
        &self,
        text: &str,
        stretch: Range<usize>,
        spelling: Spelling,
        budget: &mut u64,
        found: &mut Vec<Found>,
        seen: &mut Seen,
    ) -> Result<(), Exhausted> {
        spend(budget, stretch.len())?;
        let mut hits = Vec::new();
        for start in word_starts(text, stretch.clone()) {
            spend(budget, self.words.at(text, start..stretch.end, &mut hits))?;
            for (at, hit) in hits.drain(..) {
                let Some(of) = self.entries.get(at).filter(|of| reads(of.views, spelling)) else { continue };
                if let Some(place) = of.phrase.at(text, hit, budget)? {
                    found.push(Found { entry: at, rule: of.rule, usage: of.usage, at: place, spelling });
                }
            }
        }
        for hit in self.literals.find_overlapping_iter(Input::new(text).range(stretch)) {
            spend(budget, 1)?;
            let owner = self.owners.get(hit.pattern().as_usize());
            let Some((at, number)) = owner else { continue };
            let (Some(spots), Some(of)) = (seen.spots.get_mut(*at), self.expressions.get(*at)) else { continue };
            let news = spots.add(*number, hit.range(), of.lists, of.longest);
            seen.due.extend(news.is_complete.then_some(*at));
            seen.near.extend(news.is_near.then_some(*at));
        }
        Ok(())
    }

    /// Phrases that stand in `view`, disguised.
    pub(crate) fn find_joined(
        &self,
        joined: &Joined,
        view: &View,
        budget: &mut u64,
        found: &mut Vec<Found>,
    ) -> Result<(), Exhausted> {
        let mut hits = Vec::new();
        for start in joined.starts() {
            spend(budget, self.joined.at(joined.key(), start..joined.key().len(), &mut hits))?;
            for (pattern, hit) in hits.drain(..) {
                let Some((at, letters)) = self.letters.get(pattern) else { continue };
                spend(budget, hit.len())?;
                let Some(trick) = joined.judge(&hit, letters) else { continue };
                let spelling = match trick {
                    Trick::Leet => Spelling::Leet,
                    Trick::Squashed => Spelling::Squashed,
                };
                if let Some(of) = self.entries.get(*at).filter(|of| reads(of.views, spelling)) {
                    let place = joined.below(&hit, view);
                    found.push(Found { entry: *at, rule: of.rule, usage: of.usage, at: place, spelling });
                }
            }
        }
        Ok(())
    }

    /// Whether a phrase found has its capitals where they must be. `passage` is what stands there in the original.
    pub(crate) fn has_case(&self, found: &Found, passage: &str) -> bool {
        self.entries.get(found.entry).is_some_and(|entry| entry.phrase.has_case(passage))
    }

    /// Whether anything is to be looked for with letters run together.
    pub(crate) fn reads_joined(&self) -> bool {
        !self.letters.is_empty()
    }
}

fn views(spellings: &[Spelling]) -> [bool; 4] {
    let named = |spelling| spellings.contains(&spelling);
    [true, named(Spelling::Folded), named(Spelling::Leet), named(Spelling::Squashed)]
}

pub(crate) fn reads(views: [bool; 4], spelling: Spelling) -> bool {
    let [plain, folded, leet, squashed] = views;
    match spelling {
        Spelling::Plain => plain,
        Spelling::Folded => folded,
        Spelling::Leet => leet,
        Spelling::Squashed => squashed,
    }
}

fn each_phrase<'a>(when: &'a Condition, each: &mut dyn FnMut(&'a String, Use, Option<&'a Phrases>)) {
    let (first, second) = match when {
        Condition::Phrase(phrases) => {
            phrases.any.iter().for_each(|phrase| each(phrase, Use::Match, Some(phrases)));
            return phrases.except.iter().for_each(|phrase| each(phrase, Use::Except, None));
        }
        Condition::LexiconPair(pair) => (&pair.entities, &pair.words),
        Condition::Indicator(indicator) => (&indicator.positive, &indicator.negative),
        _ => return,
    };
    for (list, usage) in [(first, Use::First), (second, Use::Second)] {
        for phrase in list {
            each(phrase, usage, None);
        }
    }
}

/// Few literals are found faster by an automaton that would be too large for many.
fn automaton(literals: &[String]) -> Result<AhoCorasick, BuildError> {
    let is_small = literals.iter().map(String::len).sum::<usize>() <= MAX_FAST;
    let kind = if is_small { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
    AhoCorasick::builder().kind(Some(kind)).build(literals)
}

/// Where words begin in `stretch` of `text`, and every sign that belongs to none.
fn word_starts(text: &str, stretch: Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut is_inside = text.get(..stretch.start).and_then(|before| before.chars().next_back()).is_some_and(is_part);
    text.get(stretch.clone()).unwrap_or_default().char_indices().filter_map(move |(at, c)| {
        let was_inside = std::mem::replace(&mut is_inside, is_part(c));
        (c != ' ' && !(was_inside && is_inside)).then_some(stretch.start + at)
    })
}
