//! Hashtags and servers that are not ours: relays in both directions, feeds that lie, hubs, and catching up.

use serde_json::{Value, json};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{Actor, PUBLIC, Puppet};
use staffroom_tests::wait::eventually;

use super::network::{none_with, one_with, server_and_puppet, text};

const TAG: &str = "/api/v1/timelines/tag/sltchat";

/// Delivers `activity` and waits until everything received is worked off.
pub(super) async fn says(server: &ServerProcess, inbox: &str, actor: &Actor, activity: &Value) {
    assert_eq!(actor.deliver(inbox, activity).await, 202, "{activity}");
    worked_off(server).await;
}

/// Waits until everything received is worked off.
pub(super) async fn worked_off(server: &ServerProcess) {
    eventually("everything received is worked off", || async {
        let waiting = server.database().count("inbox_items WHERE attempts = 0").await;
        if waiting == 0 { Ok(()) } else { Err(waiting) }
    })
    .await;
}

/// Waits until `puppet` was sent so many activities of `kind`.
pub(super) async fn receives(puppet: &Puppet, kind: &str, count: usize) -> Vec<Value> {
    eventually(&format!("{count} times {kind} arrives"), || async {
        let found = puppet.received_of(kind);
        if found.len() >= count { Ok(found) } else { Err(found.len()) }
    })
    .await
}

/// A note by `author` with `#SLTchat`, served at its address.
pub(super) fn tagged(author: &Actor, words: &str) -> Value {
    let mut note = author.note(words, &[]);
    note["tag"] = json!([{ "type": "Hashtag", "name": "#SLTchat", "href": author.puppet.url("/tags/sltchat") }]);
    author.puppet.publish(&note);
    note
}

/// The tag account `#SLTchat` of a puppet, as such accounts describe themselves.
fn tag_account(puppet: &Puppet) -> Actor {
    let mut actor = puppet.actor("tag-sltchat");
    actor.uri = puppet.url("/tags/sltchat");
    actor.key_id = format!("{}#main-key", actor.uri);
    actor.ed25519_id = format!("{}#ed25519-key", actor.uri);
    let mut document = actor.document();
    document["type"] = json!("Service");
    document["attributedTo"] = json!(puppet.url("/actor"));
    document["tag"] = json!([{ "type": "Hashtag", "name": "#SLTchat" }]);
    puppet.publish(&document);
    actor
}

/// The puppet says what peers say: who its instance account is, and which hashtag it publishes.
fn introduces_itself(puppet: &Puppet, instance: &Actor, tag: &Actor) {
    let rel = "http://nodeinfo.diaspora.software/ns/schema/2.1";
    let links = json!({ "links": [{ "rel": rel, "href": puppet.url("/nodeinfo/2.1") }] });
    puppet.publish_at(&puppet.url("/.well-known/nodeinfo"), &links);
    let document = json!({
        "version": "2.1", "software": { "name": "staffroom", "version": "9.9.9" },
        "metadata": {
            "staffroom": { "profile": "1", "actor": instance.uri },
            "publishedTags": [{ "name": "SLTchat", "href": tag.uri }],
        },
    });
    let body = document.to_string();
    let media_type = format!("application/json; profile=\"{rel}#\"");
    puppet.answers(&puppet.url("/nodeinfo/2.1"), 200, &[("content-type", &media_type)], body.as_bytes());
}

/// A peer of cardboard whose tag account our server follows.
async fn peer() -> (ServerProcess, Puppet, Actor, String) {
    let (server, _, puppet) = server_and_puppet().await;
    let (instance, tag) = (puppet.actor("instance"), tag_account(&puppet));
    introduces_itself(&puppet, &instance, &tag);
    server.add_peer(&puppet.url(""), "SLTchat");
    let follow = receives(&puppet, "Follow", 1).await.remove(0);
    assert_eq!(follow["object"], json!(tag.uri));
    assert_eq!(follow["actor"], json!(format!("{}/actor", server.url())));
    let inbox = format!("{}/inbox", server.url());
    says(&server, &inbox, &tag, &tag.activity("Accept", &follow)).await;
    (server, puppet, tag, inbox)
}

