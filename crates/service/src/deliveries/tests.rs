//! Queueing, leasing and reporting deliveries.

use std::time::Duration;

use staffroom_domain::account::{Account, IncomingAccount, KeyAlgorithm, PublicKey};
use staffroom_domain::exchange::PeerTrust;
use staffroom_domain::ids::{AccountId, HostId, StatusId};
use staffroom_domain::status::StatusEdit;

use super::{DeadDelivery, DueDelivery, HostFailure, HostHealth, HostState, InboxRef, Lane, Report, Wanted};
use crate::Origin;
use crate::auth::Authority;
use crate::exchange::PeerWishes;
use crate::ports::Rendered;
use crate::statuses::Arrival;
use crate::testing::{World, incoming, incoming_account, world};

async fn sender(world: &World) -> AccountId {
    let cx = world.cx();
    world.service.accounts().ensure_instance_account(&cx).await.unwrap().id
}

fn rendered(name: &str, order_key: i64) -> Rendered {
    Rendered {
        uri: format!("https://oak.test/activities/{name}"),
        kind: "Create",
        order_key,
        body: format!(r#"{{"id":"{name}"}}"#).into_bytes(),
        digest: [1; 32],
    }
}

async fn queue(world: &World, name: &str, order_key: i64, lane: Lane, inboxes: &[InboxRef]) -> usize {
    let from = sender(world).await;
    let cx = world.cx();
    world.service.deliveries().queue(&cx, from, rendered(name, order_key), lane, inboxes).await.unwrap()
}

/// Leases every due host and reads what is due for it.
async fn lease_and_read(world: &World, node: &str) -> (Vec<HostId>, Vec<DueDelivery>) {
    let (cx, deliveries) = (world.cx(), world.service.deliveries());
    let due: Vec<HostId> = deliveries.due_hosts(&cx, 100, 100).await.unwrap().iter().map(|host| host.id).collect();
    let leased: Vec<HostId> = deliveries.lease(&cx, node, &due).await.unwrap().iter().map(|host| host.id).collect();
    let wanted: Vec<Wanted> = leased.iter().map(|id| Wanted { host_id: *id, limit: 50 }).collect();
    (leased, deliveries.due(&cx, &wanted).await.unwrap())
}

#[tokio::test]
async fn an_activity_is_kept_once_and_queued_for_each_distinct_inbox_elsewhere() {
    let world = world().await;
    let inboxes = [
        InboxRef::shared("https://elm.test/inbox"),
        InboxRef::shared("https://elm.test/inbox"),
        InboxRef::personal("https://ash.test:8443/users/bo/inbox"),
        InboxRef::shared("https://oak.test/inbox"),
        InboxRef::personal("mailto:bo@ash.test"),
        InboxRef::personal("nonsense"),
    ];
    assert_eq!(queue(&world, "1", 1, Lane::Ordinary, &inboxes).await, 2);

    let (hosts, due) = lease_and_read(&world, "a").await;
    assert_eq!(hosts.len(), 2);
    let mut urls: Vec<&str> = due.iter().map(|row| row.url.as_str()).collect();
    urls.sort_unstable();
    assert_eq!(urls, ["https://ash.test:8443/users/bo/inbox", "https://elm.test/inbox"]);
    let bodies = world.service.deliveries().activities(&[due[0].activity_id]).await.unwrap();
    assert_eq!(bodies.len(), 1);
    assert_eq!(bodies[0].body, br#"{"id":"1"}"#);
    assert_eq!(bodies[0].digest, [1; 32]);
}

#[tokio::test]
async fn nobody_to_tell_leaves_nothing_behind() {
    let world = world().await;
    assert_eq!(queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared("https://oak.test/inbox")]).await, 0);
    assert_eq!(queue(&world, "1", 1, Lane::Ordinary, &[]).await, 0);
    assert_eq!(world.service.deliveries().pending().await.unwrap(), 0);
}

