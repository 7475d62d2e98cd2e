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