#[tokio::test]
async fn a_stock_server_takes_a_tag_account_for_a_relay() {
    let (server, amy, puppet) = server_and_puppet().await;
    let stock = puppet.actor("instance");
    let inbox = format!("{}/tags/sltchat/inbox", server.url());
    let mut follow = stock.activity("Follow", &json!(PUBLIC));
    follow["object"] = json!(PUBLIC);
    says(&server, &inbox, &stock, &follow).await;
    let accept = receives(&puppet, "Accept", 1).await.remove(0);
    assert_eq!(accept["actor"], json!(format!("{}/tags/sltchat", server.url())));
    assert_eq!((&accept["object"]["id"], &accept["object"]["object"]), (&follow["id"], &json!(PUBLIC)));

    let written = amy.post("/api/v1/statuses", &json!({ "status": "For the relay #SLTchat" })).await;
    let announce =
        eventually("the announcement arrives", || async { puppet.received_of("Announce").first().cloned().ok_or(()) })
            .await;
    assert_eq!(announce["object"], written["uri"]);
    assert!(puppet.received_of("Create").is_empty());

    // whoever was away reads on from any place, and then from where that ended
    let outbox = format!("{}/tags/sltchat/outbox", server.url());
    let (_, page) = stock.fetch(&format!("{outbox}?since=0")).await;
    assert_eq!(page["orderedItems"][0]["object"], written["uri"]);
    let (_, rest) = stock.fetch(text(&page["next"])).await;
    assert_eq!(rest["orderedItems"], json!([]));
    assert_eq!(stock.fetch(&format!("{outbox}?since=soon")).await.0, 400);

    let mut undo = stock.activity("Undo", &json!(PUBLIC));
    undo["object"] = json!({ "id": follow["id"], "type": "Follow", "actor": stock.uri, "object": PUBLIC });
    says(&server, &inbox, &stock, &undo).await;
    assert_eq!(server.database().count("follows").await, 0);
    // everybody is followed at no other inbox
    let mut again = stock.activity("Follow", &json!(PUBLIC));
    again["object"] = json!(PUBLIC);
    says(&server, &format!("{}/inbox", server.url()), &stock, &again).await;
    assert_eq!(server.database().count("follows").await, 0);
}

#[tokio::test]
async fn a_stock_server_pushes_once_an_operator_let_it() {
    let (server, amy, puppet) = server_and_puppet().await;
    let (stock, mut author) = (puppet.actor("instance"), puppet.actor("ben"));
    let mut document = author.document();
    document["indexable"] = json!(true);
    puppet.publish(&document);
    let inbox = format!("{}/relay/inbox", server.url());
    let early = author.activity("Create", &tagged(&author, "too early"));
    says(&server, &inbox, &author, &early).await;
    assert_eq!(server.database().count("statuses").await, 0, "not let in");

    let mut document = stock.document();
    document["type"] = json!("Application");
    puppet.publish(&document);
    let mut follow = stock.activity("Follow", &json!(PUBLIC));
    follow["object"] = json!(PUBLIC);
    says(&server, &inbox, &stock, &follow).await;
    assert!(puppet.received_of("Accept").is_empty());
    let listed = server.admin(&["peer", "requests"], "");
    let number = listed.split('\t').next().unwrap_or_default();
    server.admin(&["peer", "accept", number], "");
    receives(&puppet, "Accept", 1).await;

    says(&server, &inbox, &author, &author.activity("Create", &tagged(&author, "in time"))).await;
    one_with(&amy, TAG, "in time").await;
    says(&server, &inbox, &author, &author.activity("Create", &author.note("of no interest", &[]))).await;
    // on that server too: who does not agree is not kept
    author = puppet.actor("shy");
    says(&server, &inbox, &author, &author.activity("Create", &tagged(&author, "not to be found"))).await;
    assert_eq!(server.database().count("statuses").await, 1);

    let listed = server.admin(&["peer", "followers"], "");
    assert!(listed.starts_with(number) && listed.lines().count() == 1, "{listed}");
    server.admin_refuses(&["peer", "accept", number]);
    server.admin(&["peer", "refuse", number], "");
    let rejected = receives(&puppet, "Reject", 1).await.remove(0);
    assert_eq!(rejected["object"]["id"], follow["id"]);
    assert_eq!(server.admin(&["peer", "followers"], ""), "");
    server.admin_refuses(&["peer", "refuse", number]);
    says(&server, &inbox, &author, &early).await;
    assert_eq!(server.database().count("statuses").await, 1, "let in no more");
}