#[tokio::test]
async fn a_host_is_leased_by_one_node_at_a_time_and_moves_when_the_lease_ends() {
    let world = world().await;
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared("https://elm.test/inbox")]).await;
    let (first, due) = lease_and_read(&world, "a").await;
    assert_eq!((first.len(), due.len()), (1, 1));

    let cx = world.cx();
    assert!(world.service.deliveries().lease(&cx, "b", &first).await.unwrap().is_empty());
    assert!(lease_and_read(&world, "b").await.0.is_empty());

    world.clock.advance(Duration::from_secs(29));
    world.service.deliveries().renew(&world.cx(), "a").await.unwrap();
    world.clock.advance(Duration::from_secs(29));
    assert!(lease_and_read(&world, "b").await.0.is_empty());
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(lease_and_read(&world, "b").await.0, first);
}

#[tokio::test]
async fn what_is_queued_after_a_pause_is_not_read_even_under_a_lease_from_before() {
    let world = world().await;
    let (to, deliveries) = ([InboxRef::shared("https://elm.test/inbox")], world.service.deliveries());
    queue(&world, "1", 1, Lane::Ordinary, &to).await;
    let (leased, due) = lease_and_read(&world, "a").await;
    assert_eq!((leased.len(), due.len()), (1, 1));
    deliveries.pause(&Authority::operator(), "elm.test").await.unwrap();
    queue(&world, "2", 2, Lane::Ordinary, &to).await;
    let wanted = [Wanted { host_id: leased[0], limit: 50 }];
    assert!(deliveries.due(&world.cx(), &wanted).await.unwrap().is_empty());
    deliveries.resume(&Authority::operator(), "elm.test").await.unwrap();
    assert_eq!(deliveries.due(&world.cx(), &wanted).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_node_that_starts_again_ends_its_former_leases() {
    let world = world().await;
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared("https://elm.test/inbox")]).await;
    lease_and_read(&world, "a").await;
    world.service.deliveries().begin("b").await.unwrap();
    assert!(lease_and_read(&world, "a").await.0.is_empty());
    world.service.deliveries().begin("a").await.unwrap();
    assert_eq!(lease_and_read(&world, "a").await.1.len(), 1);
}

#[tokio::test]
async fn the_activity_goes_with_its_last_delivery() {
    let world = world().await;
    let inboxes = [InboxRef::shared("https://elm.test/inbox"), InboxRef::shared("https://ash.test/inbox")];
    queue(&world, "1", 1, Lane::Ordinary, &inboxes).await;
    let (_, due) = lease_and_read(&world, "a").await;
    let deliveries = world.service.deliveries();
    let id = due[0].activity_id;
    for (row, left) in due.iter().zip([1, 0]) {
        let report = Report {
            delivered: vec![(row.activity_id, row.inbox_id)],
            drained: vec![row.host_id],
            ..Report::default()
        };
        deliveries.report(&world.cx(), "a", &report).await.unwrap();
        assert_eq!(deliveries.activities(&[id]).await.unwrap().len(), left);
    }
    assert_eq!(deliveries.pending().await.unwrap(), 0);
}

