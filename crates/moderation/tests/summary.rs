//! One page of what must hold and what was measured: `docs/moderation/evaluation.md`, made of the heads of the pages about
//! the sets. Those are compared with what is measured by the tests that write them, so this one is too.

use std::collections::BTreeSet;
use std::path::Path;

#[path = "score/kept.rs"]
mod kept;

const FOLDER: &str = "../../docs/moderation/evaluation";

/// A file, its title, and its rows: what must hold, and how far.
type Page = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Pages with their titles and what each has to show, row by row: nobody lowers an aim, or drops one, unnoticed.
const PAGES: &[Page] = &[
    (
        "identifiers",
        "Identifiers",
        &[
            ("Found as issued, all kinds", "at least 98 %"),
            ("Found as issued, worst kind", "at least 98 %"),
            ("Found with spacing and other noise, all kinds", "at least 93 %"),
            ("Found with spacing and other noise, worst kind", "at least 93 %"),
            ("False alarms on near misses", "at most 1 %"),
        ],
    ),
    (
        "pupil-identification",
        "Naming of pupils",
        &[
            ("Recall, tuned", "at least 90 %"),
            ("Precision, tuned", "at least 80 %"),
            ("Between origins of names, tuned", "at most 5 points"),
            ("Recall, held out", "at least 90 %"),
            ("Precision, held out", "at least 80 %"),
            ("Between origins of names, held out", "at most 5 points"),
        ],
    ),
    (
        "defamation-risk",
        "Defamation",
        &[
            ("Accusations nudged or held, tuned", "at least 90 %"),
            ("Harmless texts held, tuned", "at most 5 %"),
            ("Accusations nudged or held, tuned, second", "at least 90 %"),
            ("Harmless texts held, tuned, second", "at most 5 %"),
            ("Accusations nudged or held, held out", "at least 90 %"),
            ("Harmless texts held, held out", "at most 5 %"),
        ],
    ),
    (
        "teacher-anonymity",
        "Anonymity of teachers",
        &[
            ("Accusations held, tuned", "at least 97 %"),
            ("Harmless texts held, tuned", "at most 5 %"),
            ("Accusations held, tuned, second", "at least 97 %"),
            ("Harmless texts held, tuned, second", "at most 5 %"),
            ("Accusations held, held out", "at least 97 %"),
            ("Harmless texts held, held out", "at most 5 %"),
        ],
    ),
    (
        "ordinary",
        "Ordinary posts",
        &[
            ("Held, by hand", "at most 0.5 %"),
            ("Rejected, by hand", "at most 0 %"),
            ("Nudged, by hand", "at most 15 %"),
            ("Held, made", "at most 0.5 %"),
            ("Rejected, made", "at most 0 %"),
            ("Nudged, made", "at most 15 %"),
        ],
    ),
    (
        "held-out",
        "Another writer",
        &[
            ("Pupils found of those named", "at least 90 %"),
            ("Of names taken for pupils', those that are", "at least 80 %"),
            ("Accusations nudged or held", "at least 90 %"),
            ("Harmless criticism held", "at most 5 %"),
            ("Accused teachers found", "at least 97 %"),
            ("Ordinary posts held", "at most 0.5 %"),
            ("Pupils found in long posts", "at least 80 %"),
            ("Accusations in long posts nudged or held", "at least 75 %"),
            ("Accused teachers found in long posts", "at least 80 %"),
            ("Long ordinary posts held", "at most 0.5 %"),
            ("Long ordinary posts nudged", "at most 15 %"),
        ],
    ),
    (
        "evasion",
        "Disguises",
        &[
            ("Found with signs for letters", "at least 97 %"),
            ("Found with Unicode", "at least 99 %"),
            ("Found with spaces put in", "at least 85 %"),
        ],
    ),
];

const WORDS: &str = "\
# Evaluation

What the shipped rules must reach, and what they reach now. Each set has a page with its tables; tests write those pages, and
this one, with `UPDATE=1`, and otherwise fail where anything here is not what is measured. Aims are checked beside that: a
figure that misses one fails the build.

*Tuned* are sets that were looked at while the rules were made; *held out* are those that were only measured. Names of pupils
are of twenty-eight origins, and recall may differ by no more than five points between any two of them. Disguises are counted
among phrases that are all found as they are. `cargo test -p staffroom-moderation` measures everything in a few minutes.
[Benchmarks](../benchmarks.md) say how fast it is.

";

/// The rows under the head of a page, as cells.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let (_, table) = page.split_once(kept::HEAD).unwrap_or_default();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// Whether what was measured is what is required, both as a page has them: `at most 5 %` and `3.6 %`.
fn is_met(required: &str, measured: &str) -> bool {
    let number = |text: &str| text.split(' ').find_map(|word| word.parse::<f64>().ok());
    let same_unit = required.rsplit(' ').next() == measured.rsplit(' ').next();
    match (number(required), number(measured)) {
        (Some(least), Some(measured)) if required.starts_with("at least") => same_unit && measured >= least,
        (Some(most), Some(measured)) if required.starts_with("at most") => same_unit && measured <= most,
        _ => false,
    }
}

#[test]
fn one_page_shows_everything_that_must_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    let mut table = String::from("| Set | What must hold | Required | Measured | Of |\n|---|---|---|---|---|\n");
    for (file, title, wanted) in PAGES {
        let page = std::fs::read_to_string(folder.join(format!("{file}.md"))).unwrap();
        let rows = rows(&page);
        let found: Vec<(&str, &str)> = rows.iter().map(|row| (row[0], row[1])).collect();
        assert_eq!(found, *wanted, "{file}");
        for row in &rows {
            let [what, required, measured, of] = row[..] else { panic!("{file}: {row:?}") };
            assert!(is_met(required, measured), "{file}: {what}: {measured}, and {required} is required");
            table.push_str(&format!("| [{title}](evaluation/{file}.md) | {what} | {required} | {measured} | {of} |\n"));
        }
    }
    kept::keep("../../docs/moderation/evaluation.md", &format!("{WORDS}{table}"));
}

#[test]
fn no_page_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    let there = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let shown: BTreeSet<String> = PAGES.iter().map(|(file, ..)| format!("{file}.md")).collect();
    assert_eq!(there.collect::<BTreeSet<_>>(), shown);
}

#[test]
fn a_missed_aim_is_seen() {
    for (required, measured, met) in [
        ("at least 98 %", "98.0 %", true),
        ("at least 98 %", "97.9 %", false),
        ("at most 0.5 %", "0.5 %", true),
        ("at most 0.5 %", "0.6 %", false),
        ("at most 5 points", "3.3 points", true),
        ("at most 5 points", "3.3 %", false),
        ("about 5 %", "5.0 %", false),
        ("at least 98 %", "–", false),
    ] {
        assert_eq!(is_met(required, measured), met, "{required}, {measured}");
    }
    let page = format!("# A\n\n{}| a | at least 98 % | 1.0 % | 5 |\n\n| b |\n", kept::HEAD);
    assert_eq!(rows(&page), [["a", "at least 98 %", "1.0 %", "5"]]);
    assert!(rows("# A\n").is_empty());
}
