//! What people keep about others: blocked domains, notes, recommendations, lists somebody is in.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;

use super::{server, somebody};

async fn id_of(api: &Api) -> String {
    api.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned()
}

async fn pair() -> (Api, String, Api, String) {
    let (me, _) = somebody().await;
    let (other, _) = somebody().await;
    let (my_id, their_id) = (id_of(&me).await, id_of(&other).await);
    (me, my_id, other, their_id)
}

async fn status_of(api: &Api, method: Method, path: &str, body: &Value) -> u16 {
    api.send(method, path, body).await.status
}

#[tokio::test]
async fn domains_are_blocked_by_body_and_unblocked_by_query_for_one_person_alone() {
    let (me, _, other, _) = pair().await;
    let path = "/api/v1/domain_blocks";
    for n in 0..3 {
        me.post(path, &json!({ "domain": format!("Noisy{n}.example") })).await;
    }
    let first = me.request(Method::GET, &format!("{path}?limit=2")).send().await.unwrap();
    let link = first.headers()["link"].to_str().unwrap().to_owned();
    assert_eq!(first.json::<Value>().await.unwrap(), json!(["noisy2.example", "noisy1.example"]));
    let next = link.split(['<', '>']).nth(1).unwrap().strip_prefix(server().await.url()).unwrap().to_owned();
    assert_eq!(me.get(&next).await, json!(["noisy0.example"]));
    assert_eq!(other.get(path).await, json!([]));
    let delete = format!("{path}?domain=noisy1.example");
    assert_eq!(status_of(&other, Method::DELETE, &delete, &Value::Null).await, 200);
    assert_eq!(me.get(path).await.as_array().unwrap().len(), 3, "nobody else's");
    assert_eq!(status_of(&me, Method::DELETE, &delete, &Value::Null).await, 200);
    assert_eq!(status_of(&me, Method::DELETE, path, &json!({ "domain": "noisy0.example" })).await, 200);
    assert_eq!(me.get(path).await, json!(["noisy2.example"]));
    for bad in [json!({}), json!({ "domain": "" }), json!({ "domain": "no domain" })] {
        assert_eq!(status_of(&me, Method::POST, path, &bad).await, 422, "{bad}");
    }
}

#[tokio::test]
async fn notes_recommendations_and_followers_show_in_the_relationship() {
    let (me, my_id, other, id) = pair().await;
    let at = |verb: &str| format!("/api/v1/accounts/{id}/{verb}");
    let noted = me.post(&at("note"), &json!({ "comment": "met at a course" })).await;
    assert_eq!(
        (&noted["note"], &noted["endorsed"], &noted["domain_blocking"]),
        (&json!("met at a course"), &json!(false), &json!(false))
    );
    assert_eq!(status_of(&me, Method::POST, &at("endorse"), &json!({})).await, 422, "not followed yet");
    me.post(&at("follow"), &json!({})).await;
    assert_eq!(me.post(&at("endorse"), &json!({})).await["endorsed"], true);
    assert_eq!(me.get("/api/v1/endorsements").await[0]["id"], json!(id));
    let guest = server().await.api(None);
    assert_eq!(guest.get(&format!("/api/v1/accounts/{my_id}/endorsements")).await[0]["id"], json!(id));
    assert_eq!(guest.get(&at("endorsements")).await, json!([]));
    assert_eq!(me.post(&at("unpin"), &json!({})).await["endorsed"], false);
    assert_eq!(me.post(&at("pin"), &json!({})).await["endorsed"], true);
    assert_eq!(other.get("/api/v1/endorsements").await, json!([]));
    let stands = me.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await;
    assert_eq!((&stands[0]["note"], &stands[0]["endorsed"]), (&json!("met at a course"), &json!(true)));
    let theirs = other.get(&format!("/api/v1/accounts/relationships?id[]={my_id}")).await;
    assert_eq!((&theirs[0]["note"], &theirs[0]["followed_by"]), (&json!(""), &json!(true)));

    let away = format!("/api/v1/accounts/{my_id}/remove_from_followers");
    assert_eq!(other.post(&away, &json!({})).await["followed_by"], false);
    let stands = me.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await;
    assert_eq!((&stands[0]["following"], &stands[0]["endorsed"]), (&json!(false), &json!(false)));
    assert_eq!(status_of(&me, Method::POST, "/api/v1/accounts/12345/note", &json!({ "comment": "x" })).await, 404);
}