#[tokio::test]
async fn a_refusal_is_kept_for_the_operator() {
    let world = world().await;
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared("https://elm.test/inbox")]).await;
    let (_, due) = lease_and_read(&world, "a").await;
    let dead = DeadDelivery {
        activity_id: due[0].activity_id,
        inbox_id: due[0].inbox_id,
        status: Some(403),
        answer: "go away".to_owned(),
    };
    let report = Report { dead: vec![dead.clone()], drained: vec![due[0].host_id], ..Report::default() };
    let deliveries = world.service.deliveries();
    deliveries.report(&world.cx(), "a", &report).await.unwrap();
    assert_eq!(deliveries.dead(10).await.unwrap(), [("https://oak.test/activities/1".to_owned(), dead)]);
    assert_eq!(deliveries.pending().await.unwrap(), 0);
    assert!(deliveries.activities(&[due[0].activity_id]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_gone_inbox_is_emptied_and_filled_no_more_for_a_day() {
    let world = world().await;
    let bo = InboxRef::personal("https://elm.test/users/bo/inbox");
    let cy = InboxRef::personal("https://elm.test/users/cy/inbox");
    queue(&world, "1", 1, Lane::Ordinary, &[bo.clone(), cy.clone()]).await;
    queue(&world, "2", 2, Lane::Ordinary, std::slice::from_ref(&bo)).await;
    let (_, due) = lease_and_read(&world, "a").await;
    let gone = due.iter().find(|row| row.url == bo.url).unwrap();
    let report = Report { gone: vec![gone.inbox_id], released: vec![gone.host_id], ..Report::default() };
    world.service.deliveries().report(&world.cx(), "a", &report).await.unwrap();

    let given_up = world.service.deliveries().dead(10).await.unwrap();
    assert_eq!(given_up.len(), 2, "what waited there can be seen: {given_up:?}");
    assert_eq!(queue(&world, "3", 3, Lane::Ordinary, &[bo.clone(), cy.clone()]).await, 1);
    let (_, due) = lease_and_read(&world, "a").await;
    assert_eq!(due.len(), 2);
    assert!(due.iter().all(|row| row.url == cy.url));
    world.clock.advance(Duration::from_hours(25));
    assert_eq!(queue(&world, "4", 4, Lane::Ordinary, &[bo, cy]).await, 2);
}

#[tokio::test]
async fn an_author_sees_that_nothing_was_sent_to_an_inbox_that_said_it_is_gone() {
    let world = world().await;
    let amy = world.local("amy").await;
    let mut ben = incoming_account("ben", "elm.test");
    ben.endpoints.shared_inbox = None;
    let ben = world.service.accounts().ingest(&world.cx(), ben).await.unwrap();
    world.befriend(&ben, &amy).await;
    world.publish(&amy, "first").await;
    let (_, due) = lease_and_read(&world, "a").await;
    let report = Report { gone: vec![due[0].inbox_id], released: vec![due[0].host_id], ..Report::default() };
    world.service.deliveries().report(&world.cx(), "a", &report).await.unwrap();

    let second = world.publish(&amy, "second").await.status.id;
    let delivery = world.service.deliveries().of_status(amy.id, second).await.unwrap();
    assert_eq!((delivery.acknowledged, delivery.pending, delivery.refused), (0, 0, 1), "{delivery:?}");
    assert_eq!(delivery.refused_hosts[0].host, "elm.test");
    world.clock.advance(Duration::from_hours(25));
    let third = world.publish(&amy, "third").await.status.id;
    let delivery = world.service.deliveries().of_status(amy.id, third).await.unwrap();
    assert_eq!((delivery.acknowledged, delivery.pending, delivery.refused), (0, 1, 0), "{delivery:?}");
}

#[tokio::test]
async fn a_host_in_trouble_is_left_alone_until_it_is_due_or_speaks() {
    let world = world().await;
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared("https://elm.test/inbox")]).await;
    let deliveries = world.service.deliveries();
    let (hosts, due) = lease_and_read(&world, "a").await;
    let failing = |next_in: u64, fail_streak| Report {
        failed: vec![(due[0].activity_id, due[0].inbox_id)],
        failing: vec![HostFailure {
            host_id: hosts[0],
            health: HostHealth { fail_streak, ..HostHealth::default().failed(world.cx().now(), false) },
            next_attempt_at: world.cx().now().plus(Duration::from_secs(next_in)),
            error: "answered 503".to_owned(),
        }],
        ..Report::default()
    };
    deliveries.report(&world.cx(), "a", &failing(60, 1)).await.unwrap();
    assert!(lease_and_read(&world, "a").await.0.is_empty());
    world.clock.advance(Duration::from_secs(61));
    let (again, rows) = lease_and_read(&world, "a").await;
    assert_eq!((again, rows[0].attempts), (hosts.clone(), 1));

    deliveries.report(&world.cx(), "a", &failing(43_200, 2)).await.unwrap();
    deliveries.host_seen(&world.cx(), "ash.test").await.unwrap();
    assert!(lease_and_read(&world, "a").await.0.is_empty());
    deliveries.host_seen(&world.cx(), "elm.test").await.unwrap();
    assert_eq!(lease_and_read(&world, "a").await.0, hosts);

    // It speaks but does not listen: no more than one probe in half a minute because of that.
    deliveries.report(&world.cx(), "a", &failing(43_200, 3)).await.unwrap();
    world.clock.advance(Duration::from_secs(5));
    deliveries.host_seen(&world.cx(), "elm.test").await.unwrap();
    assert!(lease_and_read(&world, "a").await.0.is_empty());
    world.clock.advance(Duration::from_secs(30));
    deliveries.host_seen(&world.cx(), "elm.test").await.unwrap();
    assert_eq!(lease_and_read(&world, "a").await.0, hosts);
}

