//! Statuses found by their words: by whom, and by whom not.

use futures_util::future::join_all;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

use super::{server, somebody};

/// The texts found, newest first, without mark-up.
async fn found(api: &Api, q: &str) -> Vec<String> {
    found_with(api, &[("q", q)]).await
}

async fn found_with(api: &Api, query: &[(&str, &str)]) -> Vec<String> {
    let url = Url::parse_with_params("http://any.test/?type=statuses", query).unwrap();
    let answer = api.get(&format!("/api/v2/search?{}", url.query().unwrap())).await;
    assert_eq!((&answer["accounts"], &answer["hashtags"]), (&json!([]), &json!([])));
    let texts = answer["statuses"].as_array().unwrap().iter();
    texts.map(|status| status["content"].as_str().unwrap().replace("<p>", "").replace("</p>", "")).collect()
}

async fn publish(api: &Api, text: &str, visibility: &str) -> String {
    let status = api.post("/api/v1/statuses", &json!({ "status": text, "visibility": visibility })).await;
    status["id"].as_str().unwrap().to_owned()
}

async fn lets_anybody_find(api: &Api, yes: bool) {
    api.send(Method::PATCH, "/api/v1/accounts/update_credentials", &json!({ "indexable": yes })).await.ok();
}

#[tokio::test]
async fn what_is_public_is_found_by_others_when_its_author_says_so() {
    let ((author, _), (other, _)) = (somebody().await, somebody().await);
    lets_anybody_find(&author, true).await;
    let texts = ["Öffentliche Zwetschge", "leise zwetschge", "ZWETSCHGE nur für Folgende", "geheime zwetschge"];
    for (text, visibility) in texts.iter().zip(["public", "unlisted", "private", "direct"]) {
        publish(&author, text, visibility).await;
    }
    assert_eq!(found(&other, "zwetschge").await, ["Öffentliche Zwetschge"]);
    assert_eq!(found(&other, "offentliche").await, ["Öffentliche Zwetschge"]);
    assert_eq!(found(&author, "Zwetschge").await.len(), 4, "one's own, whoever else may see them");
    assert!(found(&server().await.api(None), "zwetschge").await.is_empty(), "for people signed in alone");

    lets_anybody_find(&author, false).await;
    assert!(found(&other, "zwetschge").await.is_empty());
    assert_eq!(found(&author, "zwetschge").await.len(), 4);
    assert!(found(&other, "in:library zwetschge").await.is_empty());
}

#[tokio::test]
async fn a_library_is_found_again_by_whom_it_belongs_to() {
    let ((author, _), (other, handle), (third, _)) = (somebody().await, somebody().await, somebody().await);
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(publish(&author, &format!("Quittenbaum {n}"), "public").await);
    }
    publish(&author, &format!("Quittenbaum for @{handle}"), "direct").await;
    assert_eq!(found(&other, "quittenbaum").await.len(), 1, "what one is named in");
    for (id, what) in ids.iter().zip(["bookmark", "favourite", "reblog"]) {
        other.post(&format!("/api/v1/statuses/{id}/{what}"), &json!({})).await;
    }
    for q in ["quittenbaum", "in:library quittenbaum"] {
        let texts = found(&other, q).await;
        assert_eq!(texts.len(), 4, "{texts:?}");
        assert_eq!(texts[1..], ["Quittenbaum 2", "Quittenbaum 1", "Quittenbaum 0"]);
    }
    assert!(found(&third, "quittenbaum").await.is_empty(), "the marks of others open nothing");
    other.post(&format!("/api/v1/statuses/{}/unbookmark", ids[0]), &json!({})).await;
    assert_eq!(found(&other, "quittenbaum").await.len(), 3);
}

