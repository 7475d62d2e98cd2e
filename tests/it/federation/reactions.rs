//! Emoji that people elsewhere put to statuses (FEP-c0e0): Akkoma's `EmojiReact` and Misskey's `Like`, taken back, too
//! many of them, and by people who may not.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::puppet::Actor;
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{find, text};

const AKKOMA: &str = include_str!("../../fixtures/akkoma/emoji_react.json");
const AKKOMA_CUSTOM: &str = include_str!("../../fixtures/akkoma/emoji_react_custom.json");
const MISSKEY: &str = include_str!("../../fixtures/misskey/like.json");
const MISSKEY_CUSTOM: &str = include_str!("../../fixtures/misskey/like_custom.json");

/// A status of amy's, as she sees it.
struct Stage {
    scene: Scene,
    status: Value,
}

async fn stage(audience: &str) -> Stage {
    let scene = scene().await;
    let draft = json!({ "status": "Say it with a picture", "visibility": audience });
    Stage { status: scene.amy.post("/api/v1/statuses", &draft).await, scene }
}

impl Stage {
    /// `fixture` as `actor` sends it about the status.
    fn by(&self, actor: &Actor, fixture: &str) -> Value {
        let mut sent: Value = serde_json::from_str(fixture).unwrap();
        sent["id"] = json!(actor.puppet.new_id("activities"));
        sent["actor"] = json!(actor.uri);
        sent["object"] = self.status["uri"].clone();
        sent
    }

    /// `actor` puts `emoji` to the status.
    fn react(&self, actor: &Actor, emoji: &str) -> Value {
        let mut sent = self.by(actor, AKKOMA);
        sent["content"] = json!(emoji);
        sent
    }

    async fn says(&self, actor: &Actor, activity: &Value) {
        self.scene.deliver(actor, activity).await;
    }

    async fn seen(&self) -> Value {
        self.scene.amy.get(&format!("/api/v1/statuses/{}", text(&self.status["id"]))).await
    }

    /// What amy sees: the emoji with their numbers, and the number of favourites.
    async fn counts(&self) -> (Vec<(String, i64)>, i64) {
        let seen = self.seen().await;
        let one = |reaction: &Value| (text(&reaction["name"]).to_owned(), reaction["count"].as_i64().unwrap_or(-1));
        let reactions = seen["reactions"].as_array().unwrap().iter().map(one).collect();
        (reactions, seen["favourites_count"].as_i64().unwrap())
    }

    async fn notices(&self, kind: &str) -> usize {
        let found = self.scene.amy.get(&format!("/api/v1/notifications?types[]={kind}")).await;
        found.as_array().map_or(0, Vec::len)
    }
}

