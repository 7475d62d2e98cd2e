//! Notifications in groups, and what is kept apart.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;

use super::{server, somebody};

async fn status(api: &Api, method: Method, path: &str, body: Value) -> u16 {
    api.send(method, path, &body).await.status
}

fn kinds(groups: &Value) -> Vec<(&str, u64)> {
    let groups = groups["notification_groups"].as_array().unwrap().iter();
    groups.map(|g| (g["type"].as_str().unwrap(), g["notifications_count"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn trap_27_groups_hold_together_and_name_what_they_show() {
    let (me, handle) = somebody().await;
    let written = me.post("/api/v1/statuses", &json!({ "status": "like me" })).await;
    let id = written["id"].as_str().unwrap();
    let mut fans = Vec::new();
    for _ in 0..3 {
        fans.push(somebody().await.0);
    }
    for fan in &fans {
        fan.post(&format!("/api/v1/statuses/{id}/favourite"), &json!({})).await;
    }
    fans[0].post("/api/v1/statuses", &json!({ "status": format!("@{handle} hello") })).await;

    let found = me.get("/api/v2/notifications").await;
    assert_eq!(kinds(&found), [("mention", 1), ("favourite", 3)]);
    let group = &found["notification_groups"][1];
    assert_eq!(group["status_id"], id);
    assert!(group["page_min_id"].as_str().unwrap() < group["page_max_id"].as_str().unwrap());
    let ids = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let whole = ids(&found["accounts"]);
    for sample in group["sample_account_ids"].as_array().unwrap() {
        assert!(whole.iter().any(|id| id == sample), "{sample}");
    }
    assert_eq!(ids(&found["statuses"]).len(), 2);
    let partial = me.get("/api/v2/notifications?expand_accounts=partial_avatars").await;
    assert!(!ids(&partial["partial_accounts"]).is_empty());
    assert_eq!(ids(&partial["accounts"]).len() + ids(&partial["partial_accounts"]).len(), whole.len());
    let apart = me.get("/api/v2/notifications?grouped_types[]=follow").await;
    assert_eq!(kinds(&apart).len(), 4, "only what is asked for comes in groups");
    let only = me.get("/api/v2/notifications?types[]=mention").await;
    assert_eq!(kinds(&only), [("mention", 1)]);
    let listed = me.get("/api/v1/notifications?types[]=favourite").await;
    assert_eq!(listed[0]["group_key"], group["group_key"], "the same in version 1");

    let first = me.request(Method::GET, "/api/v2/notifications?limit=1").send().await.unwrap();
    let link = first.headers()["link"].to_str().unwrap().to_owned();
    let next = link.split_once("max_id=").unwrap().1.split_once('>').unwrap().0.to_owned();
    let rest = me.get(&format!("/api/v2/notifications?limit=1&max_id={next}")).await;
    assert_eq!(kinds(&rest), [("favourite", 3)]);

    let path = format!("/api/v2/notifications/{}", group["group_key"].as_str().unwrap());
    assert_eq!(kinds(&me.get(&path).await), [("favourite", 3)]);
    assert_eq!(me.get(&format!("{path}/accounts")).await.as_array().unwrap().len(), 3);
    assert_eq!(me.get("/api/v2/notifications/unread_count").await, json!({ "count": 2 }));
    assert_eq!(me.get("/api/v1/notifications/unread_count").await, json!({ "count": 4 }));
    let read = json!({ "notifications": { "last_read_id": listed[0]["id"] } });
    me.post("/api/v1/markers", &read).await;
    assert_eq!(me.get("/api/v2/notifications/unread_count").await, json!({ "count": 1 }));

    let nobody = server().await.api(None);
    for suffix in ["", "/accounts"] {
        let path = format!("{path}{suffix}");
        assert_eq!(status(&fans[0], Method::GET, &path, Value::Null).await, 404, "not one's own");
        assert_eq!(status(&nobody, Method::GET, &path, Value::Null).await, 401);
    }
    for wrong in ["favourite", "ungrouped-x", "follow-99999999999999999999", "ungrouped-1"] {
        assert_eq!(status(&me, Method::GET, &format!("/api/v2/notifications/{wrong}"), Value::Null).await, 404);
    }
    assert_eq!(status(&me, Method::GET, "/api/v2/notifications?expand_accounts=some", Value::Null).await, 422);
    fans[0].post(&format!("{path}/dismiss"), &json!({})).await;
    assert_eq!(kinds(&me.get(&path).await), [("favourite", 3)], "somebody else dismisses their own only");
    me.post(&format!("{path}/dismiss"), &json!({})).await;
    assert_eq!(kinds(&me.get("/api/v2/notifications").await), [("mention", 1)]);
}

#[tokio::test]
async fn what_strangers_say_waits_where_one_asks_for_that() {
    let (me, handle) = somebody().await;
    let policy = "/api/v2/notifications/policy";
    assert_eq!(me.get(policy).await["for_private_mentions"], "accept");
    let changed = me.send(Method::PATCH, policy, &json!({ "for_not_following": "filter" })).await.ok();
    assert_eq!(changed["for_not_following"], "filter");
    assert_eq!(me.send(Method::PUT, policy, &json!({ "for_new_accounts": "accept" })).await.ok(), changed);
    assert_eq!(status(&me, Method::PATCH, policy, json!({ "for_not_following": "maybe" })).await, 422);

    let mut strangers = Vec::new();
    for _ in 0..4 {
        let (stranger, _) = somebody().await;
        stranger.post("/api/v1/statuses", &json!({ "status": format!("@{handle} hello") })).await;
        strangers.push(stranger);
    }
    assert_eq!(me.get("/api/v1/notifications").await, json!([]));
    assert_eq!(me.get("/api/v1/notifications?include_filtered=true").await.as_array().unwrap().len(), 4);
    let summary = json!({ "pending_requests_count": 4, "pending_notifications_count": 4 });
    assert_eq!(me.get(policy).await["summary"], summary);

    let base = "/api/v1/notifications/requests";
    let page = me.request(Method::GET, &format!("{base}?limit=3")).send().await.unwrap();
    assert!(page.headers()["link"].to_str().unwrap().contains("rel=\"next\""));
    let requests = me.get(base).await;
    let id = |n: usize| requests[n]["id"].as_str().unwrap();
    assert_eq!(requests.as_array().unwrap().len(), 4);
    assert_eq!(requests[0]["notifications_count"], "1");
    assert!(requests[0]["last_status"]["content"].as_str().unwrap().contains("hello"));
    assert_eq!(me.get(&format!("{base}/{}", id(0))).await, requests[0]);
    for stranger in &strangers[..1] {
        assert_eq!(status(stranger, Method::GET, &format!("{base}/{}", id(0)), Value::Null).await, 404);
        for verb in ["accept", "dismiss"] {
            assert_eq!(status(stranger, Method::POST, &format!("{base}/{}/{verb}", id(0)), json!({})).await, 404);
            let many = json!({ "id": [id(0), id(1), "1"] });
            assert_eq!(status(stranger, Method::POST, &format!("{base}/{verb}"), many).await, 200);
            assert_eq!(me.get(base).await, requests, "what is somebody else's is left alone");
        }
    }
    me.post(&format!("{base}/{}/accept", id(0)), &json!({})).await;
    me.post(&format!("{base}/{}/dismiss", id(1)), &json!({})).await;
    me.post(&format!("{base}/accept"), &json!({ "id": [id(2)] })).await;
    me.post(&format!("{base}/dismiss"), &json!({ "id": [id(3)] })).await;
    assert_eq!(me.get(base).await, json!([]));
    assert_eq!(me.get(&format!("{base}/merged")).await, json!({ "merged": true }));
    assert_eq!(me.get("/api/v1/notifications").await.as_array().unwrap().len(), 2);
    // those let through come at once from now on
    let (accepted, dismissed) = (&strangers[3], &strangers[2]);
    for stranger in [accepted, dismissed] {
        stranger.post("/api/v1/statuses", &json!({ "status": format!("@{handle} again") })).await;
    }
    assert_eq!(me.get("/api/v1/notifications").await.as_array().unwrap().len(), 3);
}