#[tokio::test]
async fn what_concerns_one_object_stays_in_order_across_lanes_and_delays() {
    let world = world().await;
    let later = InboxRef {
        not_before: Some(world.cx().now().plus(Duration::from_secs(30))),
        ..InboxRef::shared("https://elm.test/inbox")
    };
    let now = InboxRef::shared("https://elm.test/inbox");
    queue(&world, "announce", 5, Lane::Bulk, std::slice::from_ref(&later)).await;
    queue(&world, "other", 6, Lane::Bulk, &[later]).await;
    assert!(lease_and_read(&world, "a").await.0.is_empty());
    queue(&world, "undo", 5, Lane::Interactive, std::slice::from_ref(&now)).await;
    queue(&world, "update", 5, Lane::Ordinary, &[now]).await;

    let (_, due) = lease_and_read(&world, "a").await;
    assert_eq!(due.len(), 3);
    assert!(due.iter().all(|row| row.order_key == 5 && row.lane == Lane::Interactive.code()));
    assert!(due.is_sorted_by_key(|row| row.activity_id));
}

#[tokio::test]
async fn a_read_takes_so_many_from_each_lane_of_each_host() {
    let world = world().await;
    for n in 0..7 {
        let name = n.to_string();
        let lane = if n % 2 == 0 { Lane::Ordinary } else { Lane::Bulk };
        let inboxes: Vec<InboxRef> =
            ["elm", "ash", "yew"].iter().map(|host| InboxRef::shared(format!("https://{host}.test/inbox"))).collect();
        queue(&world, &name, n, lane, &inboxes).await;
    }
    let cx = world.cx();
    let deliveries = world.service.deliveries();
    let hosts: Vec<HostId> = deliveries.due_hosts(&cx, 2, 2).await.unwrap().iter().map(|host| host.id).collect();
    assert_eq!(hosts.len(), 2);
    let wanted: Vec<Wanted> = hosts.iter().map(|id| Wanted { host_id: *id, limit: 2 }).collect();
    let due = deliveries.due(&cx, &wanted).await.unwrap();
    assert_eq!(due.len(), 8);
    assert_eq!(due.iter().filter(|row| row.lane == Lane::Bulk.code()).count(), 4);
    assert_eq!(deliveries.pending().await.unwrap(), 21);
}

#[tokio::test]
async fn of_hosts_in_trouble_only_as_many_are_found_as_may_be_tried() {
    let world = world().await;
    let inbox = |host: &str| InboxRef::shared(format!("https://{host}.test/inbox"));
    let ill: Vec<InboxRef> = (0..20).map(|n| inbox(&format!("ill{n}"))).collect();
    queue(&world, "1", 1, Lane::Ordinary, &ill).await;
    let (cx, deliveries) = (world.cx(), world.service.deliveries());
    let (tried, _) = lease_and_read(&world, "a").await;
    let failing = tried.iter().zip(1..).map(|(host_id, seconds)| HostFailure {
        host_id: *host_id,
        health: HostHealth::default().failed(cx.now(), false),
        next_attempt_at: cx.now().plus(Duration::from_secs(seconds)),
        error: "no answer".to_owned(),
    });
    let report = Report { failing: failing.collect(), ..Report::default() };
    deliveries.report(&cx, "a", &report).await.unwrap();
    queue(&world, "2", 2, Lane::Ordinary, &[inbox("elm"), inbox("ash")]).await;

    // none of them before its pause is over
    assert_eq!(deliveries.due_hosts(&cx, 100, 100).await.unwrap().len(), 2);
    world.wait(10);
    let due = deliveries.due_hosts(&world.cx(), 100, 100).await.unwrap();
    assert_eq!(due.iter().map(|host| host.is_failing).collect::<Vec<_>>(), [vec![false; 2], vec![true; 10]].concat());
    let due = deliveries.due_hosts(&world.cx(), 100, 3).await.unwrap();
    let found: Vec<HostId> = due.iter().filter(|host| host.is_failing).map(|host| host.id).collect();
    assert_eq!((due.len(), &*found), (5, &tried[..3]), "those whose pause ended first");
    assert!(deliveries.due_hosts(&world.cx(), 100, 0).await.unwrap().iter().all(|host| !host.is_failing));
}