#[tokio::test]
async fn a_relay_is_listened_to_and_what_it_says_is_looked_up() {
    let [ours, theirs, authors] = free_ports();
    let mut puppets = Puppet::start_many(&[theirs, authors]).await;
    let server = ServerProcess::start(ours, &[theirs, authors]).await;
    let amy = server.member("amy");
    let (author, relay) = (puppets.remove(1).actor("eve"), puppets.remove(0).actor("relay"));
    let (inbox, url) = (format!("{}/inbox", server.url()), relay.puppet.url("/inbox"));
    let announced = |note: &Value| {
        let mut announce = relay.activity("Announce", &json!("x"));
        announce["object"] = note["id"].clone();
        announce
    };
    says(&server, &inbox, &relay, &announced(&tagged(&author, "nobody asked"))).await;
    assert_eq!(server.database().count("statuses").await, 0, "a relay nobody added");

    server.admin(&["relay", "add", &url], "");
    let follow = receives(&relay.puppet, "Follow", 1).await.remove(0);
    assert_eq!(
        (&follow["object"], follow["actor"].as_str().is_some_and(|uri| uri.ends_with("/actor"))),
        (&json!(PUBLIC), true)
    );
    says(&server, &inbox, &relay, &relay.activity("Accept", &follow)).await;
    assert!(server.admin(&["relay", "list"], "").contains("accepted"));

    let note = tagged(&author, "true words");
    says(&server, &inbox, &relay, &announced(&note)).await;
    one_with(&amy, TAG, "true words").await;
    says(&server, &inbox, &relay, &announced(&author.note("of no interest", &[]))).await;
    // forwarded, with other words than its author's: what is at its address counts
    let mut forwarded = author.activity("Create", &tagged(&author, "second words"));
    forwarded["object"]["content"] = json!("forged words");
    says(&server, &inbox, &relay, &forwarded).await;
    one_with(&amy, TAG, "second words").await;
    none_with(&amy, TAG, "forged").await;
    assert_eq!(server.database().count("statuses").await, 2);
    assert_eq!(server.database().count("statuses WHERE reblog_of IS NOT NULL").await, 0);
    server.admin(&["relay", "remove", &url], "");
    receives(&relay.puppet, "Undo", 1).await;
}

