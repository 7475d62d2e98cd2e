//! Figures and trends as moderators ask for them in an app, and that nobody else does.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;

use super::{server, somebody};

/// Somebody with this role whose token has these scopes.
async fn staff(role: &str, scopes: &str) -> Api {
    let (_, handle) = somebody().await;
    let server = server().await;
    server.admin(&["account", "set-role", &handle, role], "");
    let printed = server.admin(&["token", "create", "--account", &handle, "--scopes", scopes], "");
    server.api(printed.lines().last().map(str::to_owned))
}

#[tokio::test]
async fn figures_are_counted_for_moderators() {
    let moderator = staff("moderator", "read write admin:read").await;
    let (writer, _) = somebody().await;
    let written = writer.post("/api/v1/statuses", &json!({ "status": "about #figuring" })).await;
    moderator.post(&format!("/api/v1/statuses/{}/favourite", written["id"].as_str().unwrap()), &json!({})).await;
    let tag = moderator.get("/api/v1/tags/figuring").await["id"].clone();
    let measures = moderator
        .post(
            "/api/v1/admin/measures",
            &json!({
                "keys": [
                    "active_users", "new_users", "active_users", "interactions", "tag_uses", "new_users", "tag_servers",
                    "weather", "tag_uses",
                ],
                "tag_uses": { "id": tag }, "tag_servers": { "id": "1" },
            }),
        )
        .await;
    let measures = measures.as_array().unwrap();
    // each once, however often it is asked for
    let keys: Vec<&str> = measures.iter().map(|measure| measure["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["active_users", "new_users", "interactions", "tag_uses", "tag_servers"]);
    for measure in measures {
        assert_eq!(measure["data"].as_array().unwrap().len(), 30, "{measure}");
        let last = &measure["data"][29];
        let today: i64 = last["value"].as_str().unwrap().parse().unwrap();
        assert_eq!(today > 0, measure["key"] != "tag_servers", "{measure}");
        assert!(last["date"].as_str().unwrap().ends_with("T00:00:00.000Z"), "{last}");
        assert_eq!((&measure["total"], &measure["previous_total"]), (&last["value"], &json!("0")), "{measure}");
    }
    let days = json!({ "keys": ["languages", "sources", "servers"], "start_at": "2026-01-01", "end_at": "2026-01-02" });
    let empty = moderator.post("/api/v1/admin/dimensions", &days).await;
    assert_eq!(empty[0], json!({ "key": "languages", "data": [] }));
    let dimensions = moderator.post("/api/v1/admin/dimensions", &json!({ "keys": ["languages", "sources"] })).await;
    assert_eq!((&dimensions[0]["data"][0]["key"], &dimensions[1]["data"][0]["key"]), (&json!("en"), &json!("web")));
    let asked = json!({ "keys": ["software_versions", "space_usage", "nonsense"] });
    let machine = moderator.post("/api/v1/admin/dimensions", &asked).await;
    let [programs, space] = machine.as_array().unwrap().as_slice() else { panic!("two are known: {machine}") };
    assert_eq!(programs["data"][0]["key"], "staffroom");
    for program in programs["data"].as_array().unwrap() {
        assert!(program["value"].as_str().unwrap().starts_with(|c: char| c.is_ascii_digit()), "{programs}");
    }
    assert_eq!(space["data"][1]["key"], "media");
    let database = &space["data"][0];
    assert!(database["value"].as_str().unwrap().parse::<i64>().unwrap() > 0 && database["unit"] == "bytes", "{space}");
    assert!(database["human_value"].as_str().unwrap().ends_with('B'), "{space}");
    let asked = json!({
        "keys": ["instance_media_attachments"], "instance_media_attachments": { "domain": "nobody.example" },
    });
    let files = moderator.post("/api/v1/admin/measures", &asked).await;
    assert_eq!((&files[0]["total"], &files[0]["unit"]), (&json!("0"), &json!("bytes")));
    assert_eq!((files[0]["data"].as_array().unwrap().len(), files[0].get("previous_total")), (30, None));
    let nowhere = json!({ "keys": ["instance_media_attachments"] });
    assert_eq!(moderator.post("/api/v1/admin/measures", &nowhere).await, json!([]));
    let cohorts = moderator.post("/api/v1/admin/retention", &json!({ "frequency": "month" })).await;
    let newest = cohorts.as_array().unwrap().last().unwrap();
    assert_eq!((&newest["frequency"], &newest["data"][0]["rate"]), (&json!("month"), &json!(1.0)));
}

#[tokio::test]
async fn nobody_else_is_told_and_what_makes_no_sense_is_refused() {
    let moderator = staff("moderator", "read write admin:read admin:write").await;
    let (guest, member) = (server().await.api(None), staff("member", "read write admin:read admin:write").await);
    let short = staff("moderator", "read write admin:read:accounts").await;
    let asked = json!({ "keys": ["active_users"] });
    for path in ["/api/v1/admin/measures", "/api/v1/admin/dimensions", "/api/v1/admin/retention"] {
        for (api, status) in [(&guest, 401), (&member, 403), (&short, 403), (&moderator, 200)] {
            assert_eq!(api.send(Method::POST, path, &asked).await.status, status, "{path}");
        }
        for wrong in [
            json!({ "keys": ["new_users", "languages"], "start_at": "yesterday" }),
            json!({ "keys": ["new_users", "languages"], "start_at": "2026-02-01", "end_at": "2026-01-01" }),
            json!({ "keys": ["new_users", "languages"], "start_at": "1970-01-01", "end_at": "2026-01-01" }),
        ] {
            assert_eq!(moderator.send(Method::POST, path, &wrong).await.status, 422, "{path} {wrong}");
        }
    }
    assert_eq!(moderator.send(Method::POST, "/api/v1/admin/measures", &json!({})).await.status, 422);
    let keys = |different: usize| json!({ "keys": (0..60).map(|n| format!("k{}", n % different)).collect::<Vec<_>>() });
    assert_eq!(moderator.send(Method::POST, "/api/v1/admin/measures", &keys(20)).await.status, 200, "few, three times");
    assert_eq!(moderator.send(Method::POST, "/api/v1/admin/measures", &keys(21)).await.status, 422);
    let hourly = json!({ "frequency": "hour" });
    assert_eq!(moderator.send(Method::POST, "/api/v1/admin/retention", &hourly).await.status, 422);
    for kind in ["tags", "statuses", "links"] {
        let list = format!("/api/v1/admin/trends/{kind}");
        for (api, status) in [(&guest, 401), (&member, 403), (&short, 403), (&moderator, 200)] {
            assert_eq!(api.send(Method::GET, &list, &Value::Null).await.status, status, "{kind}");
        }
        for verb in ["approve", "reject"] {
            for (api, status) in [(&guest, 401), (&member, 403), (&short, 403), (&moderator, 404)] {
                let path = format!("{list}/1/{verb}");
                assert_eq!(api.send(Method::POST, &path, &json!({})).await.status, status, "{path}");
            }
        }
    }
}
