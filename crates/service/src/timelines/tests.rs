//! Who sees what: the rule in SQL against the rule in code, over generated networks.

use std::collections::HashSet;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng};
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::status::{Draft, Status};
use staffroom_domain::visibility::Sight;
use staffroom_domain::{Account, PageRequest, Viewer, Visibility, can_see};

use super::AccountFilter;
use crate::testing::{World, draft, world};

const ALL: [Visibility; 4] = [Visibility::Public, Visibility::Unlisted, Visibility::Private, Visibility::Direct];

/// A network made by chance, and what was done to make it.
struct Network {
    accounts: Vec<Account>,
    statuses: Vec<Status>,
    follows: HashSet<(AccountId, AccountId)>,
    blocks: HashSet<(AccountId, AccountId)>,
    named: HashSet<(StatusId, AccountId)>,
    deleted: HashSet<StatusId>,
    suspended: HashSet<AccountId>,
}

impl Network {
    async fn make(w: &World, seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut accounts = Vec::new();
        for n in 0..5 {
            accounts.push(w.remote(&format!("a{seed}x{n}"), "elm.test").await);
        }
        let mut network = Self {
            accounts,
            statuses: Vec::new(),
            follows: HashSet::new(),
            blocks: HashSet::new(),
            named: HashSet::new(),
            deleted: HashSet::new(),
            suspended: HashSet::new(),
        };
        let tx = w.service.storage().begin().await.unwrap();
        for a in network.accounts.clone() {
            for b in network.accounts.clone().iter().filter(|b| b.id != a.id) {
                let uri = format!("https://elm.test/{}/{}", a.id, b.id);
                if random.random_bool(0.4) {
                    let accepted = random.random_bool(0.7);
                    let follow = staffroom_domain::relationship::Follow {
                        relay: false,
                        id: w.cx().id(),
                        account_id: a.id,
                        target_id: b.id,
                        uri: format!("{uri}/follow"),
                        accepted,
                        show_reblogs: true,
                        notify: false,
                        languages: Vec::new(),
                        created_at: w.cx().now(),
                    };
                    tx.follows().insert(&follow).await.unwrap();
                    if accepted {
                        network.follows.insert((a.id, b.id));
                    }
                }
                if random.random_bool(0.2) {
                    let block = staffroom_storage::follows::Block {
                        id: w.cx().id(),
                        account_id: a.id,
                        target_id: b.id,
                        uri: format!("{uri}/block"),
                    };
                    tx.follows().insert_block(&block, w.cx().now()).await.unwrap();
                    network.blocks.insert((a.id, b.id));
                }
            }
            for visibility in ALL {
                let id: StatusId = w.cx().id();
                let uri = format!("https://elm.test/s/{id}");
                let status = Status { visibility, ..Status::new(id, uri, a.id, false, w.cx().now()) };
                assert!(tx.statuses().insert(&status).await.unwrap());
                let named: Vec<_> =
                    network.accounts.iter().filter(|_| random.random_bool(0.3)).map(|b| (b.id, false)).collect();
                tx.statuses().add_mentions(id, &named).await.unwrap();
                network.named.extend(named.iter().map(|(who, _)| (id, *who)));
                if random.random_bool(0.15) {
                    tx.statuses().erase(&status, w.cx().now()).await.unwrap();
                    network.deleted.insert(id);
                }
                network.statuses.push(status);
            }
            if random.random_bool(0.15) {
                tx.accounts().set_suspended(a.id, Some(w.cx().now())).await.unwrap();
                network.suspended.insert(a.id);
            }
        }
        tx.commit().await.unwrap();
        network
    }

    fn sight(&self, viewer: Viewer, status: &Status) -> Sight {
        let author = status.account_id;
        let has = |test: &dyn Fn(AccountId) -> bool| viewer.account().is_some_and(test);
        Sight {
            author,
            visibility: status.visibility,
            deleted: self.deleted.contains(&status.id),
            author_gone: self.suspended.contains(&author),
            follows_author: has(&|v| self.follows.contains(&(v, author))),
            mentioned: has(&|v| self.named.contains(&(status.id, v))),
            blocked_by_author: has(&|v| self.blocks.contains(&(author, v))),
            kept_from_viewer: false,
        }
    }
}

