//! Who passes on what others wrote: relays in the way of `LitePub`, and hubs that know other hubs.

use serde_json::{Value, json};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{ACTIVITY_JSON, Actor, Puppet};
use staffroom_tests::wait::eventually;

use super::network::{none_with, one_with, text};
use super::tags::{receives, says, tagged, worked_off};

const TAG: &str = "/api/v1/timelines/tag/sltchat";

/// A relay as Pleroma and Akkoma are one: an actor at `/relay` that is followed itself.
fn litepub_relay(puppet: &Puppet) -> Actor {
    let mut relay = puppet.actor("relay");
    relay.uri = puppet.url("/relay");
    relay.key_id = format!("{}#main-key", relay.uri);
    relay.ed25519_id = format!("{}#ed25519-key", relay.uri);
    let mut document = relay.document();
    document["type"] = json!("Application");
    puppet.publish(&document);
    let subject = format!("acct:relay@{}", puppet.host());
    let links = json!([{ "rel": "self", "type": ACTIVITY_JSON, "href": relay.uri }]);
    let finger = json!({ "subject": subject, "links": links });
    puppet.publish_at(&puppet.url(&format!("/.well-known/webfinger?{subject}")), &finger);
    relay
}

/// The relay points at a note: its id alone, to its followers, as Pleroma does.
fn announced(relay: &Actor, note: &Value) -> Value {
    let mut announce = relay.activity("Announce", &note["id"]);
    announce["to"] = json!([format!("{}/followers", relay.uri), note["attributedTo"]]);
    announce
}

// the puppet answers while the command line waits for it
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_litepub_relay_is_followed_itself_and_what_it_points_at_is_looked_up() {
    let [ours, theirs, authors] = free_ports();
    let mut puppets = Puppet::start_many(&[theirs, authors]).await;
    let server = ServerProcess::start(ours, &[theirs, authors]).await;
    let amy = server.member("amy");
    let (author, relay) = (puppets.remove(1).actor("eve"), litepub_relay(&puppets.remove(0)));
    let inbox = format!("{}/inbox", server.url());
    let stored = async |what: &str| server.database().count(what).await;

    says(&server, &inbox, &relay, &announced(&relay, &tagged(&author, "nobody asked"))).await;
    server.admin(&["relay", "add", &relay.uri], "");
    let follow = receives(&relay.puppet, "Follow", 1).await.remove(0);
    assert_eq!(follow["object"], json!(relay.uri), "the relay itself, not everybody");
    assert_eq!(follow["actor"], json!(format!("{}/actor", server.url())));
    // not yet accepted; and nobody else accepts for it
    says(&server, &inbox, &author, &author.activity("Accept", &follow)).await;
    says(&server, &inbox, &relay, &announced(&relay, &tagged(&author, "too early"))).await;
    assert!(!server.admin(&["relay", "list"], "").contains("accepted"));
    assert_eq!(stored("statuses").await, 0);
    says(&server, &inbox, &relay, &relay.activity("Accept", &follow)).await;
    assert!(server.admin(&["relay", "list"], "").contains("accepted"));
    assert_eq!(stored("follows WHERE accepted").await, 1);
    // such relays follow back: they get what anybody gets from the instance's own account, which is nothing
    says(&server, &inbox, &relay, &relay.activity("Follow", &follow["actor"])).await;
    receives(&relay.puppet, "Accept", 1).await;

    says(&server, &inbox, &relay, &announced(&relay, &tagged(&author, "true words"))).await;
    one_with(&amy, TAG, "true words").await;
    says(&server, &inbox, &relay, &announced(&relay, &author.note("of no interest", &[]))).await;
    // with the note in it: what is at its address counts
    let note = tagged(&author, "second words");
    let mut forged = announced(&relay, &note);
    forged["object"] = note;
    forged["object"]["content"] = json!("forged words");
    says(&server, &inbox, &relay, &forged).await;
    one_with(&amy, TAG, "second words").await;
    none_with(&amy, TAG, "forged").await;
    assert_eq!(stored("statuses").await, 2);
    assert_eq!(stored("statuses WHERE reblog_of IS NOT NULL").await, 0, "a relay boosts nothing");

    server.admin(&["relay", "remove", &relay.uri], "");
    let undo = receives(&relay.puppet, "Undo", 1).await.remove(0);
    assert_eq!((&undo["object"]["id"], &undo["object"]["object"]), (&follow["id"], &json!(relay.uri)));
    says(&server, &inbox, &relay, &announced(&relay, &tagged(&author, "too late"))).await;
    assert_eq!(stored("statuses").await, 2);
}

/// Nothing received is left to be worked off, nothing is left to be sent, on any of `servers`.
async fn quiet(servers: &[&ServerProcess]) {
    eventually("nothing is under way", || async {
        let mut left = 0;
        for server in servers {
            worked_off(server).await;
            left += server.database().count("deliveries").await;
            left += server.database().count("inbox_items WHERE attempts = 0").await;
        }
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
}

#[tokio::test]
async fn what_a_hub_brought_ends_at_the_next_hub_and_nothing_goes_round() {
    let ports = free_ports::<4>();
    let hub_tags: &[(&str, &str)] = &[("FEDERATION__HUB_TAGS", "SLTchat")];
    let ports_of: &'static [u16] = Box::leak(Box::new(ports));
    let (oak, north, south, elm) = tokio::join!(
        ServerProcess::start(ports[0], ports_of),
        ServerProcess::start_with(ports[1], ports_of, hub_tags),
        ServerProcess::start_with(ports[2], ports_of, hub_tags),
        ServerProcess::start(ports[3], ports_of),
    );
    for (hub, member) in [(&north, &oak), (&south, &elm)] {
        hub.add_peer(member.url(), "SLTchat");
        member.admin(&["peer", "add", hub.url(), "--tags", "SLTchat", "--hub"], "");
    }
    for (hub, other) in [(&north, &south), (&south, &north)] {
        hub.admin(&["peer", "add", other.url(), "--tags", "SLTchat", "--hub"], "");
    }
    for (server, wanted) in [(&oak, 2), (&north, 4), (&south, 4), (&elm, 2)] {
        eventually("the follows are accepted", || async {
            let follows = server.database().count("follows WHERE accepted").await;
            if follows == wanted { Ok(()) } else { Err(follows) }
        })
        .await;
    }
    let (amy, reader, ben) = (oak.member("amy"), south.member("reader"), elm.member("ben"));
    let written = amy.post("/api/v1/statuses", &json!({ "status": "Up north #SLTchat" })).await;
    let read = one_with(&reader, TAG, "Up north").await;
    assert_eq!(read["uri"], written["uri"]);
    quiet(&[&oak, &north, &south, &elm]).await;
    let mut stored = Vec::new();
    for server in [&oak, &north, &south, &elm] {
        stored.push(server.database().count("statuses").await);
    }
    assert_eq!(stored, [1, 1, 1, 0], "for the people of the hub that heard it, and no further");
    assert_eq!(ben.statuses_with(TAG, "Up north").await, Vec::<Value>::new());

    // what its own member shares it passes on, to the other hub too
    let there = ben.post("/api/v1/statuses", &json!({ "status": "Down south #SLTchat" })).await;
    let back = one_with(&north.member("reader"), TAG, "Down south").await;
    assert_eq!(text(&back["uri"]), text(&there["uri"]));
    quiet(&[&oak, &north, &south, &elm]).await;
    assert_eq!(oak.database().count("statuses").await, 1);
}
