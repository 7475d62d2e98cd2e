//! Many weak signs together: a bare given name in a post by school staff is a pupil's if enough speaks for it.
//!
//! Nothing here is sure by itself. Every sign has a weight; what speaks for an adult, a book or a pet counts against.

use std::sync::LazyLock;

use super::cues::{
    ADULT, CHILD, CHILDISH, CLASS, COMPANY, Cues, DELICATE, LATELY, PRIVATE, PUPIL, PUPILS, SANCTION, SCHOOL, STAGED,
    WEAK, YEAR, YEAR_STAFF,
};
use super::scene::{BEFORE, Scene};
use super::slots::{STAFF_HAS, is_age};
use crate::context::names::{WordSet, about, word_set};
use crate::context::people::{Candidate, Evidence, is_relative};
use crate::context::tokens::Case;

/// From which weight on a name is a pupil's, in quarters of a sign.
const ENOUGH: i32 = 10;

/// Given names that few have who are at school today.
static GROWN_UP: WordSet = LazyLock::new(|| {
    word_set(
        "alan alison andrea angela anita ann anne barbara barry becky beryl brenda brian carol caroline catherine cath cheryl chris christine clive \
         colin craig darren dave dawn deb debbie debra deborah denise derek diane donna doreen doris elaine fiona gail gareth gary \
         gemma geoff gerald gill gillian glenys glyn gordon graham hazel heather helen hilary howard ian jackie jane janet janice \
         jason jean jeff jeremy jill jo joan joanna joanne joyce judith julie june karen kate kath katherine kathleen katie katy keith ken kerry kev kevin \
         kim kirsty kirsten laura lee lesley linda lisa liz lorraine louise lyn lynda lynn lynne malcolm mandy margaret marie marion martin martyn \
         maureen maxine mel melanie michelle mick mike moira morag natalie neil nick nicky nicola nigel nikki norman pam pamela pat \
         patricia paul paula pauline penny pete peter phil philip rachael rachel ray rebecca rob robert roger ron rosemary roy russell \
         ruth sally sandra sarah sharon sheila shirley simon steph stephanie steve steven stuart sue susan suzanne tim tina tracey \
         tracy trevor valerie vicki vicky wendy yvonne zoe claire clare anthony tony andy andrew mark adrian allison beverley amanda emma kelly \
         victoria vanessa samantha dean wayne shaun stephen geraldine mairead siobhan una sinead ewan morven",
    )
});

/// What a pupil makes and has: `Kai's poem`.
static MADE: WordSet = LazyLock::new(|| {
    word_set(
        "poem poems drawing drawings painting picture story stories essay essays answer answers mark marks grade grades score results diagram sketch \
         exercise homework coursework project handwriting spelling behaviour progress attendance report tooth coat bag shoes seat chair table planner \
         face inhaler phone bike trainers uniform birthday place plan review meds house attitude reading sentence sentences letter letters volcano \
         solo costume lunch lunchbox referral chromebook laptop target targets pen pencil artwork work sculpture model",
    )
});

/// Before a name, said of the young: `poor Casper`, `little Olive`.
static FOND: WordSet = LazyLock::new(|| word_set("poor little lil dear wee bless sweet cheeky tiny oh"));

/// What speaks for a pupil and what against.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    /// How much speaks for a pupil, in quarters of a sign.
    pub(super) sum: i32,
    /// Whether so much speaks for an adult, a book or a pet that a class nearby makes no pupil of a name.
    pub(super) is_doubtful: bool,
}

impl Weight {
    /// Weighs all signs around a name.
    pub(super) fn of(scene: &Scene, candidate: &Candidate) -> Self {
        let (here, around) = (scene.here(candidate), scene.around(candidate));
        let for_it = grammar(scene, candidate) + family(scene, candidate);
        let against = against(scene, candidate, here, around);
        Self {
            sum: name(scene, candidate) + for_it + said(here, around) - against,
            is_doubtful: against + grown_up(scene, candidate) >= 6 + for_it,
        }
    }

    /// Whether enough speaks for a pupil.
    pub(super) const fn is_enough(self) -> bool {
        self.sum - if self.is_doubtful { 6 } else { 0 } >= ENOUGH
    }
}

/// Whether initials are those of a child whose needs are spoken of: `it is for T. Brannigan`.
pub(super) fn are_initials(scene: &Scene, candidate: &Candidate) -> bool {
    let (here, around) = (scene.here(candidate), scene.around(candidate));
    let one = around & (YEAR | CLASS | PUPIL | CHILD) != 0;
    let private = around & (PRIVATE | DELICATE | SANCTION) != 0;
    let framed = BEFORE.contains(scene.before(candidate)) || scene.acts(candidate) || candidate.possessive;
    framed && here & (ADULT | COMPANY) == 0 && one && private
}

