//! Sentences made of frames and parts, and how well the rules about accusations tell them apart.
//!
//! `tests/frames/*.txt` holds frames; `tests/sets/*.jsonl` what they make, so that anybody can measure with the same
//! sentences. `UPDATE=1` writes the sets and the tables of `docs/moderation/evaluation/`.

use std::collections::BTreeMap;
use std::path::Path;

use super::made::{Sentence, sentences};
use super::read::Read;
use super::score::{Aim, kept, publish};
use super::tokens::Tokens;
use super::{Hit, Knowledge, Strength};

type Rule = fn(&Read<'_>) -> Vec<Hit>;

/// A line of a set.
#[derive(serde::Serialize)]
struct Row<'a> {
    id: String,
    text: &'a str,
    label: &'a str,
    frame: &'a str,
}

/// Counts: accusations found at all, held, all; harmless sentences held, nudged, all.
#[derive(Default)]
struct Score {
    found: usize,
    held: usize,
    accusing: usize,
    harmless_held: usize,
    harmless_nudged: usize,
    harmless: usize,
}

fn strongest(rule: Rule, text: &str) -> Option<Strength> {
    rule(&Read::of(&Tokens::of(text), &Knowledge::default())).into_iter().map(|hit| hit.strength).max()
}

fn score(rule: Rule, wanted: Strength, sentences: &[Sentence]) -> (Score, BTreeMap<String, (usize, usize, String)>) {
    let (mut score, mut wrong) = (Score::default(), BTreeMap::<String, (usize, usize, String)>::new());
    for sentence in sentences {
        let strength = strongest(rule, &sentence.text);
        let entry = wrong.entry(sentence.frame.clone()).or_default();
        entry.1 += 1;
        let mut miss = |wrong: bool| {
            if wrong {
                entry.0 += 1;
                entry.2.push_str(&format!("\n      {strength:?} {}", sentence.text));
            }
        };
        if sentence.accuses {
            score.accusing += 1;
            score.found += usize::from(strength.is_some());
            score.held += usize::from(strength == Some(Strength::Hold));
            miss(strength < Some(wanted));
        } else {
            score.harmless += 1;
            score.harmless_held += usize::from(strength == Some(Strength::Hold));
            score.harmless_nudged += usize::from(strength == Some(Strength::Nudge));
            miss(strength == Some(Strength::Hold));
        }
    }
    wrong.retain(|_, (wrong, ..)| *wrong > 0);
    (score, wrong)
}

#[expect(clippy::cast_precision_loss, reason = "counts of sentences")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1} %", 100.0 * share(part, whole))
}

fn set(name: &str) -> Vec<Sentence> {
    let frames = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/frames/{name}.txt"));
    let sentences = sentences(&std::fs::read_to_string(frames).unwrap());
    let lines: String = sentences.iter().enumerate().fold(String::new(), |lines, (number, sentence)| {
        let label = if sentence.accuses { "accusation" } else { "harmless" };
        let row = Row { id: format!("{name}-{number:04}"), text: &sentence.text, label, frame: &sentence.frame };
        format!("{lines}{}\n", serde_json::to_string(&row).unwrap())
    });
    kept::keep(&format!("tests/sets/{name}.jsonl"), &lines);
    sentences
}

/// What is measured: a rule, how sure it has to be, and the least that is to be found in percent.
struct Measured {
    rule: Rule,
    wanted: Strength,
    least: f64,
    file: &'static str,
    title: &'static str,
}

/// Measures a rule with its sets (name, meaning), and keeps the page.
fn measure(measured: &Measured, words: &str, sets: &[(&str, &str)]) {
    let Measured { rule, wanted, least, file, title } = *measured;
    let mut table = String::from(
        "| Set | Accusations | Found | of these held | Harmless | Held | Nudged |\n|---|---|---|---|---|---|---|\n",
    );
    let mut aims = Vec::new();
    for (name, meaning) in sets {
        let (score, wrong) = score(rule, wanted, &set(name));
        table.push_str(&format!(
            "| {meaning} | {} | {} | {} | {} | {} | {} |\n",
            score.accusing,
            percent(score.found, score.accusing),
            percent(score.held, score.accusing),
            score.harmless,
            percent(score.harmless_held, score.harmless),
            percent(score.harmless_nudged, score.harmless),
        ));
        let (found, how) =
            if wanted == Strength::Hold { (score.held, "held") } else { (score.found, "nudged or held") };
        let share = |part, whole| 100.0 * share(part, whole);
        let (accusing, harmless) = (score.accusing, score.harmless);
        aims.push(Aim::new(format!("Accusations {how}, {meaning}"), least..=100.0, share(found, accusing), accusing));
        let held = share(score.harmless_held, harmless);
        aims.push(Aim::new(format!("Harmless texts held, {meaning}"), 0.0..=5.0, held, harmless));
        // Held-out sentences are measured, never looked at.
        if std::env::var("SHOW").is_ok_and(|shown| shown == *name) {
            for (frame, (wrong, all, texts)) in wrong {
                println!("{name} {frame}: {wrong} of {all} wrong{texts}");
            }
        }
    }
    publish(file, title, words, &aims, &table);
}

#[test]
fn defamation_risk_is_found_and_criticism_passes() {
    let words = "Sentences that accuse somebody who is named, and harmless criticism, made of the frames in \
                 `crates/moderation/tests/frames`. The second tuned set was first kept apart (89.9 % found, 8.1 % of the \
                 harmless ones held when first measured), then used; the held-out frames were not used for making the \
                 rule.";
    let measured = Measured {
        rule: super::defamation_risk::find,
        wanted: Strength::Nudge,
        least: 90.0,
        file: "defamation-risk",
        title: "Defamation risk",
    };
    let sets =
        [("defamation_tuned", "tuned"), ("defamation_tuned_2", "tuned, second"), ("defamation_heldout", "held out")];
    measure(&measured, words, &sets);
}

#[test]
fn accused_teachers_are_recognised_and_talk_of_policy_passes() {
    let words = "Sentences that accuse a teacher, named or told by a role, of a crime against a pupil, and talk of policies, \
                 news of convictions and other matters, made of the frames in `crates/moderation/tests/frames`. The second \
                 tuned set was first kept apart (82.8 % held, 7.6 % of the others, when first measured), then used; the \
                 held-out frames were not used for making the rule.";
    let measured = Measured {
        rule: super::teacher_anonymity::find,
        wanted: Strength::Hold,
        least: 97.0,
        file: "teacher-anonymity",
        title: "Teacher anonymity",
    };
    let sets = [("teacher_tuned", "tuned"), ("teacher_tuned_2", "tuned, second"), ("teacher_heldout", "held out")];
    measure(&measured, words, &sets);
}
