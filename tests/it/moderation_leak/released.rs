//! The same finder finds what moderators let out, in every place where it is shown then; and nothing else still.

use std::collections::BTreeSet;

use serde_json::json;
use staffroom_tests::wait::eventually_within;

use super::PATIENCE;
use super::ears::Ear;
use super::finder::{marker, markers_in};
use super::outside::NEWEST;
use super::posts::Written;
use super::sweep::Pools;
use super::world::World;

impl World {
    /// A moderator lets out one of each kind; the markers of what is out then.
    pub(super) async fn release(&self, written: &Written) -> BTreeSet<String> {
        let mut released = BTreeSet::new();
        let mut kinds = BTreeSet::new();
        let some = written.many.iter().filter(|held| kinds.insert(held.kind));
        // that waits for its time
        for held in written.each.iter().filter(|held| held.kind != "later").chain(some) {
            // these go with what they wait for
            if !["after", "about"].contains(&held.kind) {
                let path = format!("/api/staffroom/v1/moderation/holds/{}/release", held.id);
                self.judge.api.post(&path, &json!({})).await;
            }
            released.insert(held.marker.clone());
        }
        self.quiet().await;
        released
    }

    /// What is out is found everywhere, and what is not is not.
    pub(super) async fn found_everywhere(&self, pools: &Pools, released: &BTreeSet<String>, ears: &[Ear]) {
        drop(self.overheard(ears, "crythree").await);
        for ear in ears {
            assert_only(&ear.heard(), released);
        }
        // the follower's, each by itself and all on a socket
        for (end, n) in [("socket", 0), ("streaming/user", 0), ("public", 0), ("public/local", 0), ("list", 4)] {
            let ear = ears.iter().find(|ear| ear.name.starts_with("follower") && ear.name.ends_with(end)).unwrap();
            assert!(markers_in(&ear.heard()).contains(&marker(n)), "{}", ear.name);
        }
        let tag = ears.iter().find(|ear| ear.name.ends_with("streaming/hashtag")).unwrap();
        assert!(markers_in(&tag.heard()).contains(&marker(1)));

        let readers = [("follower", &self.viewers[0].api), ("a guest", &self.guest)];
        let found = self.sweep(pools, &readers).await;
        let author = format!("follower GET /api/v1/accounts/{}/statuses?limit=40: ", self.author.id);
        for wanted in [
            "follower GET /api/v1/timelines/home: ",
            "follower GET /api/v1/timelines/home?limit=40: ",
            &format!("follower GET /api/v1/timelines/list/{}: ", self.list),
            "follower GET /api/v1/notifications: ",
            "a guest GET /api/v1/timelines/public: ",
            "a guest GET /api/v1/timelines/tag/SLTchat: ",
            &format!("a guest GET /api/v1/timelines/tag/{}: ", marker(1)),
            &format!("follower GET /api/v2/search?q={}: ", marker(0)),
            &author,
        ] {
            assert!(found.iter().any(|one| one.starts_with(wanted)), "{wanted} is not among {found:#?}");
        }
        let shown = self.look_at_newest().await;
        for path in NEWEST {
            assert!(shown.iter().any(|one| one.contains(&format!(" GET {path}: "))), "{path} is not among {shown:#?}");
        }
        for one in found.iter().chain(&shown) {
            assert_only(one.rsplit_once(": ").unwrap().1, released);
        }
        self.told_everywhere(released).await;
    }

    /// Devices, other servers, and whoever tries a rule on what was published.
    async fn told_everywhere(&self, released: &BTreeSet<String>) {
        eventually_within(PATIENCE, "devices and servers are told", || async {
            let mut missing = Vec::new();
            let sent: Vec<String> = self.puppet.received_of("Create").iter().map(ToString::to_string).collect();
            for (what, told) in [
                ("the device of somebody named", self.told(2).iter().map(ToString::to_string).collect()),
                ("the device of a follower", self.told(1).iter().map(ToString::to_string).collect()),
                ("eve", sent),
                ("what is asked of eve's server", self.puppet.fetched()),
            ] {
                let found = markers_in(&told.join("\n"));
                if !found.contains(&marker(0)) {
                    missing.push(what);
                }
                assert!(found.is_subset(released), "{what}: {found:?}");
            }
            if missing.is_empty() { Ok(()) } else { Err(missing) }
        })
        .await;
        let run = self.dry_run().await;
        let samples = self.found_by(&run).await.join(" ");
        assert!(!markers_in(&samples).is_empty(), "a dry run sees what was published: {samples}");
        assert_only(&samples, released);
    }
}

/// No marker stands in `text` but those that are out.
fn assert_only(text: &str, released: &BTreeSet<String>) {
    let still: Vec<String> = markers_in(text).difference(released).cloned().collect();
    assert!(still.is_empty(), "{still:?} are held: {text}");
}