/// What a given name that few have who are at school today counts against a pupil.
fn grown_up(scene: &Scene, candidate: &Candidate) -> i32 {
    if GROWN_UP.has(scene.tokens.hash(candidate.words.start)) { 4 } else { 0 }
}

/// What the name itself says.
fn name(scene: &Scene, candidate: &Candidate) -> i32 {
    let base = match candidate.evidence {
        Evidence::Plain => 12,
        Evidence::Both => 8,
        Evidence::Unknown if is_personal(scene, candidate) => 7,
        Evidence::Unknown => 1,
        Evidence::Word if !candidate.initial => 6,
        Evidence::Word => 3,
        Evidence::Letters => 0,
    };
    // "Alfie B" is how staff write of pupils.
    let last = scene.tokens.get(candidate.words.end - 1);
    let letter = candidate.words.len() == 2 && last.is_some_and(|word| word.case == Case::Letter);
    // Staff and the famous have surnames too; a year group says little of whose it is.
    let school = SCHOOL | CHILDISH | PRIVATE | DELICATE | SANCTION | PUPIL | PUPILS | CHILD;
    let surname = match () {
        () if !candidate.surname => 0,
        () if scene.here(candidate) & school == 0 => 9,
        () => 6,
    };
    base - grown_up(scene, candidate) - surname + if letter { 6 } else { 0 } - if candidate.lower { 2 } else { 0 }
}

/// Whether what stands around a word in no list is said of persons alone.
fn is_personal(scene: &Scene, candidate: &Candidate) -> bool {
    let before = scene.before(candidate);
    scene.acts_personally(candidate)
        || scene.has_pronoun(candidate)
        || pronoun_begins_next(scene, candidate)
        || FOND.contains(before)
        || candidate.possessive && MADE.has(scene.tokens.hash(candidate.words.end))
}

/// How the name stands in its sentence.
fn grammar(scene: &Scene, candidate: &Candidate) -> i32 {
    let tokens = scene.tokens;
    let (start, end) = (candidate.words.start, candidate.words.end);
    let before = scene.before(candidate);
    let mut sum = 0;
    sum += if scene.acts_personally(candidate) {
        4
    } else if scene.acts(candidate) {
        2
    } else {
        0
    };
    sum += if scene.has_pronoun(candidate) || pronoun_begins_next(scene, candidate) { 4 } else { 0 };
    sum += if candidate.possessive && !STAFF_HAS.has(tokens.hash(end)) {
        2 + if (end..end + 2).any(|at| MADE.has(tokens.hash(at)) || is_relative(tokens.hash(at))) { 6 } else { 0 }
    } else {
        0
    };
    sum += if FOND.contains(before) || before == "my" { 6 } else { 0 };
    sum += if BEFORE.contains(before)
        || ["be", "off", "down", "round", "found", "moved", "caught", "rang"].contains(&before)
    {
        2
    } else {
        0
    };
    sum += if scene.acts_on_me(candidate) || suffers(scene, candidate) { 4 } else { 0 };
    // "this by Kai", "bitten by Kai"
    let made = before == "by"
        && ["this", "work", "drawing", "painting", "piece", "artwork", "bitten", "punched", "kicked"]
            .contains(&tokens.folded(start.wrapping_sub(2)));
    sum + if made { 6 } else { 0 }
}

/// Whether something is done to the named one: `was caught`, `is being moved`, `have been put`.
fn suffers(scene: &Scene, candidate: &Candidate) -> bool {
    let end = candidate.words.end;
    let verb = |at: usize| {
        let word = scene.tokens.folded(at);
        ["is", "was", "were", "are", "has", "have", "had", "been", "being", "got", "gets", "to", "be", "finally", "now"]
            .contains(&word)
    };
    let last = (end..end + 4).find(|at| !verb(*at)).unwrap_or(end);
    let word = scene.tokens.folded(last);
    let passive = ["is", "was", "were", "are", "been", "being", "got", "gets", "be"]
        .contains(&scene.tokens.folded(last.wrapping_sub(1)));
    let done = word.len() > 4 && word.ends_with("ed")
        || [
            "caught", "put", "sent", "taken", "given", "told", "found", "made", "bitten", "hurt", "hit", "kept", "left",
        ]
        .contains(&word);
    last > end && passive && done && scene.same_sentence(end, last)
}