#[tokio::test]
async fn the_rule_in_sql_is_the_rule_in_code() {
    let w = world().await;
    for seed in 0..6 {
        let network = Network::make(&w, seed).await;
        let ids: Vec<StatusId> = network.statuses.iter().map(|s| s.id).collect();
        let mut viewers: Vec<Viewer> = network.accounts.iter().map(|a| Viewer::Account(a.id)).collect();
        viewers.push(Viewer::Anonymous);
        for viewer in viewers {
            let read = w.service.storage().read();
            let several: HashSet<StatusId> =
                read.statuses().visible_of(viewer, &ids).await.unwrap().into_iter().map(|s| s.id).collect();
            let mut listed = HashSet::new();
            for account in &network.accounts {
                let page = PageRequest::newest(40);
                let page = w.service.timelines().account(viewer, account.id, AccountFilter::default(), page).await;
                listed.extend(page.unwrap().items.into_iter().map(|v| v.status.id));
            }
            for status in &network.statuses {
                let sight = network.sight(viewer, status);
                let expected = can_see(viewer, &sight);
                let stored = read.statuses().sight(viewer, status.id).await.unwrap().unwrap();
                // Erasing takes the names away too; a deleted status is seen by nobody either way.
                assert_eq!(Sight { mentioned: sight.mentioned, ..stored }, sight, "seed {seed}");
                let one = read.statuses().visible_to(viewer, status.id).await.unwrap().is_some();
                assert_eq!(one, expected, "seed {seed}: {viewer:?} {sight:?}");
                assert_eq!(several.contains(&status.id), expected, "seed {seed}: {viewer:?} {sight:?}");
                assert_eq!(listed.contains(&status.id), expected, "seed {seed}: {viewer:?} {sight:?}");
            }
        }
    }
}

#[tokio::test]
async fn paging_home_meets_every_status_once_and_ends() {
    let w = world().await;
    let amy = w.local("amy").await;
    let mut written = Vec::new();
    for n in 0..7 {
        written.push(w.publish(&amy, &format!("number {n}")).await.status.id);
    }
    let (mut met, mut page) = (Vec::new(), PageRequest::newest(3));
    loop {
        let part = w.service.timelines().home(amy.id, page).await.unwrap();
        met.extend(part.items.iter().map(|v| v.status.id));
        let Some(next) = part.next else { break };
        page.max_id = Some(next);
    }
    met.reverse();
    assert_eq!(met, written);
    let just_above = PageRequest { min_id: Some(written[1].0), ..PageRequest::newest(2) };
    let part = w.service.timelines().home(amy.id, just_above).await.unwrap();
    assert_eq!(part.items.iter().map(|v| v.status.id).collect::<Vec<_>>(), [written[3], written[2]]);
}

#[tokio::test]
async fn a_new_follow_brings_home_what_followers_may_see_and_no_more() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    for visibility in ALL {
        w.publish_draft(&amy, Draft { visibility: Some(visibility), ..draft(visibility.as_str()) }).await;
    }
    w.befriend(&ben, &amy).await;
    let home = w.service.timelines().home(ben.id, PageRequest::newest(20)).await.unwrap();
    let texts: Vec<&str> = home.items.iter().map(|v| v.status.text.as_str()).collect();
    assert_eq!(texts, ["private", "unlisted", "public"]);
}

#[tokio::test]
async fn a_home_timeline_keeps_its_newest_entries() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    w.befriend(&ben, &amy).await;
    let template = w.publish(&amy, "words").await.status;
    let tx = w.service.storage().begin().await.unwrap();
    let mut newest = template.id;
    for n in 0..805 {
        let id: StatusId = w.cx().id();
        let status = Status { id, uri: format!("https://oak.test/s/{n}"), thread_id: id, ..template.clone() };
        tx.statuses().insert(&status).await.unwrap();
        tx.timelines().fan_out(&status, w.cx().now()).await.unwrap();
        newest = id;
    }
    tx.timelines().trim_homes_with(newest).await.unwrap();
    tx.commit().await.unwrap();
    for account in [&amy, &ben] {
        let home = w.service.storage().read().timelines();
        let home = home.home(account.id, w.cx().now(), PageRequest::newest(1000)).await.unwrap();
        assert_eq!(home.items.len(), 800);
        assert_eq!(home.items[0].id, newest);
    }
}
