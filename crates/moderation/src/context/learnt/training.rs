//! Learns the weights from labelled lines. `UPDATE=1` writes `weights.txt`.

mod machine;

use std::collections::{BTreeMap, HashMap};

use self::machine::{Example, learn};
use super::*;
use crate::context::score::kept;
use crate::context::{Knowledge, pupil_identification};

/// A line with what is in it.
struct Line {
    by: String,
    class: String,
    text: String,
}

/// A weight of one is written as this.
const SCALE: f64 = 1000.0;

fn lines() -> Vec<Line> {
    let files = [
        include_str!("../../../tests/sets/hand/pupil.jsonl"),
        include_str!("../../../tests/sets/hand/not_pupil.jsonl"),
        include_str!("../../../tests/sets/hand/defamation.jsonl"),
        include_str!("../../../tests/sets/hand/criticism.jsonl"),
        include_str!("../../../tests/sets/hand/teacher.jsonl"),
        include_str!("../../../tests/sets/hand/teacher_not.jsonl"),
        include_str!("../../../tests/sets/hand/ordinary.jsonl"),
    ];
    let lines = files.into_iter().flat_map(str::lines).map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| line[name].as_str().unwrap().to_owned();
        Line { by: field("by"), class: field("about"), text: field("text") }
    });
    lines.chain(made()).collect()
}

/// The sentences with which the rules were tuned.
fn made() -> impl Iterator<Item = Line> {
    let sets = [
        ("defamation", "criticism", include_str!("../../../tests/sets/defamation_tuned.jsonl")),
        ("defamation", "criticism", include_str!("../../../tests/sets/defamation_tuned_2.jsonl")),
        ("teacher", "teacher_not", include_str!("../../../tests/sets/teacher_tuned.jsonl")),
        ("teacher", "teacher_not", include_str!("../../../tests/sets/teacher_tuned_2.jsonl")),
    ];
    sets.into_iter().flat_map(|(yes, no, lines)| {
        lines.lines().map(move |line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let class = if line["label"] == "accusation" { yes } else { no };
            Line { by: "made".to_owned(), class: class.to_owned(), text: line["text"].as_str().unwrap().to_owned() }
        })
    })
}

/// What a line of a class answers, and what the answer counts; nothing if the class does not tell.
fn answer(question: Question, class: &str) -> Option<(bool, f64)> {
    match (question, class) {
        (Question::Defamation, "defamation") | (Question::Teacher, "teacher") | (Question::Pupil, "pupil") => {
            Some((true, 1.0))
        }
        (Question::Defamation, "teacher") | (Question::Pupil, "defamation" | "teacher" | "teacher_not") => None,
        (Question::Teacher, "defamation") => Some((false, 0.3)),
        (Question::Defamation, "criticism") | (Question::Teacher, "teacher_not") => Some((false, 1.5)),
        _ => Some((false, 1.0)),
    }
}

/// The features of a text, or of each name in it.
fn features(question: Question, text: &str) -> Vec<Vec<String>> {
    let tokens = Tokens::of(text);
    let known = Knowledge::default();
    let read = Read::of(&tokens, &known);
    let units = units(&tokens, read.people());
    let mut whole = Vec::new();
    of_marks(&read, |_, feature| whole.push(name_of(feature)));
    of_words(&read, &units, |_, feature| whole.push(name_of(feature)));
    if question != Question::Pupil {
        return vec![whole];
    }
    let mut each = Vec::new();
    pupil_identification::each_name(&read, |name, marks| {
        let mut all = [whole.clone(), marks].concat();
        of_name(&tokens, &units, name, &mut |feature| all.push(name_of(feature)));
        each.push(all);
    });
    each
}

/// A feature's name, as `weights.txt` has it.
fn name_of(feature: &[Piece<'_>]) -> String {
    feature.iter().map(|piece| piece.text).collect()
}

/// The examples of a question, and the names of their features by number.
fn examples(question: Question, lines: &[Line]) -> (Vec<Example>, Vec<String>) {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let (mut names, mut examples) = (Vec::new(), Vec::new());
    for (line, Line { by, class, text }) in lines.iter().enumerate() {
        let Some((yes, cost)) = answer(question, class) else { continue };
        let cost = match by.as_str() {
            // The samples of the shipped packs have to be read rightly.
            "p" => 20.0 * cost,
            // Many of these are alike.
            "made" => 0.2 * cost,
            _ => cost,
        };
        for found in features(question, text) {
            let number = |name: String| {
                *numbers.entry(name).or_insert_with_key(|name| {
                    names.push(name.clone());
                    names.len() - 1
                })
            };
            let features = found.into_iter().map(number).collect();
            examples.push(Example { line, features, yes, cost });
        }
    }
    (examples, names)
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "weights are small")]
fn weights_are_what_the_lines_give() {
    let lines = lines();
    let mut table: BTreeMap<String, Row> = BTreeMap::new();
    for question in [Question::Defamation, Question::Teacher, Question::Pupil] {
        let (examples, names) = examples(question, &lines);
        let weights = learn(&examples, names.len());
        for (name, weight) in names.into_iter().zip(weights) {
            let weight = (weight * SCALE).round() as i32;
            if weight != 0 {
                table.entry(name).or_default()[question as usize] = weight;
            }
        }
    }
    let rows = table.iter().fold(String::new(), |rows, (name, [a, b, c])| format!("{rows}{name}\t{a}\t{b}\t{c}\n"));
    kept::keep("src/context/learnt/weights.txt", &rows);
}
