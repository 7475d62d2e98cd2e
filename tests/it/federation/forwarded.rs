//! Activities that somebody other than their actor sends on: with a proof they count as their actor's, without one they
//! are looked up or dropped, and what the messenger says of them is never believed.

use std::time::Duration;

use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{self, Actor, COVERED, Puppet, draft, multikey, prove};
use staffroom_tests::wait::eventually;

use super::network::{actor_uri, follow_puppet, none_with, one_with, text};

const NOTIFIED: &str = "notifications";
const HOME: &str = "/api/v1/timelines/home";
const NOW: Duration = Duration::ZERO;

/// Eve writes on one host, rita passes on from another.
struct Scene {
    server: ServerProcess,
    amy: Api,
    uri: String,
    eve: Actor,
    rita: Actor,
    inbox: String,
}

async fn scene() -> Scene {
    let ports: [u16; 3] = free_ports();
    let [ours, authors, messengers] = ports;
    let mut puppets = Puppet::start_many(&[authors, messengers]).await;
    let server = ServerProcess::start(ours, &[authors, messengers]).await;
    let amy = server.member("amy");
    let (rita, eve) = (puppets.remove(1).actor("rita"), puppets.remove(0).actor("eve"));
    Scene { inbox: format!("{}/inbox", server.url()), uri: actor_uri(&amy).await, server, amy, eve, rita }
}

impl Scene {
    /// Eve's note to amy, in a Create.
    fn create(&self, words: &str) -> Value {
        self.eve.activity("Create", &self.eve.note(words, &[&self.uri]))
    }

    async fn seen(&self) -> i64 {
        self.server.database().count("seen_activities").await
    }

    /// Rita passes `activity` on; it is refused and leaves nothing.
    async fn refuses(&self, what: &str, activity: &Value) {
        let before = self.seen().await;
        let status = self.rita.deliver(&self.inbox, activity).await;
        assert!((400..500).contains(&status), "{what}: {status}");
        assert_eq!(self.seen().await, before, "{what}: left a trace");
    }

    async fn passes_on(&self, activity: &Value) {
        assert_eq!(self.rita.deliver(&self.inbox, activity).await, 202);
        eventually("it is worked off", || async {
            let waiting = self.server.database().count("inbox_items WHERE attempts = 0").await;
            if waiting == 0 { Ok(()) } else { Err(waiting) }
        })
        .await;
    }
}

#[tokio::test]
async fn a_proof_stands_for_the_actors_signature() {
    let scene = scene().await;
    let activity = scene.create("proven words");
    // nothing can be looked up: the words are believed for the proof alone
    scene.eve.puppet.withdraw(text(&activity["object"]["id"]));
    scene.passes_on(&scene.eve.prove(&activity, NOW)).await;
    let there = scene.server.database().count("statuses WHERE content LIKE '%proven words%'").await;
    assert_eq!((there, scene.server.database().count(NOTIFIED).await), (1, 1));

    let status = scene.eve.deliver(&scene.inbox, &activity).await;
    assert_eq!(status, 202, "from the actor it is a repetition");
    assert_eq!(scene.server.database().count(NOTIFIED).await, 1);
}