#[tokio::test]
async fn what_was_edited_deleted_or_blocked_is_found_no_more() {
    let ((author, _), (other, _)) = (somebody().await, somebody().await);
    lets_anybody_find(&author, true).await;
    let edited = publish(&author, "Mirabelle one", "public").await;
    let deleted = publish(&author, "Mirabelle two", "public").await;
    assert_eq!(found(&other, "mirabelle").await.len(), 2);
    let path = format!("/api/v1/statuses/{edited}");
    author.send(Method::PUT, &path, &json!({ "status": "Reneklode one" })).await.ok();
    author.send(Method::DELETE, &format!("/api/v1/statuses/{deleted}"), &Value::Null).await.ok();
    assert!(found(&other, "mirabelle").await.is_empty());
    assert!(found(&author, "mirabelle").await.is_empty());
    assert_eq!(found(&other, "reneklode").await, ["Reneklode one"]);

    let me = other.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    author.post(&format!("/api/v1/accounts/{me}/block"), &json!({})).await;
    assert!(found(&other, "reneklode").await.is_empty());
    author.post(&format!("/api/v1/accounts/{me}/unblock"), &json!({})).await;
    let author_id = author.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    other.post(&format!("/api/v1/accounts/{author_id}/mute"), &json!({})).await;
    assert!(found(&other, "reneklode").await.is_empty());
}

#[tokio::test]
async fn words_phrases_and_operators_narrow_a_search() {
    let ((me, handle), (other, _)) = (somebody().await, somebody().await);
    lets_anybody_find(&other, true).await;
    publish(&me, "holunder marking whole class feedback", "public").await;
    publish(&me, "holunder marking feedback for the whole year", "public").await;
    let first = publish(&other, "holunder assessment, don't mark", "public").await;
    let reply = json!({ "status": "holunder reply", "in_reply_to_id": first, "language": "de", "sensitive": true });
    me.post("/api/v1/statuses", &reply).await;
    let poll = json!({ "status": "holunder poll", "poll": { "options": ["a", "b"], "expires_in": 3600 } });
    me.post("/api/v1/statuses", &poll).await;

    for (q, count) in [
        ("holunder", 5),
        ("holunder marking", 2),
        ("holunder \"whole class\"", 1),
        ("holunder \"class whole\"", 0),
        ("holunder mark", 1),
        ("holunder mark*", 3),
        ("holunder mar*", 3),
        ("holunder ma*", 0),
        ("h* marking", 0),
        ("holunder DONT", 1),
        ("holunder -feedback", 3),
        ("holunder -\"whole year\" marking", 1),
        ("holunder from:me", 4),
        (&format!("holunder from:@{handle}"), 4),
        ("holunder from:nobody.at.all", 0),
        ("holunder has:poll", 1),
        ("holunder -has:poll", 4),
        ("holunder has:media", 0),
        ("holunder is:reply", 1),
        ("holunder is:sensitive language:de", 1),
        ("holunder language:DE", 1),
        ("holunder before:2020-01-01", 0),
        ("holunder after:2020-01-01", 5),
        ("holunder \"", 5),
        ("holunder OR AND NOT *", 0),
        ("-holunder", 0),
        ("has:poll", 0),
        ("holunder' OR '1'='1", 0),
        ("holunder) OR (words:a", 0),
    ] {
        assert_eq!(found(&me, q).await.len(), count, "{q}");
    }
    let mine = me.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    assert_eq!(found_with(&me, &[("q", "holunder"), ("account_id", &mine)]).await.len(), 4);
    assert!(found_with(&me, &[("q", "holunder"), ("account_id", "x")]).await.is_empty());
    let others = other.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    let (by_me, by_handle) = ("holunder from:me", format!("holunder from:{handle}"));
    for (q, author, count) in [
        (by_me, &mine, 4),
        (by_handle.as_str(), &mine, 4),
        ("holunder", &others, 1),
        (by_me, &others, 0),
        (by_handle.as_str(), &others, 0),
        ("holunder from:nobody.at.all", &others, 0),
    ] {
        assert_eq!(found_with(&me, &[("q", q), ("account_id", author)]).await.len(), count, "{q}, {author}");
    }

    let (mut seen, all) = (Vec::new(), found(&me, "holunder").await);
    for offset in ["0", "2", "4", "6"] {
        seen.extend(found_with(&me, &[("q", "holunder"), ("limit", "2"), ("offset", offset)]).await);
    }
    assert_eq!(seen, all);
}