fn counted(names: &[(&str, i64)]) -> Vec<(String, i64)> {
    names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[tokio::test]
async fn emoji_of_akkoma_and_misskey_are_shown_counted_and_taken_back() {
    let stage = stage("public").await;
    let (ned, gus) = (stage.scene.puppet.actor("ned"), stage.scene.puppet.named("gum").actor("gus"));
    let (fire, owl) = (stage.by(&ned, AKKOMA), stage.by(&ned, AKKOMA_CUSTOM));
    let (party, blob) = (stage.by(&gus, MISSKEY), stage.by(&gus, MISSKEY_CUSTOM));
    let also = stage.react(&gus, "🔥");
    for sent in [&fire, &owl, &fire] {
        stage.says(&ned, sent).await;
    }
    assert_eq!((stage.notices("reaction").await, stage.notices("favourite").await), (1, 0));
    for sent in [&party, &blob, &also, &party] {
        stage.says(&gus, sent).await;
    }
    let seen = stage.seen().await;
    let (host, gum) = (stage.scene.puppet.host(), gus.puppet.host());
    let owl_name = format!("owl@{host}");
    let blob_name = format!("blob_cheer@{gum}");
    let all = counted(&[("🔥", 2), (&owl_name, 1), ("🎉", 1), (&blob_name, 1)]);
    // what Misskey sends is a favourite as well, one however many emoji; Akkoma's is none
    assert_eq!(stage.counts().await, (all, 1));
    let custom = &seen["reactions"][1];
    let ours = format!("{}/media/remote/", stage.scene.server.url());
    assert!(text(&custom["url"]).starts_with(&ours), "{custom}");
    assert_eq!(custom["me"], false);
    assert_eq!(custom["static_url"], custom["url"]);
    assert_eq!(seen["reactions"][0].get("url"), None);
    assert_eq!((stage.notices("reaction").await, stage.notices("favourite").await), (2, 1));

    // taken back: embedded, by id alone, and the favourite with the last that made one
    stage.says(&gus, &gus.activity("Undo", &party)).await;
    stage.says(&ned, &ned.activity("Undo", &owl["id"])).await;
    assert_eq!(stage.counts().await, (counted(&[("🔥", 2), (&blob_name, 1)]), 1));
    stage.says(&gus, &gus.activity("Undo", &blob)).await;
    assert_eq!(stage.counts().await, (counted(&[("🔥", 2)]), 0));
    stage.says(&gus, &gus.activity("Undo", &also)).await;
    stage.says(&ned, &ned.activity("Undo", &fire)).await;
    assert_eq!(stage.counts().await, (Vec::new(), 0));
    assert_eq!((stage.notices("reaction").await, stage.notices("favourite").await), (0, 0));

    // what was taken back before it came never comes
    let late = stage.react(&ned, "🦉");
    stage.says(&ned, &ned.activity("Undo", &late)).await;
    stage.says(&ned, &late).await;
    assert_eq!(stage.counts().await.0, Vec::new());
}

#[tokio::test]
async fn only_emoji_count_and_not_too_many_and_nobody_takes_back_those_of_others() {
    let stage = stage("public").await;
    let ned = stage.scene.puppet.actor("ned");
    for no_emoji in ["read this!", "🔥🔥", ":owl:", "", "<img src=x>"] {
        stage.says(&ned, &stage.react(&ned, no_emoji)).await;
    }
    let mut lied = stage.by(&ned, AKKOMA_CUSTOM);
    lied["tag"][0]["icon"]["url"] = json!("javascript:alert(1)");
    stage.says(&ned, &lied).await;
    assert_eq!(stage.counts().await, (Vec::new(), 0));
    // a Like whose content is no emoji is a favourite and no more
    let mut plain = stage.by(&ned, MISSKEY);
    plain["content"] = json!("read this!");
    stage.says(&ned, &plain).await;
    assert_eq!(stage.counts().await, (Vec::new(), 1));

    let emoji = ["😀", "😁", "😂", "😃", "😄", "😅", "😆", "😇", "😈", "😉"].map(|one| stage.react(&ned, one));
    for one in &emoji {
        stage.says(&ned, one).await;
    }
    assert_eq!(stage.counts().await.0.len(), 8, "as many as one account may have");
    let mallory = stage.scene.puppet.actor("mallory");
    stage.says(&mallory, &mallory.activity("Undo", &emoji[0])).await;
    stage.says(&mallory, &mallory.activity("Undo", &emoji[0]["id"])).await;
    let mut forged = mallory.activity("Undo", &emoji[0]);
    forged["object"]["actor"] = json!(mallory.uri);
    stage.says(&mallory, &forged).await;
    assert_eq!(stage.counts().await.0.len(), 8);

    // whom amy blocks, and who is gone, does not count
    let eve = stage.scene.eve.clone();
    stage.says(&eve, &stage.react(&eve, "😀")).await;
    assert_eq!(stage.counts().await.0[0], ("😀".to_owned(), 2));
    let known = find(&stage.scene.amy, &format!("@eve@{}", eve.puppet.host())).await;
    stage.scene.amy.post(&format!("/api/v1/accounts/{}/block", text(&known["id"])), &json!({})).await;
    assert_eq!(stage.counts().await.0[0], ("😀".to_owned(), 1));
    stage.says(&eve, &stage.react(&eve, "🦉")).await;
    let stored = stage.scene.server.database();
    assert_eq!(stored.count("reactions WHERE name = '🦉'").await, 0, "she may not see it any more");
    ned.puppet.withdraw(&ned.uri);
    stage.says(&ned, &ned.activity("Delete", &json!(ned.uri))).await;
    assert_eq!(stage.counts().await.0, Vec::new());

    let id = text(&stage.status["id"]).to_owned();
    stage.says(&mallory, &stage.react(&mallory, "😀")).await;
    assert!(stored.count("reactions").await > 0);
    stage.scene.amy.send(Method::DELETE, &format!("/api/v1/statuses/{id}"), &Value::Null).await.ok();
    eventually("they go with the status", || async {
        let left = stored.count("reactions").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
}

#[tokio::test]
async fn who_may_not_see_a_status_puts_nothing_to_it() {
    let stage = stage("private").await;
    let mallory = stage.scene.puppet.actor("mallory");
    stage.says(&mallory, &stage.react(&mallory, "🔥")).await;
    stage.says(&mallory, &stage.by(&mallory, MISSKEY)).await;
    assert_eq!(stage.counts().await, (Vec::new(), 0));
}
