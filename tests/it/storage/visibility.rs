//! Who may see what: the rule in Rust and the rule in SQL give the same answer on any world.

use std::sync::atomic::{AtomicI64, Ordering};

use proptest::prelude::*;
use staffroom_server::domain::account::Account;
use staffroom_server::domain::ids::{AccountId, OrganisationId, StatusId};
use staffroom_server::domain::organisation::Organisation;
use staffroom_server::domain::relationship::Follow;
use staffroom_server::domain::visibility::Sight;
use staffroom_server::domain::{Status, Timestamp, Viewer, Visibility, can_see};
use staffroom_server::storage::Storage;
use staffroom_server::storage::follows::Block;

use super::open;
use crate::fuzz::check;

const PEOPLE: usize = 4;
const SCHOOLS: usize = 2;

/// Who there is, what they wrote and how they stand to each other; people by their number.
#[derive(Clone, Debug)]
struct World {
    /// Suspended, deleted.
    gone: Vec<(bool, bool)>,
    /// Their schools, by number.
    schools: Vec<Option<usize>>,
    /// Follower, followed, accepted.
    follows: Vec<(usize, usize, bool)>,
    /// Who blocks whom.
    blocks: Vec<(usize, usize)>,
    statuses: Vec<Written>,
}

#[derive(Clone, Debug)]
struct Written {
    author: usize,
    visibility: i16,
    deleted: bool,
    mentioned: Vec<usize>,
    /// The school it is kept inside.
    kept_in: Option<usize>,
}

fn worlds() -> impl Strategy<Value = World> {
    let person = 0..PEOPLE;
    let gone = prop::collection::vec((prop::bool::weighted(0.15), prop::bool::weighted(0.1)), PEOPLE);
    let follows = prop::collection::vec((person.clone(), person.clone(), prop::bool::weighted(0.7)), 0..8);
    let blocks = prop::collection::vec((person.clone(), person.clone()), 0..4);
    let schools = prop::collection::vec(prop::option::weighted(0.7, 0..SCHOOLS), PEOPLE);
    let mentioned = prop::collection::vec(person.clone(), 0..3);
    let kept = prop::option::weighted(0.3, 0..SCHOOLS);
    let written = (person, 0_i16..4, prop::bool::weighted(0.15), mentioned, kept);
    let written = written.prop_map(|(author, visibility, deleted, mut mentioned, kept_in)| {
        mentioned.sort_unstable();
        mentioned.dedup();
        Written { author, visibility, deleted, mentioned, kept_in }
    });
    let statuses = prop::collection::vec(written, 1..8);
    (gone, schools, follows, blocks, statuses).prop_map(|(gone, schools, mut follows, mut blocks, statuses)| {
        follows.sort_unstable();
        follows.dedup_by_key(|(from, to, _)| (*from, *to));
        blocks.sort_unstable();
        blocks.dedup();
        World { gone, schools, follows, blocks, statuses }
    })
}

/// Stores `world` beside those stored before; returns the ids of its people and statuses.
async fn store(storage: &Storage, world: &World) -> (Vec<AccountId>, Vec<StatusId>) {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    let first = NEXT.fetch_add(1000, Ordering::Relaxed);
    let id = |n: usize| first + i64::try_from(n).unwrap();
    let people: Vec<AccountId> = (0..PEOPLE).map(|n| id(n).into()).collect();
    let statuses: Vec<StatusId> = (0..world.statuses.len()).map(|n| id(100 + n).into()).collect();
    let schools: Vec<OrganisationId> = (0..SCHOOLS).map(|n| id(400 + n).into()).collect();
    let tx = storage.begin().await.unwrap();
    for school in &schools {
        let slug = format!("school{school}");
        let school = Organisation { id: *school, name: slug.clone(), slug, created_at: Timestamp(1) };
        tx.organisations().insert(&school).await.unwrap();
    }
    for (n, person) in people.iter().enumerate() {
        let organisation = world.schools[n].map(|n| schools[n]);
        tx.accounts().insert(&Account { organisation, ..account(*person) }).await.unwrap();
        let (suspended, deleted) = world.gone[n];
        if suspended {
            tx.accounts().set_suspended(*person, Some(Timestamp(1))).await.unwrap();
        }
        if deleted {
            tx.accounts().set_deleted(*person, Timestamp(1)).await.unwrap();
        }
    }
    for (n, (from, to, accepted)) in world.follows.iter().enumerate() {
        let follow = Follow {
            relay: false,
            id: id(200 + n).into(),
            account_id: people[*from],
            target_id: people[*to],
            uri: format!("https://oak.test/follows/{}", id(n)),
            accepted: *accepted,
            show_reblogs: true,
            notify: false,
            languages: Vec::new(),
            created_at: Timestamp(1),
        };
        tx.follows().insert(&follow).await.unwrap();
    }
    for (n, (from, to)) in world.blocks.iter().enumerate() {
        let uri = format!("https://oak.test/blocks/{}", id(n));
        let block = Block { id: id(300 + n).into(), account_id: people[*from], target_id: people[*to], uri };
        tx.follows().insert_block(&block, Timestamp(1)).await.unwrap();
    }
    for (written, status) in world.statuses.iter().zip(&statuses) {
        let kept_in = written.kept_in.map(|n| schools[n]);
        let row = Status { kept_in, ..status_row(*status, people[written.author], written) };
        tx.statuses().insert(&row).await.unwrap();
        let mentions: Vec<_> = written.mentioned.iter().map(|n| (people[*n], false)).collect();
        tx.statuses().add_mentions(*status, &mentions).await.unwrap();
        if written.deleted {
            assert!(tx.statuses().erase(&row, Timestamp(2)).await.unwrap());
        }
    }
    tx.commit().await.unwrap();
    (people, statuses)
}