#[tokio::test]
async fn a_proof_that_is_not_the_actors_own_stands_for_nothing() {
    let scene = scene().await;
    let eve = &scene.eve;
    let proved = |words: &str| eve.prove(&scene.create(words), NOW);

    let mut altered = proved("true words");
    altered["object"]["content"] = json!("false words");
    scene.refuses("altered content", &altered).await;
    let mut renamed = proved("true words");
    renamed["id"] = json!(eve.puppet.new_id("activities"));
    scene.refuses("under another id", &renamed).await;
    scene.refuses("made long ago", &eve.prove(&scene.create("old words"), Duration::from_secs(13 * 60 * 60))).await;

    let mallory = eve.puppet.actor("mallory");
    scene.refuses("a neighbour's", &mallory.prove(&scene.create("mallory's words"), NOW)).await;
    scene.refuses("the messenger's", &scene.rita.prove(&scene.create("rita's words"), NOW)).await;

    let ivy = eve.puppet.actor("ivy");
    let mut disowned = ivy.document();
    let other_key = actpub_httpsig::SigningKey::generate_ed25519();
    disowned["assertionMethod"] = json!([multikey(&ivy.ed25519_id, &ivy.uri, &other_key)]);
    eve.puppet.publish(&disowned);
    let unlisted = ivy.activity("Create", &ivy.note("unlisted", &[&scene.uri]));
    scene.refuses("by a key that is not listed", &ivy.prove(&unlisted, NOW)).await;

    let mut other = proved("other");
    other["proof"]["cryptosuite"] = json!("eddsa-rdfc-2022");
    scene.refuses("of another kind", &other).await;
    let foreign_id = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": scene.rita.puppet.new_id("activities"),
        "type": "Create", "actor": eve.uri, "object": eve.note("foreign id", &[&scene.uri]),
    });
    scene.refuses("activity on the messenger's host", &prove(&foreign_id, &eve.ed25519_id, NOW)).await;
    assert_eq!(scene.server.database().count("statuses").await, 0);
}

#[tokio::test]
async fn sec_19_a_linked_data_signature_is_not_trusted() {
    let scene = scene().await;
    let mut forged = scene.create("true words");
    forged["object"]["content"] = json!("forged words");
    forged["signature"] = json!({
        "type": "RsaSignature2017", "creator": scene.eve.key_id, "created": puppet::now(), "signatureValue": "AAAA",
    });
    let fetched = || scene.eve.puppet.fetched().len();
    let before = fetched();
    scene.refuses("by somebody nobody listens to", &forged).await;
    assert_eq!(fetched(), before, "nobody is asked for a stranger's sake");

    // somebody amy follows may point at it, and what is there counts
    follow_puppet(&scene.amy, &scene.inbox, &scene.rita).await;
    follow_puppet(&scene.amy, &scene.inbox, &scene.eve).await;
    scene.passes_on(&forged).await;
    one_with(&scene.amy, HOME, "true words").await;
    none_with(&scene.amy, HOME, "forged words").await;

    let mut follow = scene.eve.activity("Follow", &json!(scene.uri));
    follow["object"] = json!(scene.uri);
    scene.refuses("what cannot be looked up", &follow).await;
    let mut elsewhere = scene.create("elsewhere");
    elsewhere["object"]["id"] = json!(scene.rita.puppet.new_id("notes"));
    scene.refuses("object on another host than its actor", &elsewhere).await;
}

#[tokio::test]
async fn what_a_messenger_says_is_looked_up() {
    let scene = scene().await;
    let eve = &scene.eve;
    follow_puppet(&scene.amy, &scene.inbox, &scene.rita).await;
    follow_puppet(&scene.amy, &scene.inbox, eve).await;
    let create = scene.create("first words");
    assert_eq!(eve.deliver(&scene.inbox, &create).await, 202);
    one_with(&scene.amy, HOME, "first words").await;

    // an edit: what eve's server has now
    let mut note = create["object"].clone();
    let mut told = note.clone();
    told["content"] = json!("rita's version");
    note["content"] = json!("second words");
    note["updated"] = json!(puppet::now());
    eve.puppet.publish(&note);
    let update = eve.activity("Update", &told);
    scene.passes_on(&update).await;
    one_with(&scene.amy, HOME, "second words").await;
    none_with(&scene.amy, HOME, "rita's version").await;

    // a deletion: only when it is gone there
    let delete = eve.activity("Delete", &note["id"].clone());
    scene.passes_on(&delete).await;
    one_with(&scene.amy, HOME, "second words").await;
    eve.puppet.withdraw(text(&note["id"]));
    scene.passes_on(&eve.activity("Delete", &note["id"].clone())).await;
    none_with(&scene.amy, HOME, "second words").await;

    // what came by a messenger does not keep the actor's own away
    let again = scene.create("third words");
    scene.passes_on(&again).await;
    let mut request = draft("POST", &scene.inbox, again.to_string().as_bytes());
    eve.sign(&mut request, &COVERED);
    assert_eq!(puppet::send(request).await.0, 202);
    one_with(&scene.amy, HOME, "third words").await;
}
