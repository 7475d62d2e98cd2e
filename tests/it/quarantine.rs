//! What comes from elsewhere and a rule holds: whichever way it comes it is kept where nobody reads it, until a moderator
//! of the instance lets it in or not.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{Actor, PUBLIC, Puppet};
use staffroom_tests::wait::eventually;

use super::federation::network::{actor_uri, follow_puppet};
use super::moderation_rules::{MODERATION, staff, text};

/// What a shipped rule holds when it comes in, with a word that stands nowhere else.
const RISKY: &str = "We write your essay for you, says quarmark";
const MARK: &str = "quarmark";
const FINE: &str = "How do you plan an essay?";

struct Ground {
    server: ServerProcess,
    inbox: String,
    puppet: Puppet,
    amy: Api,
    eve: Actor,
    mo: Api,
}

async fn ground() -> Ground {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start_with(ours, &[theirs], &[("API__PUBLIC_TIMELINES", "true")]).await;
    let (amy, eve) = (server.member("amy"), puppet.actor("eve"));
    let mo = moderator(&server, "mo");
    let inbox = format!("{}/inbox", server.url());
    follow_puppet(&amy, &inbox, &eve).await;
    Ground { server, inbox, puppet, amy, eve, mo }
}

/// Somebody with rights on the whole instance.
fn moderator(server: &ServerProcess, handle: &str) -> Api {
    server.member_token(handle);
    server.admin(&["account", "set-role", handle, "moderator"], "");
    staff(server, handle)
}

impl Ground {
    async fn delivers(&self, kind: &str, object: &Value) {
        assert_eq!(self.eve.deliver(&self.inbox, &self.eve.activity(kind, object)).await, 202);
    }

    /// Everything that came is worked off.
    async fn settled(&self) {
        eventually("all is worked off", || async {
            let waiting = self.server.database().count("inbox_items").await;
            if waiting == 0 { Ok(()) } else { Err(waiting) }
        })
        .await;
    }

    async fn listed(&self, state: &str) -> Vec<Value> {
        let found = self.mo.get(&format!("{MODERATION}/quarantine?state={state}")).await;
        found.as_array().unwrap().clone()
    }

    /// Waits until so much waits.
    async fn waits(&self, many: usize) -> Vec<Value> {
        eventually("it waits", || async {
            let found = self.listed("waiting").await;
            if found.len() == many { Ok(found) } else { Err(found.len()) }
        })
        .await
    }

    async fn decides(&self, by: &Api, one: &Value, how: &str, body: Value) -> (u16, Value) {
        let path = format!("{MODERATION}/quarantine/{}/{how}", text(&one["id"]));
        let answer = by.send(Method::POST, &path, &body).await;
        (answer.status, answer.json)
    }

    /// Where somebody finds the mark.
    async fn seen(&self, api: &Api) -> Vec<String> {
        let eve = &self.amy.get(&format!("/api/v1/accounts/lookup?acct=eve@{}", self.puppet.host())).await["id"];
        let mut paths: Vec<String> = [
            "/api/v1/timelines/home",
            "/api/v1/timelines/public",
            "/api/v1/timelines/public?remote=true",
            "/api/v1/timelines/tag/quartag",
            "/api/v1/notifications",
            "/api/v2/notifications",
            "/api/v1/conversations",
            "/api/v1/trends/statuses",
            "/api/v2/search?q=quarmark",
            "/api/staffroom/v1/held",
            "/tags/quartag",
            "/tags/quartag.rss",
        ]
        .map(str::to_owned)
        .into();
        paths.push(format!("/api/v1/accounts/{}/statuses", text(eve)));
        let mut found = Vec::new();
        for path in paths {
            let body = api.request(Method::GET, &path).send().await.unwrap().text().await.unwrap();
            // whoever searches is told what for
            if body.replace("q=quarmark", "").contains(MARK) {
                found.push(path);
            }
        }
        found
    }
}