/// Waits until `q` finds these texts.
async fn becomes_found(api: &Api, q: &str, wanted: &[&str]) {
    eventually(q, || async {
        let texts = found(api, q).await;
        if texts == wanted { Ok(()) } else { Err(texts) }
    })
    .await;
}

#[tokio::test]
async fn what_is_hidden_shows_in_nothing() {
    let ((author, handle), (other, _), (third, named)) = (somebody().await, somebody().await, somebody().await);
    lets_anybody_find(&author, true).await;
    publish(&author, "Schlehdorn alt", "public").await;
    for n in 0..30 {
        publish(&author, &format!("Schlehdorn geheimnis {n} @{named}"), "direct").await;
        publish(&author, &format!("Schlehdorn geheimnis {n}"), "private").await;
    }
    let from = format!("schlehdorn from:{handle}");
    for q in ["schlehdorn", from.as_str(), "schl*", "schlehdorn -quitte"] {
        assert_eq!(found_with(&other, &[("q", q), ("limit", "1")]).await, ["Schlehdorn alt"], "{q}");
        assert!(found_with(&other, &[("q", q), ("limit", "1"), ("offset", "1")]).await.is_empty(), "{q}");
    }
    let from = format!("geheimnis from:{handle}");
    for q in ["geheimnis", "schlehdorn geheimnis", from.as_str(), "in:library schlehdorn", "geheimnis -quitte"] {
        assert!(found(&other, q).await.is_empty(), "{q}");
    }
    assert_eq!(found_with(&third, &[("q", "geheimnis"), ("limit", "40")]).await.len(), 30, "who is named finds it");
    assert_eq!(found_with(&author, &[("q", "geheimnis"), ("offset", "40"), ("limit", "40")]).await.len(), 20);
}

#[tokio::test]
async fn whom_a_search_finds_is_decided_for_what_was_written_before_as_well() {
    let ((author, _), (other, _), (shy, _)) = (somebody().await, somebody().await, somebody().await);
    let bookmarked = publish(&author, "Weißdorn eins", "public").await;
    publish(&author, "Weißdorn zwei", "unlisted").await;
    publish(&shy, "Weißdorn drei", "public").await;
    assert!(found(&other, "weißdorn").await.is_empty());
    lets_anybody_find(&author, true).await;
    becomes_found(&other, "weißdorn", &["Weißdorn eins"]).await;

    lets_anybody_find(&author, false).await;
    assert!(found(&other, "weißdorn").await.is_empty());
    other.post(&format!("/api/v1/statuses/{bookmarked}/bookmark"), &json!({})).await;
    assert_eq!(found(&other, "weißdorn").await, ["Weißdorn eins"], "in their library");
    for yes in [true, false, true] {
        lets_anybody_find(&author, yes).await;
    }
    becomes_found(&shy, "weißdorn", &["Weißdorn drei", "Weißdorn eins"]).await;
}

#[tokio::test]
async fn of_very_many_words_the_first_hundred_count() {
    let (me, _) = somebody().await;
    publish(&me, "Sanddorn im Herbst", "public").await;
    let words = |sign: &str, count: usize| {
        let words = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!(" {sign}{a}{b}")));
        words.take(count).collect::<String>()
    };
    assert_eq!(found(&me, &format!("sanddorn{}", words("-", 99))).await, ["Sanddorn im Herbst"]);
    assert!(found(&me, &format!("sanddorn{} -herbst", words("-", 98))).await.is_empty());
    assert!(found(&me, &format!("sanddorn{}", words("", 99))).await.is_empty());
    assert!(found(&me, &words("-", 100)).await.is_empty());
    assert_eq!(found(&me, &format!("sanddorn{} -herbst", words("-", 99))).await, ["Sanddorn im Herbst"]);
    assert!(found(&me, &words("", 101)).await.is_empty());
    let url = Url::parse_with_params("http://any.test/?type=statuses", &[("q", &words("-", 300))]).unwrap();
    let answer = me.send(Method::GET, &format!("/api/v2/search?{}", url.query().unwrap()), &Value::Null).await;
    assert_eq!(answer.status, 422, "{}", answer.json);
    assert!(answer.json["error"].as_str().unwrap().contains("longer than 500 characters"), "{}", answer.json);
}

