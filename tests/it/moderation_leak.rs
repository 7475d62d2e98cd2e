//! Nothing held is seen anywhere: ten thousand held statuses, each with a marker of its own, and every path of the program.
//!
//! All of them are posted through the client API, some at a time: by one author in every way something can be held (each
//! audience, warning, alternative text, poll, answer, quote, edit, scheduled, scheduled and due, waiting for another held
//! one), and by others by the hundred (`posts.rs`; a person can have 300). Then everybody looks: over the client API, made
//! from the served document (`sweep.rs`), at pages, feeds, files and documents, made from the routes in the sources
//! (`outside.rs`), on streams, made from the table of routes (`ears.rs`), on devices, in mail, metrics and the log; and jobs
//! of every kind are run on what is held (`jobs.rs`). What is new and has no probe fails one of these. In the end
//! moderators let some out, and the same finder finds these, and no others (`released.rs`).

mod ears;
mod finder;
mod jobs;
mod outside;
mod posts;
mod released;
mod sweep;
mod world;

use std::time::Duration;

use staffroom_server::storage::{Settings, Storage, Vault};

use finder::{COMMON, leaks, letter, marker, markers_in};
use posts::{POSTS, Written};
use sweep::{ASKED, Pools};
use world::World;

/// Long enough for all of it on a slow machine.
const PATIENCE: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_held_is_seen_anywhere_until_it_is_let_out() {
    let world = Box::pin(World::open()).await;
    // beside the program, as another node of it
    let settings = Settings { url: world.server.database().url().to_owned(), connections: 2 };
    let storage = Storage::open(&settings, Vault::new(&[7; 32]).unwrap()).await.unwrap();
    let ears = Box::pin(world.listen()).await;
    let mut written = Box::pin(world.write_each(&storage)).await;
    let mut problems = world.overheard(&ears, "cryone").await;
    drop(ears);
    let ears = world.listen_on_sockets().await;
    problems.extend(Box::pin(world.write_many(&mut written, &ears)).await);
    drop(ears);
    world.authors_see_their_own(&written).await;
    let held = world.server.database().count("held_statuses WHERE state = 'held'").await;
    assert!(usize::try_from(held).unwrap() >= POSTS + written.each.len(), "{held}");

    let ears = Box::pin(world.listen()).await;
    problems.extend(Box::pin(world.run_jobs(&storage, &written)).await);
    problems.extend(world.told_aside("").await);
    problems.extend(Box::pin(world.says_much(&written)).await);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));

    let pools = Pools::of(&world, &written);
    problems.extend(Box::pin(world.sweep(&pools, &world.readers())).await);
    problems.extend(Box::pin(world.look_outside(&written, &pools)).await);
    problems.extend(Box::pin(world.meddle(&pools)).await);
    world.quiet().await;
    problems.extend(world.overheard(&ears, "crytwo").await);
    // addresses that were asked for are in the log
    let asked = ASKED.map(marker);
    problems.extend(world.told_aside(&format!("{COMMON} {}", asked.join(" "))).await);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));

    let released = Box::pin(world.release(&written)).await;
    Box::pin(world.found_everywhere(&pools, &released, &ears)).await;
    storage.close().await.unwrap();
}

impl World {
    /// Those who wrote it see it, under the id they were given.
    async fn authors_see_their_own(&self, written: &Written) {
        for held in written.each.iter().filter(|held| !["edit", "later"].contains(&held.kind)) {
            let own = self.author.api.get(&format!("/api/v1/statuses/{}", held.id)).await;
            assert!(markers_in(&own.to_string()).contains(&held.marker), "{}: {own}", held.kind);
        }
        let own = self.writers[0].api.get("/api/staffroom/v1/held?limit=40").await;
        assert_eq!(own.as_array().map(Vec::len), Some(40));
        assert!(markers_in(&own.to_string()).len() >= 40);
    }

    /// What devices, letters, other servers, metrics and the log give away; `asked` was asked for in addresses.
    async fn told_aside(&self, asked: &str) -> Vec<String> {
        self.quiet().await;
        let mut places = vec![("metrics".to_owned(), self.server.metrics().await, "")];
        places.push(("the log".to_owned(), self.server.logged(), asked));
        for (at, person) in self.viewers.iter().enumerate() {
            let told: String = self.told(at + 1).iter().map(ToString::to_string).collect();
            places.push((format!("the device of {}", person.name), told, ""));
        }
        for file in std::fs::read_dir(self.server.data().join("mail")).unwrap() {
            let path = file.unwrap().path();
            let raw = std::fs::read(&path).unwrap();
            places.push((path.display().to_string(), letter(&String::from_utf8_lossy(&raw)), ""));
        }
        for empty in ["metrics", "the log"] {
            assert!(places.iter().any(|(name, text, _)| name == empty && !text.is_empty()), "{empty} can be read");
        }
        let mut problems = self.received();
        for (name, text, asked) in places {
            let found = leaks(&text, asked);
            if let Some(first) = found.first() {
                let line = text.lines().find(|line| line.to_lowercase().contains(first.as_str()));
                problems.push(format!("{name}: {found:?}, as in {line:?}"));
            }
        }
        problems
    }
}