/// Amy, whom somebody elsewhere follows; nothing waits.
async fn followed(world: &World) -> (Account, Account) {
    let (amy, fan) = (world.local("amy").await, world.remote("fan", "elm.test").await);
    world.befriend(&fan, &amy).await;
    world.sent().await;
    (amy, fan)
}

async fn edit(world: &World, author: &Account, id: StatusId, text: &str) {
    let edit = StatusEdit { text: Some(text.to_owned()), ..StatusEdit::default() };
    world.wait(1);
    world.service.statuses().edit(&world.cx(), author.id, id, edit).await.unwrap();
}

async fn delete(world: &World, author: &Account, id: StatusId) {
    world.service.statuses().delete(&world.cx(), author.id, id, false).await.unwrap();
}

async fn events(world: &World) -> Vec<String> {
    world.sent().await.into_iter().map(|sent| sent.event).collect()
}

#[tokio::test]
async fn what_nobody_tried_to_send_is_not_sent_when_later_events_make_it_needless() {
    let world = world().await;
    let (amy, fan) = followed(&world).await;
    let kept = world.publish(&amy, "one").await.status.id;
    edit(&world, &amy, kept, "two").await;
    edit(&world, &amy, kept, "three").await;
    let gone = world.publish(&amy, "never mind").await.status.id;
    edit(&world, &amy, gone, "really").await;
    delete(&world, &amy, gone).await;
    assert_eq!(events(&world).await, ["StatusEdited", "StatusPublished"]);

    edit(&world, &amy, kept, "four").await;
    delete(&world, &amy, kept).await;
    assert_eq!(events(&world).await, ["StatusDeleted"], "they have it, so they must hear of its end");

    let offered = incoming(&fan, "1", "theirs");
    let theirs = world.service.statuses().ingest(&world.cx(), offered, Arrival::Fetched).await.unwrap().unwrap();
    for _ in 0..2 {
        world.service.statuses().favourite(&world.cx(), amy.id, theirs, Origin::Local).await.unwrap();
        world.service.statuses().unfavourite(&world.cx(), amy.id, theirs, Origin::Local).await.unwrap();
    }
    assert!(events(&world).await.is_empty());
}

#[tokio::test]
async fn what_may_have_arrived_is_followed_by_its_end() {
    let world = world().await;
    let (amy, _) = followed(&world).await;
    // Under way at this moment.
    let id = world.publish(&amy, "one").await.status.id;
    let (leased, due) = lease_and_read(&world, "a").await;
    assert_eq!((leased.len(), due.len()), (1, 1));
    delete(&world, &amy, id).await;
    let report = Report { released: leased, ..Report::default() };
    world.service.deliveries().report(&world.cx(), "a", &report).await.unwrap();
    assert_eq!(events(&world).await, ["StatusDeleted", "StatusPublished"]);

    // Under way when its node died.
    let id = world.publish(&amy, "two").await.status.id;
    lease_and_read(&world, "a").await;
    world.service.deliveries().begin("a").await.unwrap();
    let (leased, _) = lease_and_read(&world, "a").await;
    let report = Report { released: leased, ..Report::default() };
    world.service.deliveries().report(&world.cx(), "a", &report).await.unwrap();
    delete(&world, &amy, id).await;
    assert_eq!(events(&world).await, ["StatusDeleted", "StatusPublished"]);
}

