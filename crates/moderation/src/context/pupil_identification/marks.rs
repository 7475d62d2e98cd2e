//! What the lists and the grammar say around a name, told by kind.

use std::fmt::Write as _;

use super::scene::Scene;
use super::slots::Slot;
use super::{is_written_of, others, things, weigh};
use crate::context::Strength;
use crate::context::people::Candidate;

/// Weights up to which steps are told apart, in quarters of a sign.
const STEPS: [i32; 9] = [0, 4, 8, 12, 16, 20, 24, 30, 36];

/// Tells of each sign around `candidate`, and how the rule judged it.
pub(super) fn marks(
    scene: &Scene,
    candidate: &Candidate,
    slot: Slot,
    verdict: Option<Strength>,
    tell: &mut dyn FnMut(&str),
) {
    let mut mark = String::with_capacity(32);
    let mut each = |sort: &str, number: i32| {
        mark.clear();
        mark.push_str(sort);
        if write!(mark, "{number}").is_ok() {
            tell(&mark);
        }
    };
    let (here, around) = (scene.here(candidate), scene.around(candidate));
    for bit in 0..u32::BITS {
        let number = i32::try_from(bit).unwrap_or_default();
        if here & (1 << bit) != 0 {
            each("@here ", number);
        } else if around & (1 << bit) != 0 {
            each("@around ", number);
        }
    }
    let weight = weigh::weight(scene, candidate);
    for step in STEPS.into_iter().filter(|step| weight >= *step) {
        each("@weight ", step);
    }
    each("@slot ", slot as i32);
    each("@judged ", verdict.map_or(0, |strength| strength as i32));
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
        weigh::is_doubtful(scene, candidate),
    ];
    for (number, is) in (0..).zip(are) {
        if is {
            each("@is ", number);
        }
    }
}
