//! How well identifiers are found: thousands of generated posts, with the score in `docs/moderation/evaluation`.
//!
//! The generator knows nothing of the detectors: it writes values the way their issuers and people do.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a generator that runs into something unexpected has failed"
)]

mod chance;
mod frames;
mod near_misses;
mod noise;
#[path = "../score/mod.rs"]
mod score;
mod values;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use chance::Chance;
use frames::FRAMES;
use score::{Aim, publish};
use staffroom_moderation::detect::{Detector, Given};
use staffroom_moderation::normalise::View;

const SEED: u64 = 20_260_901;
const GIVEN: Given<'static> = Given { year: Some(2026), own_addresses: None };
const WORDS: &str = "Posts generated with a fixed seed by `crates/moderation/tests/identifiers`; `UPDATE=1` writes this page. A \
    value counts as\nfound when the detector of its kind names it whole. Beside them stand sentences written by hand\n\
    (`tests/sets/identifiers.tsv`), which must all be read rightly.";
/// Posts of each kind: as issued, spoiled in each way, near misses of each class.
const WELL_FORMED: usize = 500;
const SPOILED: usize = 80;
const NEAR_MISSES: usize = 150;

#[derive(Default)]
struct Score {
    found: usize,
    of: usize,
}

impl Score {
    fn count(&mut self, found: bool) {
        self.found += usize::from(found);
        self.of += 1;
    }

    fn sum<'s>(scores: impl IntoIterator<Item = &'s Self>) -> Self {
        scores.into_iter().fold(Self::default(), |sum, s| Self { found: sum.found + s.found, of: sum.of + s.of })
    }

    fn share(&self) -> f64 {
        self.found as f64 / self.of.max(1) as f64
    }

    fn cell(&self) -> String {
        if self.of == 0 { "–".into() } else { format!("{:.1} % of {}", 100.0 * self.share(), self.of) }
    }
}

/// A post with `value` in one of the frames of `kind`, and where it is.
fn post(kind: &str, value: &str, c: &mut Chance) -> (String, Range<usize>) {
    let (_, calling, silent) = FRAMES.iter().find(|(k, _, _)| *k == kind).unwrap();
    let frame = if silent.is_empty() || c.percent(65) { c.pick(calling) } else { c.pick(silent) };
    let (before, after) = frame.split_once("{}").unwrap();
    let lead = c.pick(&["", "", "Morning all! ", "Quick one: ", "Hi team,\n", "#EduTwitter "]);
    let tail = c.pick(&["", "", "\nThanks, J", " 🙏", " #SEND", "\n\nMs K, Year 4"]);
    let start = lead.len() + before.len();
    (format!("{lead}{before}{value}{after}{tail}"), start..start + value.len())
}

/// Whether the detector of `kind` finds the value whole and little else.
fn finds(kind: &str, text: &str, value: &Range<usize>) -> bool {
    let view = View::plain(text);
    let found = Detector::parse(kind).unwrap().find(view.text(), &GIVEN);
    let found = found.into_iter().map(|range| view.original(range));
    if kind == "bank_details" {
        // Sort code and account are two places.
        return found.filter(|range| value.start <= range.start && range.end <= value.end).count() == 2;
    }
    found
        .into_iter()
        .any(|range| range.start <= value.start + 1 && range.end + 1 >= value.end && range.len() <= value.len() + 3)
}

/// With `SHOW=1`, what was missed and what was found wrongly.
fn show(what: &str, text: &str) {
    if std::env::var_os("SHOW").is_some() {
        eprintln!("{what}: {text:?}");
    }
}

