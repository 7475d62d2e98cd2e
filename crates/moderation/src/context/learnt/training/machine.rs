//! A linear support vector machine with squared hinge loss, by coordinate descent on the dual (Hsieh et al., "A Dual
//! Coordinate Descent Method for Large-scale Linear SVM", ICML 2008, algorithm 1). The same on every machine.

use std::collections::HashMap;

/// An example: features by number, each as often as it occurs, and what it counts.
pub(super) struct Example {
    /// Examples of one line belong together.
    pub(super) line: usize,
    pub(super) features: Vec<usize>,
    pub(super) yes: bool,
    pub(super) cost: f64,
}

/// Features of fewer examples are chance.
const SELDOM: u32 = 3;
/// What an error costs beside the size of the weights.
const COST: f64 = 0.8;
const ROUNDS: usize = 14;
/// Rounds before which it is chosen which names of a line count.
const CHOOSING: [usize; 2] = [3, 7];
/// How far behind the name of a line that looks most like a yes another one still counts.
const BEHIND: f64 = 0.2;

/// A weight for each of so many features.
#[expect(clippy::cast_precision_loss, reason = "counts of some thousands")]
pub(super) fn learn(examples: &[Example], features: usize) -> Vec<f64> {
    let often = often(examples, features);
    let kept: Vec<Vec<usize>> =
        examples.iter().map(|example| example.features.iter().copied().filter(|at| often[*at]).collect()).collect();
    let yes = examples.iter().filter(|example| example.yes).count() as f64;
    let balance = ((examples.len() as f64 - yes) / yes).sqrt();
    let (mut weights, mut alphas) = (vec![0.0; features], vec![0.0; examples.len()]);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut chosen = vec![true; examples.len()];
    let mut chance = 1_u64;
    for round in 0..ROUNDS {
        if CHOOSING.contains(&round) {
            chosen = choose(examples, &weights);
        }
        shuffle(&mut order, &mut chance);
        for &at in &order {
            let example = &examples[at];
            let sign = if example.yes { 1.0 } else { -1.0 };
            let weight = if example.yes { balance } else { 1.0 };
            let cost = if chosen[at] { COST * example.cost * weight } else { 1e-6 };
            let share = 1.0 / (example.features.len() as f64).sqrt();
            let slack = 1.0 / (2.0 * cost);
            let sum: f64 = kept[at].iter().map(|feature| weights[*feature]).sum();
            let gradient = (sign * sum).mul_add(share, slack.mul_add(alphas[at], -1.0));
            let size = (kept[at].len() as f64).mul_add(share * share, slack);
            let next = f64::max(alphas[at] - gradient / size, 0.0);
            let step = (next - alphas[at]) * sign * share;
            alphas[at] = next;
            for feature in &kept[at] {
                weights[*feature] += step;
            }
        }
    }
    weights
}

/// Which features are not chance.
fn often(examples: &[Example], features: usize) -> Vec<bool> {
    let mut seen = vec![0_u32; features];
    for example in examples {
        let mut features = example.features.clone();
        features.sort_unstable();
        features.dedup();
        for at in features {
            seen[at] += 1;
        }
    }
    seen.into_iter().map(|seen| seen >= SELDOM).collect()
}

/// Of the names of a line with a pupil in it those count that look most like one.
fn choose(examples: &[Example], weights: &[f64]) -> Vec<bool> {
    let mut best: HashMap<usize, f64> = HashMap::new();
    for example in examples {
        let own = best.entry(example.line).or_insert(f64::MIN);
        *own = own.max(value(example, weights));
    }
    examples.iter().map(|example| !example.yes || value(example, weights) >= best[&example.line] - BEHIND).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of some thousands")]
fn value(example: &Example, weights: &[f64]) -> f64 {
    let sum: f64 = example.features.iter().map(|feature| weights[*feature]).sum();
    sum / (example.features.len() as f64).sqrt()
}

/// The same order on every machine.
fn shuffle(order: &mut [usize], chance: &mut u64) {
    for at in (1..order.len()).rev() {
        *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(at, (*chance >> 33) as usize % (at + 1));
    }
}