#[tokio::test]
async fn many_may_mark_one_status_in_the_same_moment() {
    let (author, _) = somebody().await;
    let id = publish(&author, "Kornelkirsche für alle", "public").await;
    let people = join_all((0..8).map(|_| somebody())).await;
    let path = |what: &str| format!("/api/v1/statuses/{id}/{what}");
    let marks = people.iter().flat_map(|(api, _)| ["favourite", "reblog", "bookmark"].map(|what| (api, path(what))));
    let marks = marks.map(|(api, path)| async move { api.send(Method::POST, &path, &json!({})).await });
    for answer in join_all(marks).await {
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
    for (api, _) in &people {
        assert_eq!(found(api, "in:library kornelkirsche").await, ["Kornelkirsche für alle"]);
    }
    let status = author.get(&format!("/api/v1/statuses/{id}")).await;
    assert_eq!((&status["favourites_count"], &status["reblogs_count"]), (&json!(8), &json!(8)));
    let (stranger, _) = somebody().await;
    assert!(found(&stranger, "kornelkirsche").await.is_empty());
}

#[tokio::test]
async fn a_greek_word_is_found_whatever_its_last_letter() {
    let (me, _) = somebody().await;
    publish(&me, "Ο μαθητής ΔΑΣΚΑΛΟΣ", "public").await;
    for q in ["μαθητής", "ΜΑΘΗΤΗΣ", "μαθητησ", "δάσκαλος", "δασκαλοσ", "\"μαθητης δασκαλος\"", "μαθητης*"]
    {
        assert_eq!(found(&me, q).await.len(), 1, "{q}");
    }
    assert!(found(&me, "μαθητη").await.is_empty());
}

#[tokio::test]
async fn an_operator_has_the_index_made_again() {
    let [port] = free_ports();
    let mut server = ServerProcess::start(port, &[]).await;
    let (author, other) = (server.member("amy"), server.member("ben"));
    lets_anybody_find(&author, true).await;
    publish(&author, "Holzapfel öffentlich", "public").await;
    let favourite = publish(&author, "Holzapfel leise", "unlisted").await;
    publish(&author, "Holzapfel für @ben", "direct").await;
    publish(&author, "Holzapfel geheim", "direct").await;
    other.post(&format!("/api/v1/statuses/{favourite}/favourite"), &json!({})).await;
    assert_eq!(found(&other, "holzapfel").await.len(), 3);

    eventually("what was begun is done", || async {
        let left = server.database().count("jobs WHERE kind = 'index_statuses'").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
    server.kill();
    server.database().change("DELETE FROM status_search").await;
    server.restart().await;
    assert!(found(&other, "holzapfel").await.is_empty());
    assert!(server.admin_refuses(&["search", "rebuild"]).contains("rebuild"));
    assert!(found(&other, "holzapfel").await.is_empty());
    for _ in 0..2 {
        assert!(server.admin(&["search", "reindex"], "").contains("index"));
    }
    eventually("everything is found again", || async {
        match (found(&other, "holzapfel").await.len(), found(&author, "holzapfel").await.len()) {
            (3, 4) => Ok(()),
            counts => Err(counts),
        }
    })
    .await;
    assert_eq!(found(&other, "holzapfel geheim").await.len(), 0);
}

#[tokio::test]
async fn hashtags_found_say_whether_the_reader_follows_them() {
    let ((follower, _), (other, _)) = (somebody().await, somebody().await);
    publish(&other, "On the board: #Kreidezeit", "public").await;
    follower.post("/api/v1/tags/kreidezeit/follow", &json!({})).await;
    let path = "/api/v2/search?type=hashtags&q=kreide";
    for (reader, following) in
        [(&follower, json!(true)), (&other, json!(false)), (&server().await.api(None), Value::Null)]
    {
        let found = reader.get(path).await;
        let tag = &found["hashtags"][0];
        assert_eq!((&tag["name"], &tag["following"]), (&json!("Kreidezeit"), &following), "{found}");
        assert_eq!(tag["history"][0]["uses"], "1", "{tag}");
    }
}