// the puppet answers while the command line waits for it
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_speaks_for_nothing_but_what_its_own_server_wrote_with_the_tag() {
    let (server, puppet, tag, inbox) = peer().await;
    let amy = server.member("reader");
    let ben = puppet.actor("ben");
    let announces = |note: &Value| {
        let mut announce = tag.activity("Announce", &json!("x"));
        announce["object"] = note["id"].clone();
        announce
    };
    let note = tagged(&ben, "true words");
    says(&server, &inbox, &tag, &announces(&note)).await;
    let shown = one_with(&amy, TAG, "true words").await;
    assert!(shown["reblog"].is_null());

    says(&server, &inbox, &tag, &announces(&ben.note("without the tag", &[]))).await;
    let other = puppet.named("other");
    says(&server, &inbox, &tag, &announces(&tagged(&other.actor("eve"), "another server's"))).await;
    assert_eq!(server.database().count("statuses").await, 1);

    // the announcer changes and deletes nothing
    let mut changed = note.clone();
    changed["content"] = json!("the feed's words");
    changed["updated"] = json!(staffroom_tests::puppet::now());
    says(&server, &inbox, &tag, &tag.activity("Update", &changed)).await;
    says(&server, &inbox, &tag, &tag.activity("Delete", &note["id"].clone())).await;
    one_with(&amy, TAG, "true words").await;

    // a moderator is asked first, where the operator says so
    server.admin(&["peer", "trust", &puppet.url(""), "queue"], "");
    let mut created = ben.activity("Create", &tagged(&ben, "held words"));
    created["cc"] = json!([tag.uri]);
    created["object"]["cc"] = json!([tag.uri]);
    says(&server, &inbox, &ben, &created).await;
    none_with(&amy, TAG, "held words").await;
    let held = server.admin(&["peer", "held"], "");
    assert!(held.contains("held words"), "{held}");
    server.admin(&["peer", "allow", held.split('\t').next().unwrap_or_default()], "");
    one_with(&amy, TAG, "held words").await;

    // taken back: it leaves the hashtag
    let mut undo = tag.activity("Undo", &announces(&note));
    undo["object"]["actor"] = json!(tag.uri);
    says(&server, &inbox, &tag, &undo).await;
    none_with(&amy, TAG, "true words").await;
}

#[tokio::test]
async fn after_a_start_a_peer_is_read_on_and_pages_that_lead_astray_end() {
    let (mut server, puppet, tag, _) = peer().await;
    let (ben, other) = (puppet.actor("ben"), puppet.named("other"));
    let missed: Vec<Value> = (0..7).map(|n| tagged(&ben, &format!("missed {n}"))).collect();
    let foreign = tagged(&other.actor("eve"), "not the peer's");
    let outbox = format!("{}/outbox", tag.uri);
    let items: Vec<Value> = missed
        .iter()
        .chain([&foreign])
        .map(|note| json!({ "type": "Announce", "actor": tag.uri, "object": note["id"] }))
        .collect();
    // whatever is asked, the same page leads to itself
    let page = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{outbox}?since=0"),
        "type": "OrderedCollectionPage", "orderedItems": items, "next": format!("{outbox}?since=1"),
    });
    puppet.publish_at(&outbox, &page);
    server.kill();
    server.restart().await;
    let amy = server.member("reader");
    eventually("what was missed is there", || async {
        let found = amy.statuses_with(TAG, "missed").await.len();
        if found == 7 { Ok(()) } else { Err(found) }
    })
    .await;
    assert_eq!(server.database().count("statuses").await, 7);
    let asked = puppet.fetched().iter().filter(|path| path.ends_with("/outbox")).count();
    assert!(asked <= 10, "{asked} pages");
}

#[tokio::test]
async fn a_hashtag_no_longer_in_the_settings_is_no_longer_published() {
    let [port] = free_ports();
    let both = "SLTchat,EduTech";
    let mut server = ServerProcess::start_with(port, &[port], &[("FEDERATION__PUBLISHED_TAGS", both)]).await;
    let published = async |server: &ServerProcess| {
        let info = server.api(None).get("/nodeinfo/2.1").await.to_string();
        let request = |path: &str| {
            let accepting = staffroom_tests::api::plain_client().get(format!("{}{path}", server.url()));
            accepting.header("accept", "application/activity+json").send()
        };
        let mut found = Vec::new();
        for (tag, path) in [("SLTchat", "/tags/sltchat"), ("EduTech", "/tags/edutech")] {
            let is_there = request(path).await.unwrap().status().is_success();
            assert_eq!(is_there, info.contains(tag), "{tag}: {info}");
            found.push(is_there);
        }
        found
    };
    assert_eq!(published(&server).await, [true, true]);
    server.kill();
    server.restart_with("FEDERATION__PUBLISHED_TAGS", "SLTchat").await;
    assert_eq!(published(&server).await, [true, false]);
    let refused = server.admin_refuses(&["tag", "chat", "add", "EduTech", "Sun 20:00-21:00 Europe/London"]);
    assert!(refused.contains("published hashtag"), "{refused}");
    // a command with other settings than the server's takes nothing away
    assert!(server.run(&["admin", "account", "list"], &[("FEDERATION__PUBLISHED_TAGS", "")]).status.success());
    assert_eq!(published(&server).await, [true, false]);
    server.kill();
    server.restart_with("FEDERATION__PUBLISHED_TAGS", both).await;
    assert_eq!(published(&server).await, [true, true]);
}

