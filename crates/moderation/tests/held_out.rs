//! Lines that a person wrote by hand in other words than those the rules and weights were made with: what the shipped
//! packs make of them. Nobody looks at them to make a rule.

#![expect(clippy::cast_precision_loss, reason = "the counts are of some hundreds")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod score;

use std::fmt::Write as _;

use score::{Aim, publish};
use serde_json::Value;
use staffroom_domain::Timestamp;
use staffroom_moderation::{Action, Checked, Engine, Facts, Policy};

const WORDS: &str = "What the shipped packs make of lines that one writer wrote by hand, without knowing the rules, and that \
    were used for nothing but this page (`crates/moderation/tests/sets/held_out`). The weights were learnt from the lines \
    of other writers (`crates/moderation/tests/sets/hand`). Each line is looked at alone, and in a long post: with two \
    ordinary lines of that writer before it and two behind it.";
/// Ordinary lines before and behind a line in a long post.
const AROUND: usize = 2;

/// A class of lines, and what the packs made of each.
struct Class {
    name: &'static str,
    meaning: &'static str,
    checked: Vec<Checked>,
}

impl Class {
    fn count(&self, is: impl Fn(&Checked) -> bool) -> usize {
        self.checked.iter().filter(|checked| is(checked)).count()
    }

    fn share(&self, is: impl Fn(&Checked) -> bool) -> f64 {
        100.0 * self.count(is) as f64 / self.checked.len() as f64
    }
}

fn has(checked: &Checked, kinds: &[&str]) -> bool {
    checked.matches.iter().any(|found| kinds.contains(&found.kind.as_str()))
}

fn names_pupil(checked: &Checked) -> bool {
    has(checked, &["pupil_identification"])
}

fn is_held(checked: &Checked) -> bool {
    checked.action >= Action::Hold
}

const SETS: [(&str, &str, &str); 7] = [
    ("pupil", "name a pupil", include_str!("sets/held_out/pupil.jsonl")),
    ("not_pupil", "name somebody else", include_str!("sets/held_out/not_pupil.jsonl")),
    ("defamation", "accuse somebody", include_str!("sets/held_out/defamation.jsonl")),
    ("criticism", "criticise, and accuse nobody", include_str!("sets/held_out/criticism.jsonl")),
    ("teacher", "tell which teacher is accused by a pupil", include_str!("sets/held_out/teacher.jsonl")),
    ("teacher_not", "speak of such accusations, and accuse nobody", include_str!("sets/held_out/teacher_not.jsonl")),
    ("ordinary", "are ordinary posts", include_str!("sets/held_out/ordinary.jsonl")),
];

#[test]
fn lines_of_another_writer_are_read_rightly() {
    let engine = Engine::new(Policy::built_in().unwrap()).unwrap();
    let facts = Facts::at(Timestamp::parse("2026-11-23T09:00:00Z").unwrap());
    let classes = SETS.map(|(name, meaning, lines)| Class {
        name,
        meaning,
        checked: texts(lines).iter().map(|text| engine.check(text, &facts)).collect(),
    });
    let long = SETS.map(|(name, meaning, lines)| Class {
        name,
        meaning,
        checked: in_long_posts(&texts(lines)).iter().map(|text| engine.check(text, &facts)).collect(),
    });
    let table = format!("{}\nIn long posts:\n\n{}", table(&classes), table(&long));
    let of = |name: &str| classes.iter().find(|class| class.name == name).unwrap();
    let long = |name: &str| long.iter().find(|class| class.name == name).unwrap();
    let (pupil, others) = (of("pupil"), of("not_pupil"));
    let (right, wrong) = (pupil.count(names_pupil), others.count(names_pupil));
    let accused = |checked: &Checked| {
        checked.action >= Action::Nudge && has(checked, &["defamation_risk", "teacher_anonymity", "lexicon_pair"])
    };
    let teacher = |checked: &Checked| has(checked, &["teacher_anonymity"]);
    let len = |name: &str| of(name).checked.len();
    let aims = [
        Aim::new("Pupils found of those named", 90.0..=100.0, pupil.share(names_pupil), len("pupil")),
        Aim::new(
            "Of names taken for pupils', those that are",
            80.0..=100.0,
            100.0 * right as f64 / (right + wrong) as f64,
            right + wrong,
        ),
        Aim::new("Accusations nudged or held", 90.0..=100.0, of("defamation").share(accused), len("defamation")),
        Aim::new("Harmless criticism held", 0.0..=5.0, of("criticism").share(is_held), len("criticism")),
        Aim::new("Accused teachers found", 97.0..=100.0, of("teacher").share(teacher), len("teacher")),
        Aim::new("Ordinary posts held", 0.0..=0.5, of("ordinary").share(is_held), len("ordinary")),
        Aim::new("Pupils found in long posts", 80.0..=100.0, long("pupil").share(names_pupil), len("pupil")),
        Aim::new(
            "Accusations in long posts nudged or held",
            75.0..=100.0,
            long("defamation").share(accused),
            len("defamation"),
        ),
        Aim::new("Accused teachers found in long posts", 80.0..=100.0, long("teacher").share(teacher), len("teacher")),
        Aim::new("Long ordinary posts held", 0.0..=0.5, long("ordinary").share(is_held), len("ordinary")),
        Aim::new(
            "Long ordinary posts nudged",
            0.0..=15.0,
            long("ordinary").share(|checked| checked.action == Action::Nudge),
            len("ordinary"),
        ),
    ];
    publish("held-out", "Lines of another writer", WORDS, &aims, &table);
}

fn texts(lines: &str) -> Vec<String> {
    let text = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["text"].as_str().unwrap().to_owned()
    };
    lines.lines().map(text).collect()
}

/// Each line among ordinary ones.
fn in_long_posts(lines: &[String]) -> Vec<String> {
    let ordinary = texts(include_str!("sets/held_out/ordinary.jsonl"));
    let mut others = ordinary.iter().map(String::as_str).cycle();
    let mut around = || others.by_ref().take(AROUND).collect::<Vec<_>>().join(" ");
    lines.iter().map(|line| format!("{} {line} {}", around(), around())).collect()
}

fn table(classes: &[Class]) -> String {
    let mut table = String::from(
        "| Lines that … | Lines | Pupil named | Accusation | Teacher accused | Nudged | Held | Rejected |\n|---|---|---|---|---|---|---|---|\n",
    );
    for class in classes {
        writeln!(
            table,
            "| {} | {} | {:.1} % | {:.1} % | {:.1} % | {:.1} % | {:.1} % | {:.1} % |",
            class.meaning,
            class.checked.len(),
            class.share(names_pupil),
            class.share(|checked| has(checked, &["defamation_risk", "teacher_anonymity"])),
            class.share(|checked| has(checked, &["teacher_anonymity"])),
            class.share(|checked| checked.action == Action::Nudge),
            class.share(is_held),
            class.share(|checked| checked.action == Action::Reject),
        )
        .unwrap();
    }
    table
}
