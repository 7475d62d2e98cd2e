//! Parties that are one: "our head, Mr Harris", "a PE teacher at St Mary's", "Oakfield's marking policy".

use crate::context::tokens::Tokens;

use super::parties::{KnownBy, Party, Who};
use super::people::Evidence;

/// Joins neighbours that speak of one and the same.
pub(super) fn join(tokens: &Tokens<'_>, all: Vec<Party>) -> Vec<Party> {
    let mut joined: Vec<Party> = Vec::with_capacity(all.len());
    for mut party in all {
        if is_place(tokens, &party, joined.last()) {
            party.who = Who::School;
        }
        let leads = joined.iter().rev().nth(1).is_none_or(|earlier| {
            tokens.get(earlier.words.start).map(|word| word.sentence)
                != tokens.get(party.words.start).map(|word| word.sentence)
        });
        match joined.last_mut() {
            Some(before) => match one_of(tokens, leads, before, &party) {
                Some(who) => {
                    before.words.end = party.words.end;
                    before.who = who;
                    before.owner = party.owner;
                }
                None => joined.push(party),
            },
            None => joined.push(party),
        }
    }
    joined
}

/// A name known by its capital letters alone, where a school is to be expected: "the head of Oakfield", "at Oakfield".
fn is_place(tokens: &Tokens<'_>, party: &Party, before: Option<&Party>) -> bool {
    if party.who != Who::Person(Evidence::Capitals) || party.words.len() > 3 {
        return false;
    }
    let word = |back: usize| party.words.start.checked_sub(back).map_or("", |at| tokens.folded(at));
    let behind_role = before.is_some_and(|before| {
        matches!(before.who, Who::Role { .. } | Who::Child | Who::Matter) && before.words.end + 1 == party.words.start
    });
    word(1) == "at" || matches!(word(1), "of" | "from") && behind_role
}

/// What two neighbours are together, if they are one. `leads` says that nobody is spoken of before them.
fn one_of(tokens: &Tokens<'_>, leads: bool, first: &Party, second: &Party) -> Option<Who> {
    let same_sentence = tokens.get(first.words.start)?.sentence == tokens.get(second.words.start)?.sentence;
    if !same_sentence {
        return None;
    }
    let between: Vec<&str> = (first.words.end..second.words.start).take(4).map(|at| tokens.folded(at)).collect();
    let by_place =
        matches!(between[..], ["at" | "of" | "from" | "in" | "for"] | ["at" | "of" | "from" | "in", "the" | "our"]);
    let adjacent = between.is_empty();
    let gap = tokens.gap(second.words.start);
    let plain = adjacent && gap.trim_matches(['\'', '’', 's', 'S']).chars().all(|c| c.is_whitespace() || c == '-');
    let apposed = adjacent && !gap.contains([';', ':', '.']) && gap.len() <= 6;
    match (first.who, second.who) {
        (Who::Role { teacher, .. }, Who::School) if by_place => Some(Who::Role { teacher, known_by: KnownBy::School }),
        (Who::School, Who::Role { teacher, .. }) if plain || first.owner && between.len() <= 2 => {
            Some(Who::Role { teacher, known_by: KnownBy::School })
        }
        (Who::Person(Evidence::Capitals), Who::Role { teacher, .. }) if plain && first.owner => {
            Some(Who::Role { teacher, known_by: KnownBy::School })
        }
        (Who::Person(_), Who::School) if by_place => Some(Who::Person(Evidence::Title)),
        (Who::Child | Who::Other | Who::Mention, Who::School) if by_place => Some(first.who),
        (Who::Matter, Who::School) if by_place && leads => Some(first.who),
        (Who::Child, Who::Child) if plain => Some(Who::Child),
        (Who::Group, Who::School) if by_place => Some(Who::School),
        (Who::School, Who::Group) if plain => Some(Who::School),
        (Who::Person(Evidence::Capitals), Who::Group)
            if plain
                && matches!(tokens.folded(second.words.start), "staff" | "teachers" | "governors" | "slt" | "tas") =>
        {
            Some(Who::School)
        }
        (Who::School, Who::Child | Who::Matter) if plain => Some(second.who),
        (Who::School | Who::Person(_) | Who::Role { .. }, Who::Matter) if first.owner && between.len() <= 2 => {
            Some(Who::Matter)
        }
        (Who::Role { .. }, Who::Person(_)) if apposed => Some(Who::Person(Evidence::Title)),
        (Who::Person(_), Who::Role { .. }) if apposed && !plain => Some(Who::Person(Evidence::Title)),
        (Who::Person(_), Who::Role { .. })
            if matches!(between[..], ["the" | "our" | "my"]) && gap_is_comma(tokens, first) =>
        {
            Some(Who::Person(Evidence::Title))
        }
        _ => None,
    }
}

fn gap_is_comma(tokens: &Tokens<'_>, first: &Party) -> bool {
    tokens.gap(first.words.end).trim_matches(['\'', '’', 's']).starts_with([',', '('])
}