#[tokio::test]
async fn a_hashtag_taken_from_a_peer_is_no_longer_followed() {
    let (server, puppet, feed, _) = peer().await;
    let follows = "follows f JOIN accounts a ON a.id = f.target_id WHERE a.tag IS NOT NULL AND a.domain IS NOT NULL";
    assert_eq!(server.database().count(follows).await, 1);
    server.add_peer(&puppet.url(""), "EduTech");
    server.admin(&["peer", "remove", &puppet.url(""), "--tags", "EduTech"], "");
    assert_eq!(server.database().count(follows).await, 1, "another hashtag was meant");
    server.admin(&["peer", "remove", &puppet.url(""), "--tags", "SLTchat"], "");
    assert_eq!(server.database().count(follows).await, 0);
    let undone = eventually("it is told so", || async { puppet.received_of("Undo").pop().ok_or(()) }).await;
    assert_eq!((&undone["object"]["type"], &undone["object"]["object"]), (&json!("Follow"), &json!(feed.uri)));
    assert!(server.admin(&["peer", "list"], "").contains(&puppet.url("")));
}

#[tokio::test]
async fn a_hub_passes_on_edits_and_deletions_between_members_who_know_only_it() {
    let ports = free_ports::<3>();
    let hub_tags: &[(&str, &str)] = &[("FEDERATION__HUB_TAGS", "SLTchat")];
    let ports_of: &'static [u16] = Box::leak(Box::new(ports));
    let (oak, hub, elm) = tokio::join!(
        ServerProcess::start(ports[0], ports_of),
        ServerProcess::start_with(ports[1], ports_of, hub_tags),
        ServerProcess::start(ports[2], ports_of),
    );
    for member in [&oak, &elm] {
        hub.add_peer(member.url(), "SLTchat");
        member.admin(&["peer", "add", hub.url(), "--tags", "SLTchat", "--hub"], "");
    }
    // the hub's tag account follows the members', their instance accounts follow the hub's
    for server in [&oak, &hub, &elm] {
        let wanted = if server.url() == hub.url() { 4 } else { 2 };
        eventually("the follows are accepted", || async {
            let follows = server.database().count("follows WHERE accepted").await;
            if follows == wanted { Ok(()) } else { Err(follows) }
        })
        .await;
    }
    let (amy, ben) = (oak.member("amy"), elm.member("ben"));
    let written = amy.post("/api/v1/statuses", &json!({ "status": "Across the hub #SLTchat" })).await;
    let read = one_with(&ben, TAG, "Across the hub").await;
    assert_eq!(read["uri"], written["uri"]);
    let path = format!("/api/v1/statuses/{}", text(&written["id"]));
    amy.send(reqwest::Method::PUT, &path, &json!({ "status": "Over the hub #SLTchat" })).await.ok();
    one_with(&ben, TAG, "Over the hub").await;
    // nothing comes back to where it was written
    assert_eq!(oak.database().count("statuses").await, 1);
    assert_eq!(elm.database().count("statuses WHERE reblog_of IS NOT NULL").await, 0);
    amy.send(reqwest::Method::DELETE, &path, &Value::Null).await.ok();
    none_with(&ben, TAG, "Over the hub").await;
    eventually("it is deleted there", || async {
        let left = elm.database().count("statuses WHERE deleted_at IS NULL").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
}