#[tokio::test]
async fn lists_and_familiar_followers_are_told_to_their_owner_alone() {
    let (me, _, other, id) = pair().await;
    let (third, _) = somebody().await;
    let third_id = id_of(&third).await;
    me.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    let list = me.post("/api/v1/lists", &json!({ "title": "heads" })).await;
    me.post("/api/v1/lists", &json!({ "title": "empty" })).await;
    let members = format!("/api/v1/lists/{}/accounts", list["id"].as_str().unwrap());
    me.post(&members, &json!({ "account_ids": [id] })).await;
    let lists = me.get(&format!("/api/v1/accounts/{id}/lists")).await;
    assert_eq!((lists.as_array().unwrap().len(), &lists[0]["id"]), (1, &list["id"]));
    assert_eq!(third.get(&format!("/api/v1/accounts/{id}/lists")).await, json!([]));
    assert_eq!(status_of(&me, Method::GET, "/api/v1/accounts/12345/lists", &Value::Null).await, 404);

    other.post(&format!("/api/v1/accounts/{third_id}/follow"), &json!({})).await;
    let path = format!("/api/v1/accounts/familiar_followers?id[]={third_id}");
    let familiar = me.get(&path).await;
    assert_eq!((&familiar[0]["id"], &familiar[0]["accounts"][0]["id"]), (&json!(third_id), &json!(id)));
    assert_eq!(third.get(&path).await, json!([{ "id": third_id, "accounts": [] }]));
    assert_eq!(me.get("/api/v1/accounts/familiar_followers").await, json!([]));
}

