//! REL-30: related activities in every order, twice each, through the real inbox and its workers.
//!
//! What one stranger says about one status of amy's, about amy and about a note of their own ends as the reference model
//! below says. Where the order does not matter by nature, all orders end in one state; where it does (a follow, and a
//! block that was taken back), what came last counts: a follow that a block ended does not come back with its end.

use proptest::prelude::*;
use serde_json::{Value, json};
use staffroom_tests::puppet::Actor;
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::moves::{claims, relocation};
use super::network::{actor_uri, text};
use crate::fuzz::check;

macro_rules! said {
    ($($said:ident),+; $last:ident) => {
        /// What one stranger may say.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        enum Said {
            $($said,)+
            $last,
        }

        use Said::{$($said,)+ $last};

        /// All of it but what ends everything.
        const ALL: &[Said] = &[$($said),+];
    };
}

said!(
    Follow, UndoFollow, Block, UndoBlock, Like, UndoLike, Announce, UndoAnnounce, Create, FirstUpdate, SecondUpdate, Delete,
    Move; Farewell
);

/// What is left of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is there or not, whatever the others are")]
struct State {
    follows: bool,
    blocks: bool,
    likes: bool,
    boosts: bool,
    /// The version of the note, from 1.
    note: Option<i64>,
    /// To the other account they have.
    moved: bool,
}

/// The reference: one activity after the other, each counted once, none that was taken back before.
fn expected(order: &[Said]) -> State {
    let (mut state, mut heard) = (State::default(), Vec::new());
    for said in order {
        if heard.contains(said) {
            continue;
        }
        heard.push(*said);
        let was = |undone: Said| heard.contains(&undone);
        match said {
            Follow => state.follows = !was(UndoFollow) && !state.blocks,
            UndoFollow => state.follows = false,
            Block if !was(UndoBlock) => (state.blocks, state.follows) = (true, false),
            UndoBlock => state.blocks = false,
            Like => state.likes = !was(UndoLike),
            UndoLike => state.likes = false,
            Announce => state.boosts = !was(UndoAnnounce),
            UndoAnnounce => state.boosts = false,
            Create | FirstUpdate | SecondUpdate if !was(Delete) => {
                let version = [Create, FirstUpdate, SecondUpdate].iter().position(|version| version == said);
                state.note = state.note.max(version.and_then(|version| i64::try_from(version + 1).ok()));
            }
            Delete => state.note = None,
            Move => state.moved = true,
            Block | Create | FirstUpdate | SecondUpdate | Farewell => {}
        }
    }
    if order.contains(&Farewell) { State::default() } else { state }
}

/// A stranger with everything they are going to say.
struct Stranger {
    actor: Actor,
    /// Where they move to.
    anew: Actor,
    note: Value,
    said: Vec<(Said, Value)>,
}

/// The note as it is in `version`.
fn version(note: &Value, version: usize) -> Value {
    let mut note = note.clone();
    note["content"] = json!(format!("version {}", version + 1));
    if version > 0 {
        note["updated"] = json!(format!("2026-11-0{}T09:00:00Z", version + 1));
    }
    note
}

impl Stranger {
    /// On a host of their own: where one was gone when we looked, others have to come again.
    fn new(scene: &Scene, name: &str, amy: &str, status: &str) -> Self {
        let host = scene.puppet.named(name);
        let (actor, anew) = (host.actor(name), host.actor(&format!("{name}-anew")));
        claims(&anew, &actor.uri);
        let mut note = actor.note("version 1", &[amy]);
        note["published"] = json!("2026-11-01T09:00:00Z");
        let about = |kind: &str, object: &str| actor.activity(kind, &json!(object));
        let mut said = vec![
            (Follow, about("Follow", amy)),
            (Block, about("Block", amy)),
            (Like, about("Like", status)),
            (Announce, about("Announce", status)),
        ];
        for (undo, undone) in [(UndoFollow, 0), (UndoBlock, 1), (UndoLike, 2), (UndoAnnounce, 3)] {
            said.push((undo, actor.activity("Undo", &said[undone].1)));
        }
        for (at, what) in [Create, FirstUpdate, SecondUpdate].into_iter().enumerate() {
            let kind = if at == 0 { "Create" } else { "Update" };
            said.push((what, actor.activity(kind, &version(&note, at))));
        }
        said.push((Delete, actor.activity("Delete", &json!({ "id": note["id"], "type": "Tombstone" }))));
        said.push((Move, relocation(&actor, &actor.uri, &anew.uri)));
        said.push((Farewell, actor.activity("Delete", &json!(actor.uri))));
        scene.puppet.publish(&version(&note, 2));
        Self { actor, anew, note, said }
    }

