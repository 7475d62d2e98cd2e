//! What the shipped packs make of ordinary talk in schools: next to nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a generator that runs into something unexpected has failed; the counts are of a few thousand"
)]

mod made;
mod score;

use std::fmt::Write as _;

use score::{Aim, publish};
use staffroom_domain::Timestamp;
use staffroom_moderation::{Action, Engine, Facts, Policy};

const BY_HAND: &str = include_str!("sets/ordinary.txt");
const FRAMES: &str = include_str!("frames/ordinary.txt");
const WORDS: &str = "What the shipped packs make of posts as people who run and work in schools write them: by hand \
    (`crates/moderation/tests/sets/ordinary.txt`), and made of the frames in `crates/moderation/tests/frames/ordinary.txt`. \
    None of them should wait for a moderator, and at most fifteen in a hundred should make their authors look \
    again: a rule that finds nine accusations of ten among words nobody foresaw asks too often rather than too seldom.";

#[test]
fn ordinary_posts_go_their_way() {
    let engine = Engine::new(Policy::built_in().unwrap()).unwrap();
    let facts = Facts::at(Timestamp::parse("2026-11-23T09:00:00Z").unwrap());
    let by_hand = BY_HAND.lines().filter(|line| !line.starts_with("# ")).map(|line| line.replace("\\n", "\n"));
    let made = made::sentences(FRAMES).into_iter().map(|sentence| {
        assert!(!sentence.accuses, "{}", sentence.frame);
        sentence.text
    });
    let mut aims = Vec::new();
    let mut table = String::from("| Set | Posts | Rejected | Held | Nudged | Labelled |\n|---|---|---|---|---|---|\n");
    for (set, posts) in [("by hand", by_hand.collect::<Vec<_>>()), ("made", made.collect())] {
        let mut counts = [0_usize; 5];
        for post in &posts {
            let checked = engine.check(post, &facts);
            let place = match checked.action {
                Action::Reject => 0,
                Action::Hold => 1,
                Action::Nudge => 2,
                Action::Allow => 4,
                _ => 3,
            };
            counts[place] += 1;
            if place < 3 && std::env::var_os("SHOW").is_some() {
                println!("{:?} {post}\n  {:?}", checked.action, checked.matches);
            }
        }
        let [rejected, held, nudged, labelled, _] = counts;
        let all = posts.len();
        writeln!(table, "| {set} | {all} | {rejected} | {held} | {nudged} | {labelled} |").unwrap();
        let share = |count: usize| 100.0 * count as f64 / all as f64;
        aims.extend([
            Aim::new(format!("Held, {set}"), 0.0..=0.5, share(rejected + held), all),
            Aim::new(format!("Rejected, {set}"), 0.0..=0.0, share(rejected), all),
            Aim::new(format!("Nudged, {set}"), 0.0..=15.0, share(nudged), all),
        ]);
    }
    publish("ordinary", "Ordinary posts", WORDS, &aims, &table);
}