/// Names of the members of a list.
async fn members(owner: &Api, path: &str) -> Vec<String> {
    let members = owner.get(path).await;
    members.as_array().unwrap().iter().map(|one| one["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_is_followed_no_more_leaves_the_lists_of_who_followed_and_no_others() {
    let ((me, my_name), (third, _)) = (somebody().await, somebody().await);
    let my_id = id_of(&me).await;
    let mut lists = Vec::new();
    for owner in [&me, &third] {
        let list = owner.post("/api/v1/lists", &json!({ "title": "heads" })).await;
        lists.push(format!("/api/v1/lists/{}/accounts", list["id"].as_str().unwrap()));
    }
    me.post(&lists[0], &json!({ "account_ids": [my_id] })).await;
    for (how, stays_elsewhere) in
        [("unfollow", true), ("block", true), ("blocked", true), ("removed", true), ("delete", false)]
    {
        let (other, name) = somebody().await;
        let id = id_of(&other).await;
        for (owner, list) in [&me, &third].into_iter().zip(&lists) {
            owner.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
            owner.post(list, &json!({ "account_ids": [id] })).await;
        }
        other.post(&format!("/api/v1/accounts/{my_id}/follow"), &json!({})).await;
        let theirs = other.post("/api/v1/lists", &json!({ "title": "mine" })).await;
        let theirs = format!("/api/v1/lists/{}/accounts", theirs["id"].as_str().unwrap());
        other.post(&theirs, &json!({ "account_ids": [my_id] })).await;
        assert!(members(&me, &lists[0]).await.contains(&name), "{how}");
        match how {
            "unfollow" | "block" => drop(me.post(&format!("/api/v1/accounts/{id}/{how}"), &json!({})).await),
            "blocked" => drop(other.post(&format!("/api/v1/accounts/{my_id}/block"), &json!({})).await),
            "removed" => {
                drop(other.post(&format!("/api/v1/accounts/{my_id}/remove_from_followers"), &json!({})).await);
            }
            _ => drop(server().await.admin(&["account", "delete", &name, "--yes"], "")),
        }
        assert_eq!(members(&me, &lists[0]).await, [my_name.as_str()], "{how}");
        assert_eq!(members(&third, &lists[1]).await.contains(&name), stays_elsewhere, "{how}");
        if matches!(how, "unfollow" | "removed") {
            assert_eq!(members(&other, &theirs).await, [my_name.as_str()], "they still follow: {how}");
        }
        let again = status_of(&me, Method::POST, &lists[0], &json!({ "account_ids": [id] })).await;
        assert_eq!(again, 404, "{how}");
    }
}

#[tokio::test]
async fn who_is_suspended_is_in_no_list_until_that_ends() {
    let ((me, _), (other, name)) = (somebody().await, somebody().await);
    let id = id_of(&other).await;
    me.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    let list = me.post("/api/v1/lists", &json!({ "title": "heads" })).await;
    let path = format!("/api/v1/lists/{}/accounts", list["id"].as_str().unwrap());
    me.post(&path, &json!({ "account_ids": [id] })).await;
    server().await.admin(&["account", "suspend", &name], "");
    assert_eq!(members(&me, &path).await, Vec::<String>::new());
    server().await.admin(&["account", "lift", &name, "suspend"], "");
    assert_eq!(members(&me, &path).await, [name], "as the follow, which was there all the time");
}

#[tokio::test]
async fn whom_one_blocks_is_found_to_take_the_block_back_and_does_not_find_who_blocks() {
    let (me, my_id, other, id) = pair().await;
    let find = async |who: &Api, id: &str| {
        let name = who.get(&format!("/api/v1/accounts/{id}")).await["username"].as_str().unwrap().to_owned();
        for path in ["/api/v1/accounts/search?limit=40&q=", "/api/v2/search?type=accounts&limit=40&q="] {
            let answer = who.get(&format!("{path}{name}")).await;
            let found = answer.as_array().or_else(|| answer["accounts"].as_array()).unwrap();
            if !found.iter().any(|one| one["username"] == name.as_str()) {
                return false;
            }
        }
        true
    };
    assert!(find(&me, &id).await && find(&other, &my_id).await);
    me.post(&format!("/api/v1/accounts/{id}/block"), &json!({})).await;
    assert!(find(&me, &id).await, "apps look up whom to unblock");
    assert!(!find(&other, &my_id).await, "who blocks is found by those blocked");
    me.post(&format!("/api/v1/accounts/{id}/unblock"), &json!({})).await;
    assert!(find(&other, &my_id).await);
}

#[tokio::test]
async fn identity_proofs_are_those_of_an_account_and_none() {
    let (me, _, _, their_id) = pair().await;
    assert_eq!(me.get(&format!("/api/v1/accounts/{their_id}/identity_proofs")).await, json!([]));
    let unknown = "/api/v1/accounts/999999999999999999/identity_proofs";
    assert_eq!(status_of(&me, Method::GET, unknown, &Value::Null).await, 404);
    let guest = server().await.api(None);
    let path = format!("/api/v1/accounts/{their_id}/identity_proofs");
    assert_eq!(status_of(&guest, Method::GET, &path, &Value::Null).await, 401);
}

#[tokio::test]
async fn whom_one_follows_and_who_follows_can_be_for_oneself_alone() {
    let (me, my_id, other, id) = pair().await;
    me.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    other.post(&format!("/api/v1/accounts/{my_id}/follow"), &json!({})).await;
    let guest = server().await.api(None);
    let shown = async |api: &Api| {
        let mut counts = Vec::new();
        for side in ["followers", "following"] {
            counts.push(api.get(&format!("/api/v1/accounts/{my_id}/{side}")).await.as_array().unwrap().len());
        }
        counts
    };
    assert_eq!((shown(&other).await, shown(&guest).await), (vec![1, 1], vec![1, 1]));
    let path = "/api/v1/accounts/update_credentials";
    let changed = me.send(Method::PATCH, path, &json!({ "hide_collections": true })).await.ok();
    assert_eq!((&changed["hide_collections"], &changed["source"]["hide_collections"]), (&json!(true), &json!(true)));
    assert_eq!((shown(&other).await, shown(&guest).await), (vec![0, 0], vec![0, 0]));
    assert_eq!(shown(&me).await, [1, 1]);
    let seen = other.get(&format!("/api/v1/accounts/{my_id}")).await;
    assert_eq!((&seen["hide_collections"], &seen["followers_count"]), (&json!(true), &json!(1)));
    me.send(Method::PATCH, "/api/v1/profile", &json!({ "hide_collections": false })).await.ok();
    assert_eq!(shown(&other).await, [1, 1]);
}

#[tokio::test]
async fn sites_that_may_name_somebody_as_an_author_are_domains() {
    let (me, _) = somebody().await;
    let path = "/api/v1/accounts/update_credentials";
    let typed = json!({ "attribution_domains": ["https://Blog.Example/", "*.news.example", "blog.example"] });
    let changed = me.send(Method::PATCH, path, &typed).await.ok();
    assert_eq!(changed["source"]["attribution_domains"], json!(["blog.example", "news.example"]));
    assert_eq!(me.get("/api/v1/profile").await["attribution_domains"], json!(["blog.example", "news.example"]));
    let uri = changed["uri"].as_str().unwrap().strip_prefix(server().await.url()).unwrap().to_owned();
    let actor = server().await.api(None).request(Method::GET, &uri).header("accept", "application/activity+json");
    let actor: Value = actor.send().await.unwrap().json().await.unwrap();
    assert_eq!(actor["attributionDomains"], json!(["blog.example", "news.example"]));
    for bad in ["two words", "blog", "https://blog.example/page", "10.0.0.1"] {
        let bad = json!({ "attribution_domains": ["fine.example", bad] });
        assert_eq!(status_of(&me, Method::PATCH, path, &bad).await, 422, "{bad}");
    }
    let many: Vec<String> = (0..101).map(|n| format!("blog{n}.example")).collect();
    assert_eq!(status_of(&me, Method::PATCH, path, &json!({ "attribution_domains": many })).await, 422);
    let cleared = me.send(Method::PATCH, path, &json!({ "attribution_domains": [""] })).await.ok();
    assert_eq!(cleared["source"]["attribution_domains"], json!([]));
}
