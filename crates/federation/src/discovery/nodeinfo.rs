//! NodeInfo (FEP-f1d5): what runs here, how much is going on, and which hashtags peers may follow.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_service::ServiceError;

use crate::Federation;
use crate::serve::answer::{Failure, json as json_answer};

const SCHEMA: &str = "http://nodeinfo.diaspora.software/ns/schema";
/// Version of what we mean by `metadata.staffroom`.
const PROFILE: &str = "1";

/// `GET /.well-known/nodeinfo`.
pub(crate) async fn links(State(federation): State<Federation>) -> Response {
    let base = &federation.shared().identity().public_url;
    let link =
        |version: &str| json!({ "rel": format!("{SCHEMA}/{version}"), "href": format!("{base}/nodeinfo/{version}") });
    json_answer("application/json", &json!({ "links": [link("2.0"), link("2.1")] }))
}

/// `GET /nodeinfo/2.0`.
pub(crate) async fn v2_0(State(federation): State<Federation>) -> Result<Response, Failure> {
    answer(&federation, "2.0").await
}

/// `GET /nodeinfo/2.1`.
pub(crate) async fn v2_1(State(federation): State<Federation>) -> Result<Response, Failure> {
    answer(&federation, "2.1").await
}

async fn answer(federation: &Federation, version: &str) -> Result<Response, Failure> {
    let document = document(federation, version).await?;
    let media_type = format!("application/json; profile=\"{SCHEMA}/{version}#\"");
    Ok(json_answer(&media_type, &document))
}

/// `metadata.upstream` says whose client API we follow; `metadata.staffroom` lets peers know us and find our instance
/// account; `metadata.publishedTags` are the hashtags with an account of their own.
async fn document(federation: &Federation, version: &str) -> Result<Value, ServiceError> {
    let service = federation.shared().service();
    let settings = service.settings();
    let identity = &settings.identity;
    let stats = service.instance().stats().await?;
    let tags = service.exchange().published_tags().await?;
    let published =
        tags.iter().map(|tag| json!({ "name": tag.display(), "href": identity.tag_account_uri(&tag.slug()) }));
    let software = if version == "2.1" && !settings.source_url.is_empty() {
        json!({ "name": "staffroom", "version": settings.version, "repository": settings.source_url })
    } else {
        json!({ "name": "staffroom", "version": settings.version })
    };
    Ok(json!({
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": { "inbound": [], "outbound": [] },
        "openRegistrations": false,
        "usage": {
            "users": {
                "total": stats.users,
                "activeMonth": stats.active_month,
                "activeHalfyear": stats.active_half_year,
            },
            "localPosts": stats.statuses,
        },
        "metadata": {
            "nodeName": settings.title,
            "nodeDescription": settings.description,
            "upstream": { "name": "mastodon" },
            "staffroom": { "profile": PROFILE, "actor": identity.instance_account_uri() },
            "publishedTags": published.collect::<Value>(),
        },
    }))
}