#[tokio::test]
async fn what_is_delivered_is_seen_by_nobody_until_one_of_two_moderators_lets_it_in() {
    let world = ground().await;
    let me = actor_uri(&world.amy).await;
    let mut note = world.eve.note(&format!("<p>{RISKY} #quartag</p>"), &[&me]);
    note["tag"].as_array_mut().unwrap().push(json!({ "type": "Hashtag", "name": "#quartag" }));
    let picture = json!({ "type": "Document", "mediaType": "image/png", "name": "a hall" });
    note["attachment"] = json!([picture]);
    note["attachment"][0]["url"] = json!(world.puppet.url("/picture.png"));
    world.delivers("Create", &note).await;
    let one = world.waits(1).await.remove(0);
    world.settled().await;
    let guest = world.server.api(None);
    for api in [&world.amy, &world.mo, &guest] {
        assert_eq!(world.seen(api).await, Vec::<String>::new());
    }
    let database = world.server.database();
    for table in ["statuses", "notifications", "media_attachments", "preview_cards"] {
        assert_eq!(database.count(table).await, 0, "{table}");
    }
    assert!(!world.puppet.fetched().iter().any(|path| path.contains("picture")), "{:?}", world.puppet.fetched());

    assert_eq!((&one["kind"], &one["state"]), (&json!("status"), &json!("waiting")));
    assert_eq!((&one["account"]["username"], &one["addressed"][0]["username"]), (&json!("eve"), &json!("amy")));
    assert!(text(&one["content"]).contains(MARK) && text(&one["reason"]).contains("written work"), "{one}");
    assert_eq!(
        (&one["findings"][0]["rule"], &one["media"][0]["description"]),
        (&json!("essay-mill"), &json!("a hall"))
    );
    assert!(text(&one["deadline"]) > text(&one["since"]), "{one}");
    let path = format!("{MODERATION}/quarantine/{}", text(&one["id"]));
    assert_eq!(world.mo.get(&path).await, one);
    for api in [&world.amy, &staff(&world.server, "amy")] {
        assert_eq!(api.send(Method::GET, &path, &Value::Null).await.status, 403);
        assert_eq!(world.decides(api, &one, "release", json!({})).await.0, 403);
    }

    let max = moderator(&world.server, "max");
    let (first, second) = tokio::join!(
        world.decides(&world.mo, &one, "release", json!({ "note": "a joke" })),
        world.decides(&max, &one, "reject", json!({ "reason": "advertising" })),
    );
    let mut codes = [first.0, second.0];
    codes.sort_unstable();
    assert_eq!(codes, [200, 409], "{} {}", first.1, second.1);
    let told = if first.0 == 409 { &first.1 } else { &second.1 };
    assert!(text(&told["error"]).contains("already decided by @m"), "{told}");
    let logged = "moderation_log WHERE kind IN ('quarantine.release', 'quarantine.reject')";
    assert_eq!(database.count(logged).await, 1);
    let is_in = first.0 == 200;
    assert_eq!(database.count("statuses").await, i64::from(is_in));
    assert_eq!(world.seen(&world.amy).await.is_empty(), !is_in);
}

#[tokio::test]
async fn it_waits_whichever_way_it_comes() {
    let world = ground().await;
    let sam = world.puppet.actor("sam");
    // looked up by address
    let searched = sam.note(&format!("{RISKY} 1"), &[]);
    let query = format!("/api/v2/search?resolve=true&q={}", text(&searched["id"]));
    assert_eq!(world.amy.get(&query).await["statuses"], json!([]));
    world.waits(1).await;
    // above something that is kept
    let above = sam.note(&format!("{RISKY} 2"), &[]);
    let mut answer = world.eve.note(FINE, &[]);
    answer["inReplyTo"] = above["id"].clone();
    world.delivers("Create", &answer).await;
    world.waits(2).await;
    // boosted by somebody followed
    let boosted = sam.note(&format!("{RISKY} 3"), &[]);
    let announce = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": world.puppet.new_id("activities"),
        "type": "Announce", "actor": world.eve.uri, "object": boosted["id"], "to": [PUBLIC],
    });
    assert_eq!(world.eve.deliver(&world.inbox, &announce).await, 202);
    world.waits(3).await;
    // quoted
    let quoted = sam.note(&format!("{RISKY} 4"), &[]);
    let mut quote = world.eve.note(FINE, &[]);
    quote["quote"] = quoted["id"].clone();
    world.delivers("Create", &quote).await;
    world.waits(4).await;
    assert_eq!(world.server.database().count("statuses").await, 2, "the answer and the quote");
    assert_eq!(world.seen(&world.amy).await, Vec::<String>::new());

    let above = world.listed("waiting").await.into_iter().find(|one| one["uri"] == above["id"]).unwrap();
    let (code, released) = world.decides(&world.mo, &above, "release", json!({})).await;
    assert_eq!((code, &released["state"]), (200, &json!("released")), "{released}");
    let there = world.amy.get(&format!("/api/v1/statuses/{}/context", text(&released["status_id"]))).await;
    assert!(there["descendants"][0]["content"].as_str().unwrap().contains("plan an essay"), "{there}");
}