fn account(id: AccountId) -> Account {
    Account::new(id, format!("https://oak.test/users/u{id}"), &format!("u{id}"), Timestamp(1))
}

fn status_row(id: StatusId, author: AccountId, written: &Written) -> Status {
    let uri = format!("https://oak.test/statuses/{id}");
    let visibility = Visibility::from_code(written.visibility);
    Status { visibility, ..Status::new(id, uri, author, true, Timestamp(1)) }
}

/// What the rule has to know, taken from the world alone.
fn sight(world: &World, people: &[AccountId], written: &Written, viewer: Option<usize>) -> Sight {
    let author = written.author;
    Sight {
        author: people[author],
        visibility: Visibility::from_code(written.visibility),
        deleted: written.deleted,
        author_gone: world.gone[author].0 || world.gone[author].1,
        follows_author: viewer.is_some_and(|viewer| world.follows.contains(&(viewer, author, true))),
        mentioned: viewer.is_some_and(|viewer| written.mentioned.contains(&viewer)),
        blocked_by_author: viewer.is_some_and(|viewer| world.blocks.contains(&(author, viewer))),
        kept_from_viewer: written.kept_in.is_some()
            && viewer.and_then(|viewer| world.schools[viewer]) != written.kept_in,
    }
}

type Rule = fn(Viewer, &Sight) -> bool;

/// Where `rule` and the database disagree about `world`.
async fn differences(storage: &Storage, world: &World, rule: Rule) -> Vec<String> {
    let (people, statuses) = store(storage, world).await;
    let mut differences = Vec::new();
    for viewer in std::iter::once(None).chain((0..PEOPLE).map(Some)) {
        let who = viewer.map_or(Viewer::Anonymous, |n| Viewer::Account(people[n]));
        let listed = storage.read().statuses().visible_of(who, &statuses).await.unwrap();
        for (written, status) in world.statuses.iter().zip(&statuses) {
            let known = sight(world, &people, written, viewer);
            let in_rust = rule(who, &known);
            let alone = storage.read().statuses().visible_to(who, *status).await.unwrap().is_some();
            let in_list = listed.iter().any(|found| found.id == *status);
            if (alone, in_list) != (in_rust, in_rust) {
                differences.push(format!("{viewer:?} {known:?}: rust {in_rust}, alone {alone}, in a list {in_list}"));
            }
            let loaded = storage.read().statuses().sight(who, *status).await.unwrap();
            // Of a deleted status only that it is deleted matters; the rest may have been forgotten.
            let fits = loaded == Some(known) || (known.deleted && loaded.is_none_or(|loaded| loaded.deleted));
            if !fits {
                differences.push(format!("{viewer:?} {known:?}: the database knows {loaded:?}"));
            }
        }
    }
    differences
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

/// Each world is seen by five viewers, so that 48 of them are about a thousand cases.
#[test]
fn fuz_07_sql_and_rust_agree_on_any_world() {
    let runtime = runtime();
    let opened = runtime.block_on(open());
    check("fuz_07_worlds", 48, &worlds(), |world| {
        let found = runtime.block_on(differences(&opened.storage, &world, can_see));
        prop_assert!(found.is_empty(), "{found:#?}");
        Ok(())
    });
}

/// A world in which every part of the rule matters to somebody.
fn telling_world() -> World {
    let of = |visibility, deleted, mentioned: &[usize]| Written {
        author: 0,
        visibility,
        deleted,
        mentioned: mentioned.to_vec(),
        kept_in: None,
    };
    World {
        gone: vec![(false, false), (false, false), (false, false), (true, false)],
        schools: vec![Some(0), Some(0), Some(1), None],
        follows: vec![(1, 0, true), (2, 0, false)],
        blocks: vec![(0, 3)],
        statuses: vec![
            of(0, false, &[]),
            of(1, false, &[]),
            of(2, false, &[2]),
            of(3, false, &[2]),
            of(2, false, &[]),
            of(0, true, &[]),
            Written { author: 3, visibility: 0, deleted: false, mentioned: Vec::new(), kept_in: None },
            Written { kept_in: Some(0), ..of(3, false, &[1, 2]) },
        ],
    }
}

#[tokio::test]
async fn a_rule_that_is_off_in_one_place_is_noticed() {
    let opened = open().await;
    let twisted: [(&str, Rule); 8] = [
        ("deleted ones are shown", |v, s| can_see(v, &Sight { deleted: false, ..*s })),
        ("suspended authors are shown", |v, s| can_see(v, &Sight { author_gone: false, ..*s })),
        ("blocks do not count", |v, s| can_see(v, &Sight { blocked_by_author: false, ..*s })),
        ("what is kept in a school leaves it", |v, s| can_see(v, &Sight { kept_from_viewer: false, ..*s })),
        ("everybody follows", |v, s| can_see(v, &Sight { follows_author: true, ..*s })),
        ("mentions do not count", |v, s| can_see(v, &Sight { mentioned: false, ..*s })),
        ("unlisted is private", |v, s| {
            can_see(v, s) && (s.visibility != Visibility::Unlisted || v != Viewer::Anonymous)
        }),
        ("followers see direct ones", |v, s| can_see(v, s) || (s.follows_author && !s.deleted)),
    ];
    assert!(differences(&opened.storage, &telling_world(), can_see).await.is_empty());
    for (what, rule) in twisted {
        assert!(!differences(&opened.storage, &telling_world(), rule).await.is_empty(), "{what} was not noticed");
    }
}
