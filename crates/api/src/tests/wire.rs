//! The rules of the wire.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::testing::{ALL_SCOPES, world, world_with};
use crate::{Quota, RateLimits};

#[tokio::test]
async fn a_trailing_slash_changes_nothing() {
    let world = world().await;
    let plain = world.get("/api/v2/instance", None).await;
    let slashed = world.get("/api/v2/instance/?x=1", None).await;
    assert_eq!((slashed.status, &slashed.json), (StatusCode::OK, &plain.json));
}

#[tokio::test]
async fn unknown_paths_and_methods_answer_in_json() {
    let world = world().await;
    for (method, path, status) in [
        (Method::GET, "/api/v1/no_such_thing", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v9/instance", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v1/accounts/1/nothing", StatusCode::NOT_FOUND),
        (Method::GET, "/api/", StatusCode::NOT_FOUND),
        (Method::DELETE, "/api/v1/instance", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let answer = world.ask(method, path, None, json!({ "some": "body" })).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.json["error"].is_string(), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert!(!answer.header("x-ratelimit-remaining").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn preflights_are_answered_before_anything_else() {
    let world =
        world_with(RateLimits { general: Quota { requests: 0, window_secs: 300 }, ..RateLimits::default() }, true)
            .await;
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/api/v1/statuses")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,idempotency-key");
    let answer = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("access-control-allow-methods").contains("POST"));
    assert_eq!(answer.header("access-control-allow-headers"), "authorization,idempotency-key");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn one_request_too_many_is_told_how_long_to_wait() {
    let general = Quota { requests: 2, window_secs: 300 };
    let world = world_with(RateLimits { general, ..RateLimits::default() }, true).await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    for remaining in ["1", "0"] {
        let answer = world.get("/api/v1/lists", Some(&token)).await;
        assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (StatusCode::OK, remaining));
    }
    let refused = world.get("/api/v1/lists", Some(&token)).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    // The address has its own count: a colleague behind it is not locked out.
    assert_eq!(world.get("/api/v1/instance", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn answers_for_people_are_not_kept_by_caches() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let own = world.get("/api/v1/accounts/verify_credentials", Some(&token)).await;
    assert_eq!(own.header("cache-control"), "private, no-store");
    assert_eq!(own.header("vary"), "Authorization, Accept");
}

#[tokio::test]
async fn old_endpoints_say_that_they_are_old() {
    let world = world().await;
    assert_eq!(world.get("/api/v1/instance", None).await.header("deprecation"), "@1668384000");
    assert_eq!(world.get("/api/v2/instance", None).await.header("deprecation"), "");
}

#[tokio::test]
async fn a_head_request_gets_headers_alone() {
    let world = world().await;
    let answer = world.ask(Method::HEAD, "/api/v1/instance", None, Value::Null).await;
    assert_eq!((answer.status, &answer.json), (StatusCode::OK, &Value::Null));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let long = json!({ "status": "x".repeat(1024 * 1024) });
    let answer = world.ask(Method::POST, "/api/v1/statuses", Some(&token), long).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_token_in_the_address_is_no_token() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let answer = world.get(&format!("/api/v1/lists?access_token={token}"), None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn closed_timelines_are_for_people_signed_in() {
    let world = world_with(RateLimits::default(), false).await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    for path in ["/api/v1/timelines/public", "/api/v1/timelines/tag/sltchat"] {
        assert_eq!(world.get(path, None).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(world.get(path, Some(&token)).await.status, StatusCode::OK);
    }
    let instance = world.get("/api/v2/instance", None).await.json;
    assert_eq!(instance["configuration"]["timelines_access"]["live_feeds"]["local"], "authenticated");
}

#[tokio::test]
async fn placeholder_pictures_are_pictures() {
    let world = world().await;
    for path in ["/avatars/original/missing.png", "/headers/original/missing.png", "/instance/thumbnail.png"] {
        let answer = world.get(path, None).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/png"), "{path}");
    }
}

#[tokio::test]
async fn sec_115_an_address_has_other_servers_asked_only_so_often() {
    let general = Quota { requests: 2, window_secs: 300 };
    let world = world_with(RateLimits { general, ..RateLimits::default() }, true).await;
    let path = |n: u32| {
        let url = world.service.media().remote_url(&format!("https://yew.test/{n}.png"));
        url.strip_prefix("https://oak.test").unwrap().to_owned()
    };
    // What nobody signed costs nothing.
    for _ in 0..20 {
        assert_eq!(
            world.get(&path(1).replace("/media/remote/", "/media/remote/x"), None).await.status,
            StatusCode::NOT_FOUND
        );
    }
    for n in 0..8 {
        assert_eq!(world.get(&path(n), None).await.status, StatusCode::SERVICE_UNAVAILABLE, "{n}");
    }
    let refused = world.get(&path(8), None).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    // What is remembered is asked of nobody, and pages go on.
    assert_eq!(world.get(&path(1), None).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.get("/api/v1/instance", None).await.status, StatusCode::OK);
}