#[tokio::test]
async fn an_edit_waits_beside_what_was_let_in_and_a_deletion_ends_everything() {
    let world = ground().await;
    let mut note = world.eve.note(FINE, &[]);
    world.delivers("Create", &note).await;
    let shown = eventually("it is shown", || async {
        let found = world.amy.statuses_with("/api/v1/timelines/home", "plan an essay").await;
        found.first().cloned().ok_or(())
    })
    .await;
    let there = format!("/api/v1/statuses/{}", text(&shown["id"]));
    note["content"] = json!(RISKY);
    note["updated"] = json!("2096-01-01T00:00:00Z");
    world.puppet.publish(&note);
    world.delivers("Update", &note).await;
    let edit = world.waits(1).await.remove(0);
    assert_eq!((&edit["kind"], &edit["status_id"]), (&json!("edit"), &shown["id"]));
    assert_eq!(world.amy.get(&there).await["content"], shown["content"], "what was let in stays");
    let (code, released) = world.decides(&world.mo, &edit, "release", json!({})).await;
    assert_eq!((code, &released["status_id"]), (200, &shown["id"]), "{released}");
    assert!(text(&world.amy.get(&there).await["content"]).contains(MARK));

    let fresh = world.eve.note(&format!("{RISKY} once more"), &[]);
    world.delivers("Create", &fresh).await;
    let waiting = world.waits(1).await.remove(0);
    world.delivers("Delete", &json!({ "id": fresh["id"], "type": "Tombstone" })).await;
    world.waits(0).await;
    for how in ["release", "reject"] {
        let body = json!({ "reason": "too late" });
        assert_eq!(world.decides(&world.mo, &waiting, how, body).await.0, 404);
    }

    let refused = world.eve.note(&format!("{RISKY} and again"), &[]);
    world.delivers("Create", &refused).await;
    let waiting = world.waits(1).await.remove(0);
    assert_eq!(world.decides(&world.mo, &waiting, "reject", json!({})).await.0, 422, "a reason is needed");
    let (code, rejected) = world.decides(&world.mo, &waiting, "reject", json!({ "reason": "advertising" })).await;
    assert_eq!((code, &rejected["decided_by"]["username"]), (200, &json!("mo")), "{rejected}");
    let query = format!("/api/v2/search?resolve=true&q={}", text(&refused["id"]));
    assert_eq!(world.amy.get(&query).await["statuses"], json!([]), "it stays out");
    let printed = world.server.run(&["moderation", "decisions", "--limit", "1"], &[]).stdout;
    let printed = String::from_utf8(printed).unwrap();
    assert!(
        printed.contains("\tinbound\tquarantine\t") && printed.contains(text(&refused["id"]).as_str()),
        "{printed}"
    );
    let again = world.server.run(&["moderation", "replay", printed.split('\t').next().unwrap()], &[]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
    assert_eq!((world.listed("waiting").await.len(), world.listed("rejected").await.len()), (0, 1));
}

#[tokio::test]
async fn each_decision_is_made_again_with_its_own_version_until_the_status_is_deleted() {
    let world = ground().await;
    let mut note = world.eve.note(&format!("{RISKY} at first"), &[]);
    world.delivers("Create", &note).await;
    let first = world.waits(1).await.remove(0);
    note["content"] = json!(format!("{RISKY} and later"));
    note["updated"] = json!("2096-01-01T00:00:00Z");
    world.puppet.publish(&note);
    world.delivers("Update", &note).await;
    eventually("the later version waits", || async {
        let now = world.waits(1).await.remove(0);
        if now["content"] == first["content"] { Err(now) } else { Ok(()) }
    })
    .await;
    let printed = world.server.run(&["moderation", "decisions"], &[]).stdout;
    let printed = String::from_utf8(printed).unwrap();
    let decisions: Vec<&str> = printed.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(decisions.len(), 2, "{printed}");
    let replayed = |decision: &str| {
        let again = world.server.run(&["moderation", "replay", decision], &[]);
        (again.status.code(), String::from_utf8_lossy(&again.stdout).into_owned())
    };
    for decision in &decisions {
        let (code, said) = replayed(decision);
        assert!(code == Some(0) && said.starts_with("the same: quarantine"), "{said}");
    }
    world.delivers("Delete", &json!({ "id": note["id"], "type": "Tombstone" })).await;
    world.waits(0).await;
    assert_eq!(world.server.database().count("judged_texts").await, 0, "no version is kept of what is deleted");
    for decision in &decisions {
        let (code, said) = replayed(decision);
        assert!(code == Some(3) && said.contains("its text is gone"), "{said}");
    }
}