    async fn says(&self, scene: &Scene, order: &[Said]) {
        for what in order {
            let (_, activity) = self.said.iter().find(|(said, _)| said == what).unwrap();
            match what {
                Delete => scene.puppet.withdraw(text(&self.note["id"])),
                Farewell => scene.puppet.withdraw(&self.actor.uri),
                _ => {}
            }
            let status = self.actor.deliver(&scene.inbox, activity).await;
            let is_gone = order.contains(&Farewell) && (400..500).contains(&status);
            assert!(status == 202 || is_gone, "{what:?} of {order:?}: {status}");
        }
    }

    async fn state(&self, scene: &Scene) -> State {
        let me = format!("(SELECT id FROM accounts WHERE uri = '{}')", self.actor.uri);
        let note = text(&self.note["id"]);
        let version = |n: i64| {
            format!(
                "{} * (SELECT COUNT(*) FROM statuses WHERE uri = '{note}' AND deleted_at IS NULL \
                 AND content LIKE '%version {n}%')",
                n * 10_000
            )
        };
        let sql = format!(
            "SELECT (SELECT COUNT(*) FROM follows WHERE account_id = {me}) + \
             10 * (SELECT COUNT(*) FROM blocks WHERE account_id = {me}) + \
             100 * (SELECT COUNT(*) FROM favourites WHERE account_id = {me}) + \
             1000 * (SELECT COUNT(*) FROM statuses WHERE account_id = {me} AND reblog_of IS NOT NULL \
             AND deleted_at IS NULL) + {} + {} + {} + \
             100000 * (SELECT COUNT(*) FROM accounts WHERE id = {me} AND moved_to = '{}' AND deleted_at IS NULL)",
            version(1),
            version(2),
            version(3),
            self.anew.uri,
        );
        let number = scene.server.database().number(&sql).await;
        let digit = |place: i64| number / place % 10;
        assert!([1, 10, 100, 1000].into_iter().all(|place| digit(place) <= 1), "something is there twice: {number}");
        State {
            follows: digit(1) == 1,
            blocks: digit(10) == 1,
            likes: digit(100) == 1,
            boosts: digit(1000) == 1,
            note: Some(digit(10_000)).filter(|version| *version > 0),
            moved: digit(100_000) == 1,
        }
    }
}

fn permutations(of: &[Said]) -> Vec<Vec<Said>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut found = Vec::new();
    for (at, first) in of.iter().enumerate() {
        let mut rest = of.to_vec();
        rest.remove(at);
        found.extend(permutations(&rest).into_iter().map(|rest| [vec![*first], rest].concat()));
    }
    found
}

/// Strangers with a status of amy's to speak about.
struct Stage {
    scene: Scene,
    amy: String,
    status: String,
}

async fn stage() -> Stage {
    let scene = scene().await;
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": "Say what you like about this" })).await;
    Stage { amy: actor_uri(&scene.amy).await, status: text(&status["uri"]).to_owned(), scene }
}

impl Stage {
    fn stranger(&self, name: &str) -> Stranger {
        Stranger::new(&self.scene, name, &self.amy, &self.status)
    }

    /// Every order of `set`, each by a stranger of its own who says everything twice; all states they end in.
    async fn every_order_of(&self, family: &str, set: &[Said]) -> Vec<State> {
        let mut strangers = Vec::new();
        for (n, order) in permutations(set).into_iter().enumerate() {
            strangers.push((self.stranger(&format!("{family}{n}")), order));
        }
        for (stranger, order) in &strangers {
            let twice = order.iter().flat_map(|said| [*said, order[0]]).chain(order.iter().rev().copied());
            stranger.says(&self.scene, &twice.collect::<Vec<_>>()).await;
        }
        self.scene.settled().await;
        let mut states = Vec::new();
        for (stranger, order) in &strangers {
            let state = stranger.state(&self.scene).await;
            assert_eq!(state, expected(order), "{order:?}");
            if !states.contains(&state) {
                states.push(state);
            }
        }
        states
    }
}

#[tokio::test]
async fn rel_30_a_note_ends_the_same_in_every_order() {
    let stage = stage().await;
    let states = stage.every_order_of("edited", &[Create, FirstUpdate, SecondUpdate]).await;
    assert_eq!(states, [State { note: Some(3), ..State::default() }]);
    let states = stage.every_order_of("deleted", &[Create, FirstUpdate, SecondUpdate, Delete]).await;
    assert_eq!(states, [State::default()]);
}

#[tokio::test]
async fn rel_30_what_was_taken_back_stays_so_in_every_order() {
    let stage = stage().await;
    let states = stage.every_order_of("marks", &[Like, UndoLike, Announce, UndoAnnounce]).await;
    assert_eq!(states, [State::default()]);
    let states = stage.every_order_of("kept", &[Like, Announce, UndoAnnounce, Follow]).await;
    assert_eq!(states, [State { likes: true, follows: true, ..State::default() }]);
    let states = stage.every_order_of("blocked", &[Follow, Block]).await;
    assert_eq!(states, [State { blocks: true, ..State::default() }]);
}

