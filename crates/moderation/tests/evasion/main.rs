//! How many disguises are seen through: listed phrases in made-up posts, written in every way people use to get past a
//! list, with the score in `docs/moderation/evaluation`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a generator that runs into something unexpected has failed"
)]

#[expect(dead_code, reason = "the set of identifiers uses more of it")]
#[path = "../identifiers/chance.rs"]
mod chance;
mod posts;
#[path = "../score/mod.rs"]
mod score;
mod tricks;

use std::fmt::Write as _;

use chance::Chance;
use posts::{FRAMES, PHRASES};
use score::{Aim, publish};
use staffroom_moderation::{Engine, Facts, Policy};
use tricks::{Family, TRICKS};

const SEED: u64 = 20_261_123;
const WORDS: &str = "Listed phrases in posts made with a fixed seed by `crates/moderation/tests/evasion`; `UPDATE=1` writes \
    this page. All of them are\nfound as they are. *Exact* says that the place reported is the disguised phrase and nothing \
    else.";
/// Posts for each trick.
const POSTS: usize = 200;

#[derive(Default)]
struct Score {
    found: usize,
    exact: usize,
    of: usize,
}

impl Score {
    fn share(&self) -> f64 {
        self.found as f64 / self.of.max(1) as f64
    }

    fn cell(&self) -> String {
        let percent = |count: usize| 100.0 * count as f64 / self.of.max(1) as f64;
        format!("{:.1} % | {:.1} % | {}", percent(self.found), percent(self.exact), self.of)
    }
}

/// Whether something that overlaps the phrase is found, and whether it is just the phrase.
fn find(engine: &Engine, lead: &str, phrase: &str, tail: &str) -> (bool, bool) {
    let checked = engine.check(&format!("{lead}{phrase}{tail}"), &Facts::default());
    let start = lead.chars().count();
    let end = start + phrase.chars().count();
    let found = checked.matches.iter().any(|m| m.start < end && start < m.end);
    (found, checked.matches.iter().any(|m| (m.start, m.end) == (start, end)))
}

#[test]
fn disguises_are_seen_through() {
    let engine = Engine::new(Policy::of_phrases(PHRASES.iter().copied())).unwrap();
    let mut c = Chance(SEED);
    let mut families: [Score; 3] = Default::default();
    let mut rows = String::new();
    for (name, family, trick) in TRICKS {
        let mut score = Score::default();
        while score.of < POSTS {
            let phrase = c.pick(PHRASES);
            let disguised = trick(phrase, &mut c);
            if disguised == phrase {
                continue;
            }
            let (lead, tail) = c.pick(FRAMES).split_once("{}").unwrap();
            assert!(find(&engine, lead, phrase, tail).1, "{phrase:?} is not found as it is");
            let (found, exact) = find(&engine, lead, &disguised, tail);
            (score.of, score.found, score.exact) =
                (score.of + 1, score.found + usize::from(found), score.exact + usize::from(exact));
            if !found && std::env::var_os("SHOW").is_some() {
                println!("{name}: {disguised:?}");
            }
        }
        writeln!(rows, "| {} | {name} | {} |", family.name(), score.cell()).unwrap();
        let sum = &mut families[*family as usize];
        (sum.found, sum.exact, sum.of) = (sum.found + score.found, sum.exact + score.exact, sum.of + score.of);
    }
    for family in [Family::Leet, Family::Unicode, Family::Spaces] {
        writeln!(rows, "| **{}** | all | {} |", family.name(), families[family as usize].cell()).unwrap();
    }
    let table = format!("| family | trick | found | exact | posts |\n|---|---|---|---|---|\n{rows}");
    let aims = [(Family::Leet, 97.0), (Family::Unicode, 99.0), (Family::Spaces, 85.0)].map(|(family, least)| {
        let score = &families[family as usize];
        Aim::new(format!("Found with {}", family.name()), least..=100.0, 100.0 * score.share(), score.of)
    });
    publish("evasion", "Disguises", WORDS, &aims, &table);
}
