//! Rules about other rules: what matches together, near each other, or often.
//!
//! The rules named stand before it; those that only serve here have the action `allow`. A match shows the places of what
//! made it one.

use std::ops::Range;

use serde::Deserialize;

use super::{Hit, wrong};

/// What has to come together; everything said must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Combine {
    /// All of these rules match somewhere.
    pub all: Vec<String>,
    /// One of these rules matches.
    pub any: Vec<String>,
    /// None of these rules matches.
    pub not: Vec<String>,
    /// These rules match near each other.
    pub near: Option<Near>,
    /// These rules match often.
    pub count: Option<Count>,
}

/// Rules that match near each other.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// All of these, in one text.
    pub rules: Vec<String>,
    /// Widest stretch from the beginning of the first to the end of the last, in characters.
    pub within: usize,
}

/// Rules that match often.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Count {
    /// Matches of all of these are counted together.
    pub rules: Vec<String>,
    /// How many there must be.
    pub at_least: usize,
    /// In a stretch of so many characters of one text; anywhere if absent.
    #[serde(default)]
    pub within: Option<usize>,
}

impl Combine {
    pub(crate) fn validate(&self) -> Result<(), String> {
        let near = self.near.as_ref().is_some_and(|near| near.rules.len() < 2 || near.within == 0);
        let count = self.count.as_ref().is_some_and(|count| count.rules.is_empty() || count.at_least < 2);
        if near {
            return wrong("combine.near", "needs two rules and a stretch");
        }
        if count {
            return wrong("combine.count", "needs a rule and a count of two or more");
        }
        if self.all.is_empty() && self.any.is_empty() && self.near.is_none() && self.count.is_none() {
            return wrong("combine", "names no rule that must match");
        }
        Ok(())
    }

    /// Every rule it names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        let near = self.near.iter().flat_map(|near| &near.rules);
        let count = self.count.iter().flat_map(|count| &count.rules);
        self.all.iter().chain(&self.any).chain(&self.not).chain(near).chain(count)
    }

    /// Where it matches, as (part, place), given the hits so far and the index of each rule. `texts` are those of the parts.
    pub(crate) fn find(
        &self,
        hits: &[Hit],
        index: &dyn Fn(&str) -> Option<usize>,
        texts: &[&str],
    ) -> Vec<(usize, Range<usize>)> {
        let of = |name: &String| {
            let rule = index(name);
            hits.iter().filter(move |hit| Some(hit.rule) == rule)
        };
        if self.not.iter().any(|name| of(name).next().is_some())
            || self.all.iter().any(|name| of(name).next().is_none())
            || (!self.any.is_empty() && !self.any.iter().any(|name| of(name).next().is_some()))
        {
            return Vec::new();
        }
        let mut places = Vec::new();
        if let Some(near) = &self.near {
            let kinds: Vec<Vec<&Hit>> = near.rules.iter().map(|name| of(name).collect()).collect();
            let found = near_each_other(&kinds, near.within, texts);
            if found.is_empty() {
                return Vec::new();
            }
            places.extend(found);
        }
        if let Some(count) = &self.count {
            let all: Vec<&Hit> = count.rules.iter().flat_map(of).collect();
            let found = often(all, count, texts);
            if found.is_empty() {
                return Vec::new();
            }
            places.extend(found);
        }
        if places.is_empty() {
            let first = self.all.iter().chain(&self.any).find_map(|name| of(name).next());
            places.extend(first.map(|hit| (hit.part, hit.span.clone())));
        }
        places
    }
}

/// Around each hit of the first kind, the nearest of the others, if all are near enough.
fn near_each_other(kinds: &[Vec<&Hit>], within: usize, texts: &[&str]) -> Vec<(usize, Range<usize>)> {
    let Some((first, others)) = kinds.split_first() else { return Vec::new() };
    let mut places = Vec::new();
    for hit in first {
        let mut span = hit.span.clone();
        let mut is_complete = true;
        for other in others {
            let nearest =
                other.iter().filter(|other| other.part == hit.part).min_by_key(|other| union(&span, &other.span).len());
            match nearest {
                Some(other) => span = union(&span, &other.span),
                None => is_complete = false,
            }
        }
        let length = texts.get(hit.part).and_then(|text| text.get(span.clone())).map_or(0, |text| text.chars().count());
        if is_complete && length <= within && !places.contains(&(hit.part, span.clone())) {
            places.push((hit.part, span));
        }
    }
    places
}

/// The first stretch that holds enough hits; distinct places only.
fn often(mut hits: Vec<&Hit>, count: &Count, texts: &[&str]) -> Vec<(usize, Range<usize>)> {
    hits.sort_by_key(|hit| (hit.part, hit.span.start, hit.span.end));
    hits.dedup_by_key(|hit| (hit.part, hit.span.clone()));
    let Some(within) = count.within else {
        let first = hits.first().filter(|_| hits.len() >= count.at_least);
        return first.map(|hit| (hit.part, hit.span.clone())).into_iter().collect();
    };
    let mut windows = hits.windows(count.at_least).filter_map(|window| {
        let (first, last) = (window.first()?, window.last()?);
        let span = union(&first.span, &last.span);
        let length = texts.get(first.part)?.get(span.clone())?.chars().count();
        (first.part == last.part && length <= within).then_some((first.part, span))
    });
    windows.next().into_iter().collect()
}

fn union(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    a.start.min(b.start)..a.end.max(b.end)
}