#[tokio::test]
async fn rel_30_of_follow_and_block_what_came_last_counts() {
    let stage = stage().await;
    let states = stage.every_order_of("pairs", &[Follow, UndoFollow, Block, UndoBlock]).await;
    assert_eq!(states, [State::default()]);
    // a block taken back in time never was; one that ended the follow did so for good
    let states = stage.every_order_of("late", &[Follow, Block, UndoBlock]).await;
    assert_eq!(states.len(), 2, "{states:?}");
}

#[tokio::test]
async fn rel_30_nothing_is_left_of_who_is_gone() {
    let stage = stage().await;
    let states = stage.every_order_of("gone", &[Create, Follow, Like, Farewell]).await;
    assert_eq!(states, [State::default()]);
}

#[tokio::test]
async fn rel_30_a_move_ends_the_same_in_every_order() {
    let stage = stage().await;
    let states = stage.every_order_of("moving", &[Move, Create, Delete, Like]).await;
    assert_eq!(states, [State { likes: true, moved: true, ..State::default() }]);
    let states = stage.every_order_of("blocking", &[Move, Follow, Block]).await;
    assert_eq!(states, [State { blocks: true, moved: true, ..State::default() }]);
    let states = stage.every_order_of("leaving", &[Move, Farewell]).await;
    assert_eq!(states, [State::default()]);
}

#[tokio::test]
async fn rel_30_followers_go_along_once_in_every_order() {
    let stage = stage().await;
    let (scene, orders) = (&stage.scene, permutations(&[Move, Create, Delete]));
    let mut strangers = Vec::new();
    for (n, order) in orders.iter().enumerate() {
        let stranger = stage.stranger(&format!("followed{n}"));
        scene.follows(&stranger.actor).await;
        stranger.says(scene, &[order.as_slice(), order].concat()).await;
        strangers.push(stranger);
    }
    scene.settled().await;
    for (stranger, order) in strangers.iter().zip(&orders) {
        assert_eq!(stranger.state(scene).await, State { moved: true, ..State::default() }, "{order:?}");
        let asked = || {
            let follows = stranger.anew.puppet.received_of("Follow").into_iter();
            follows.filter(|follow| follow["object"] == json!(stranger.anew.uri)).count()
        };
        eventually(&format!("{order:?}: amy asks to follow the new account"), || async {
            if asked() == 0 { Err(()) } else { Ok(()) }
        })
        .await;
        assert_eq!(asked(), 1, "{order:?}");
    }
}

#[tokio::test]
async fn rel_30_a_boost_by_somebody_else_does_not_bring_a_note_back() {
    let stage = stage().await;
    let (scene, eve) = (&stage.scene, &stage.scene.eve);
    for (n, order) in permutations(&[Create, FirstUpdate, Announce, Delete]).into_iter().enumerate() {
        let stranger = stage.stranger(&format!("boosted{n}"));
        // eve, whom amy follows, boosts it
        let boost = eve.activity("Announce", &stranger.note["id"]);
        for said in &order {
            if *said == Announce {
                assert_eq!(eve.deliver(&scene.inbox, &boost).await, 202);
            } else {
                stranger.says(scene, &[*said]).await;
            }
        }
        scene.settled().await;
        assert_eq!(stranger.state(scene).await, State::default(), "{order:?}");
        let left = format!("statuses WHERE uri = '{}' AND deleted_at IS NULL", text(&boost["id"]));
        assert_eq!(scene.server.database().count(&left).await, 0, "{order:?}");
    }
}

/// FUZ-06: any sequence of activities, repetitions and all.
#[test]
fn fuz_06_any_sequence_ends_as_the_model_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stage = runtime.block_on(stage());
    let count = std::cell::Cell::new(0);
    let said = prop::collection::vec(prop::sample::select(ALL), 2..12);
    check("fuz_06_sequences", 30, &said, |order| {
        count.set(count.get() + 1);
        let stranger = stage.stranger(&format!("any{}", count.get()));
        let left = runtime.block_on(async {
            stranger.says(&stage.scene, &order).await;
            stage.scene.settled().await;
            stranger.state(&stage.scene).await
        });
        prop_assert_eq!(left, expected(&order));
        Ok(())
    });
}

#[test]
fn the_model_tells_states_apart() {
    assert_eq!(expected(&[Follow, Block, UndoBlock]), State::default());
    assert!(expected(&[Block, UndoBlock, Follow]).follows && expected(&[UndoBlock, Block, Follow]).follows);
    assert_eq!(expected(&[SecondUpdate, Create, FirstUpdate]).note, Some(3));
    assert_eq!(expected(&[Delete, Create]).note, None);
}