#[test]
fn identifiers_are_found_and_what_only_looks_like_them_is_not() {
    let mut c = Chance(SEED);
    let mut well: BTreeMap<&str, Score> = BTreeMap::new();
    let mut spoiled: BTreeMap<&str, Score> = BTreeMap::new();
    let mut ways: Vec<Score> = noise::WAYS.iter().map(|_| Score::default()).collect();
    for (kind, _, _) in FRAMES {
        for _ in 0..WELL_FORMED {
            let value = values::make(kind, &mut c);
            let (text, at) = post(kind, &value, &mut c);
            let found = finds(kind, &text, &at);
            well.entry(kind).or_default().count(found);
            if !found {
                show(kind, &text);
            }
        }
        for (way, score) in ways.iter_mut().enumerate() {
            for _ in 0..SPOILED {
                let value = values::make(kind, &mut c);
                let Some(value) = noise::spoil(kind, &value, way, &mut c) else { continue };
                let (text, at) = post(kind, &value, &mut c);
                let found = finds(kind, &text, &at);
                score.count(found);
                spoiled.entry(kind).or_default().count(found);
                if !found {
                    show(&format!("{kind}, {}", noise::WAYS[way]), &text);
                }
            }
        }
    }
    let mut alarms: Vec<Score> = Vec::new();
    for (class, name) in near_misses::CLASSES.iter().enumerate() {
        let mut score = Score::default();
        for _ in 0..NEAR_MISSES {
            let text = near_misses::make(class, &mut c);
            let view = View::plain(&text);
            let by = Detector::ALL.into_iter().find(|detector| !detector.find(view.text(), &GIVEN).is_empty());
            score.count(by.is_some());
            if let Some(by) = by {
                show(&format!("{} for {name}", by.as_str()), &text);
            }
        }
        alarms.push(score);
    }
    let mut aims = Vec::new();
    for (what, scores, least) in
        [("Found as issued", &well, 98.0), ("Found with spacing and other noise", &spoiled, 93.0)]
    {
        let all = Score::sum(scores.values());
        let worst = scores.values().min_by(|one, other| one.share().total_cmp(&other.share())).unwrap();
        aims.push(Aim::new(format!("{what}, all kinds"), least..=100.0, 100.0 * all.share(), all.of));
        aims.push(Aim::new(format!("{what}, worst kind"), least..=100.0, 100.0 * worst.share(), worst.of));
    }
    let near = Score::sum(&alarms);
    aims.push(Aim::new("False alarms on near misses", 0.0..=1.0, 100.0 * near.share(), near.of));
    publish("identifiers", "Identifiers", WORDS, &aims, &table(&well, &spoiled, &ways, &alarms));
}

fn table(well: &BTreeMap<&str, Score>, spoiled: &BTreeMap<&str, Score>, ways: &[Score], alarms: &[Score]) -> String {
    let mut out = String::from("| kind | as issued | spoiled |\n|---|---|---|\n");
    for (kind, score) in well {
        writeln!(
            out,
            "| `{kind}` | {} | {} |",
            score.cell(),
            spoiled.get(kind).map_or_else(|| "–".into(), Score::cell)
        )
        .unwrap();
    }
    out.push_str("\n| way of spoiling | found |\n|---|---|\n");
    for (way, score) in noise::WAYS.iter().zip(ways) {
        writeln!(out, "| {way} | {} |", score.cell()).unwrap();
    }
    out.push_str("\n| near misses | any detector fires |\n|---|---|\n");
    for (class, score) in near_misses::CLASSES.iter().zip(alarms) {
        writeln!(out, "| {class} | {} |", score.cell()).unwrap();
    }
    out
}

/// Sentences written by hand: the kind they hold (`-` for none), a tab, the text.
#[test]
fn sentences_written_by_hand_are_read_as_a_person_reads_them() {
    let mut wrong = String::new();
    for line in include_str!("../sets/identifiers.tsv").lines() {
        let (kind, text) = line.split_once('\t').unwrap();
        let view = View::plain(&text.replace("\\n", "\n").replace("\\u00a0", "\u{a0}"));
        let fires = |detector: Detector| !detector.find(view.text(), &GIVEN).is_empty();
        let right = match Detector::parse(kind) {
            Some(detector) => fires(detector),
            None => !Detector::ALL.into_iter().any(fires),
        };
        if !right {
            writeln!(wrong, "{line}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
