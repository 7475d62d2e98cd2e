//! What the lists and the grammar say around a name, told by kind.

use super::cues::Cues;
use super::scene::Scene;
use super::slots::Slot;
use super::weigh::Weight;
use super::{is_written_of, others, things};
use crate::context::Strength;
use crate::context::hash::Piece;
use crate::context::people::Candidate;

/// Weights up to which steps are told apart, in quarters of a sign.
const STEPS: [usize; 9] = [0, 4, 8, 12, 16, 20, 24, 30, 36];

const NUMBERS: [&str; 37] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36",
];
const HERE: Piece<'_> = Piece::of("@here ");
const AROUND: Piece<'_> = Piece::of("@around ");
const WEIGHT: Piece<'_> = Piece::of("@weight ");
const SLOT: Piece<'_> = Piece::of("@slot ");
const JUDGED: Piece<'_> = Piece::of("@judged ");
const IS: Piece<'_> = Piece::of("@is ");

/// Tells of each sign around `candidate`, and how the rule judged it.
pub(super) fn marks(
    scene: &Scene,
    candidate: &Candidate,
    (slot, weight, verdict): (Slot, Weight, Option<Strength>),
    tell: &mut dyn FnMut(&[Piece<'_>]),
) {
    let mut each = |sort: Piece<'_>, number: usize| {
        if let Some(number) = NUMBERS.get(number) {
            tell(&[sort, Piece::of(number)]);
        }
    };
    let (here, around) = (scene.here(candidate), scene.around(candidate));
    for bit in 0..Cues::BITS as usize {
        if here & (1 << bit) != 0 {
            each(HERE, bit);
        } else if around & (1 << bit) != 0 {
            each(AROUND, bit);
        }
    }
    for step in STEPS.into_iter().filter(|step| i32::try_from(*step).is_ok_and(|step| weight.sum >= step)) {
        each(WEIGHT, step);
    }
    each(SLOT, slot as usize);
    each(JUDGED, verdict.map_or(0, |strength| strength as usize));
    let are = [
        others::is_someone_else(scene, candidate, false),
        others::is_invented(scene, candidate),
        things::is_taught_about(scene, candidate),
        things::is_place(scene, candidate),
        is_written_of(scene, candidate),
        scene.works(candidate),
        scene.acts(candidate),
        scene.acts_personally(candidate),
        scene.has_pronoun(candidate),
        scene.is_thanked(candidate),
        scene.has_adult_clause(candidate),
        weight.is_doubtful,
    ];
    for (number, is) in (0..).zip(are) {
        if is {
            each(IS, number);
        }
    }
}