/// What is said nearby.
fn said(here: Cues, around: Cues) -> i32 {
    let has = |cues: Cues, near: i32, far: i32| {
        if here & cues != 0 {
            near
        } else if around & cues != 0 {
            far
        } else {
            0
        }
    };
    has(PRIVATE, 10, 8)
        + has(SANCTION, 8, 4)
        + has(DELICATE, 6, 3)
        + has(SCHOOL, 6, 4).max(has(CHILDISH, 6, 4)).max(has(WEAK, 2, 0))
        + has(YEAR | CLASS | PUPIL | PUPILS, 7, 5).max(has(CHILD, 4, 4))
        + has(LATELY, 2, 0)
}

/// An age, or a family that is not the writer's.
fn family(scene: &Scene, candidate: &Candidate) -> i32 {
    let tokens = scene.tokens;
    let first = tokens.sentence(scene.sentence_of(candidate).saturating_sub(2)).start;
    let own = tokens.sentence(scene.sentence_of(candidate)).end;
    let last = tokens.sentence(scene.sentence_of(candidate) + 1).end.max(own).min(candidate.words.end + 30);
    let mut sum = 0;
    let (mut aged, mut kin) = (false, false);
    for at in first.max(candidate.words.start.saturating_sub(30))..last {
        let (word, before, next) = (tokens.folded(at), tokens.folded(at.wrapping_sub(1)), tokens.folded(at + 1));
        aged |= is_age(word)
            && (["is", "he", "she", "aged", "only", "just", "age", "who"].contains(&before)
                && !["months", "weeks", "days", "times", "minutes", "pm", "am"].contains(&next)
                && !tokens.gap(at + 1).starts_with(['.', ':', '%', '/'])
                || next == "year" && tokens.folded(at + 2) == "old");
        let bare = |word: &str| ["mum", "dad", "nan", "mam", "grandad"].contains(&word);
        kin |= is_relative(tokens.hash(at))
            && (["his", "her", "their", "the"].contains(&before)
                || bare(word) && !["my", "our", "your", "a", "proud", "as"].contains(&before));
    }
    sum += if aged { 8 } else { 0 };
    sum + if kin { 6 } else { 0 }
}

/// What speaks for an adult, a book or a pet.
fn against(scene: &Scene, candidate: &Candidate, here: Cues, around: Cues) -> i32 {
    let behaves = here & DELICATE != 0 && scene.acts_personally(candidate);
    let mut sum = 0;
    sum += match () {
        () if behaves => 2 * i32::from(here & ADULT != 0),
        () if scene.has_adult_clause(candidate) => 8,
        () if here & ADULT != 0 => 6,
        () if around & ADULT != 0 => 2,
        () => 0,
    };
    sum += match () {
        () if here & COMPANY != 0 => 8,
        () if around & COMPANY != 0 => 3,
        () => 0,
    };
    // "Sophie is leading", "Sanna, who shares my class"
    let end = candidate.words.end;
    let working =
        (end..end + 3).any(|at| scene.mark(at) & ADULT != 0 && scene.same_sentence(candidate.words.start, at));
    sum += match () {
        () if !working || behaves || candidate.possessive => 0,
        () if scene.has_pronoun(candidate) => 0,
        () => 4,
    };
    let asked = scene.before(candidate) == "ask"
        && scene.tokens.get(candidate.words.start - 1).is_some_and(|word| word.initial);
    sum += if asked { 8 } else { 0 };
    sum += if here & YEAR_STAFF != 0 { 4 } else { 0 };
    sum += match () {
        () if here & STAGED != 0 && !candidate.possessive => 8,
        () if around & STAGED != 0 && here & STAGED == 0 => 6,
        () => 0,
    };
    sum += if scene.is_thanked(candidate) { 10 } else { 0 };
    sum += if ["thanks", "thank", "cheers"].contains(&scene.before(candidate)) { 4 } else { 0 };
    let after = scene.tokens.folded(candidate.words.end);
    sum + if about(after).surname && !about(after).common && !candidate.surname && !candidate.possessive {
        4
    } else {
        0
    }
}

/// Whether the next sentence begins with `he` or `she`.
fn pronoun_begins_next(scene: &Scene, candidate: &Candidate) -> bool {
    let next = scene.tokens.sentence(scene.sentence_of(candidate) + 1);
    !next.is_empty() && ["he", "she", "his", "her"].contains(&scene.tokens.folded(next.start))
}