/// Reports a failure to `host`, which counts it as `state` from now on.
async fn fails(world: &World, host: &str, state: HostState) {
    queue(
        world,
        &format!("to-{host}-{}", state.as_str()),
        1,
        Lane::Bulk,
        &[InboxRef::shared(format!("https://{host}/inbox"))],
    )
    .await;
    let (mut released, due) = lease_and_read(world, "a").await;
    let row = due.iter().find(|row| row.url.starts_with(&format!("https://{host}/"))).unwrap();
    released.retain(|other| *other != row.host_id);
    let failure = HostFailure {
        host_id: row.host_id,
        health: HostHealth { state, ..HostHealth::default().failed(world.cx().now(), false) },
        next_attempt_at: world.cx().now(),
        error: "no connection".to_owned(),
    };
    let failed = vec![(row.activity_id, row.inbox_id)];
    let report = Report { failed, failing: vec![failure], released, ..Report::default() };
    world.service.deliveries().report(&world.cx(), "a", &report).await.unwrap();
}

/// `name` of `host` as its server describes it now, with one key.
async fn arrives(world: &World, name: &str, host: &str, pem: &str) {
    let uri = format!("https://{host}/users/{name}#main-key");
    let keys = vec![PublicKey { uri, algorithm: KeyAlgorithm::Rsa, pem: pem.to_owned() }];
    let account = IncomingAccount { keys, ..incoming_account(name, host) };
    world.service.accounts().ingest(&world.cx(), account).await.unwrap();
}

#[tokio::test]
async fn rel_20_who_comes_back_with_other_keys_is_not_trusted_silently() {
    let world = world().await;
    let (accounts, exchange) = (world.service.accounts(), world.service.exchange());
    for host in ["elm.test", "ash.test", "yew.test"] {
        let wishes = PeerWishes { trust: Some(PeerTrust::Show), ..PeerWishes::default() };
        exchange.add_peer(&world.cx(), &format!("https://{host}"), wishes).await.unwrap();
        for name in ["bo", "cy"] {
            arrives(&world, name, host, "old").await;
        }
    }
    let noticed = async || {
        let changes = accounts.key_changes(10).await.unwrap();
        changes.into_iter().map(|change| change.acct).collect::<Vec<_>>()
    };
    let trust = async |host: &str| {
        let peers = exchange.peers().await.unwrap();
        peers.into_iter().find(|peer| peer.host == host).map(|peer| peer.trust)
    };
    // elm was gone and speaks again, ash fails since a moment, yew changes a key as anybody may
    fails(&world, "elm.test", HostState::Gone).await;
    world.service.deliveries().host_seen(&world.cx(), "elm.test").await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    fails(&world, "ash.test", HostState::Failing).await;
    arrives(&world, "bo", "elm.test", "old").await;
    for host in ["ash.test", "yew.test"] {
        arrives(&world, "bo", host, "new").await;
    }
    assert_eq!(noticed().await, Vec::<String>::new());
    arrives(&world, "bo", "elm.test", "new").await;
    arrives(&world, "bo", "elm.test", "new").await;
    assert_eq!(noticed().await, ["bo@elm.test"]);
    assert_eq!((trust("elm.test").await, trust("yew.test").await), (Some(PeerTrust::Queue), Some(PeerTrust::Show)));

    // it is the operator's to trust it again; what is noticed later distrusts it anew, and after a month nothing is
    let wishes = || PeerWishes { trust: Some(PeerTrust::Show), ..PeerWishes::default() };
    exchange.change_peer(&world.cx(), "https://elm.test", wishes()).await.unwrap();
    arrives(&world, "bo", "elm.test", "new").await;
    assert_eq!(trust("elm.test").await, Some(PeerTrust::Show));
    arrives(&world, "cy", "elm.test", "new").await;
    assert_eq!((noticed().await.len(), trust("elm.test").await), (2, Some(PeerTrust::Queue)));
    world.clock.advance(Duration::from_hours(31 * 24));
    arrives(&world, "cy", "elm.test", "newer").await;
    assert_eq!(noticed().await.len(), 2);

    // who said to be gone, or answers 410, comes back with no key at all
    accounts.remove_remote(&world.cx(), "https://yew.test/users/bo").await.unwrap();
    let again = IncomingAccount { keys: Vec::new(), ..incoming_account("bo", "yew.test") };
    assert!(accounts.ingest(&world.cx(), again).await.is_err());
}
