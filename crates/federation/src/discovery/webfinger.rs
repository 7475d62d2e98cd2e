//! `/.well-known/webfinger` (RFC 7033): from a handle, an id or a page to the actor.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};
use staffroom_domain::Tag;
use staffroom_domain::account::{Account, AccountKind, Picture};
use staffroom_domain::instance::InstanceIdentity;
use staffroom_service::ServiceError;
use url::form_urlencoded;

use crate::Federation;
use crate::http::content_type::{ACTIVITY_JSON, JRD_JSON};
use crate::render::actor::{handle, picture_url};
use crate::serve::answer::{Failure, json as json_answer, problem};

/// Longest `resource` looked at, in bytes.
const MAX_RESOURCE_BYTES: usize = 2_048;

/// From the instance account to its published hashtags, and back.
const TAG: &str = "https://www.w3.org/ns/activitystreams#tag";
const ATTRIBUTED_TO: &str = "https://www.w3.org/ns/activitystreams#attributedTo";

fn published(identity: &InstanceIdentity, tag: &Tag) -> Value {
    let href = identity.tag_account_uri(&tag.slug());
    json!({ "rel": TAG, "type": ACTIVITY_JSON, "href": href, "titles": { "und": format!("#{}", tag.display()) } })
}

/// `GET /.well-known/webfinger?resource=…`. 400 without a resource, 404 for nobody we know, 410 for who is gone.
pub(crate) async fn get(State(federation): State<Federation>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let resource =
        form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "resource").map(|(_, value)| value);
    let Some(resource) = resource.filter(|resource| resource.len() <= MAX_RESOURCE_BYTES && !resource.is_empty())
    else {
        return Ok(problem(StatusCode::BAD_REQUEST, "resource is missing"));
    };
    let instance = federation.shared().identity().instance_account_uri();
    let is_told =
        |account: &Account| account.is_local() && (account.kind != AccountKind::Application || account.uri == instance);
    let account = find(&federation, &resource).await?.filter(is_told);
    let account = account.ok_or(ServiceError::NotFound("account"))?;
    if account.deleted_at.is_some() {
        return Ok(problem(StatusCode::GONE, "account is gone"));
    }
    let service = federation.shared().service();
    let identity = &service.settings().identity;
    let mut answer = describe(identity, &account);
    if let Some(links) = answer.get_mut("links").and_then(Value::as_array_mut) {
        let is_instance = account.uri == identity.instance_account_uri();
        let tags = if is_instance { service.exchange().published_tags().await? } else { Vec::new() };
        links.extend(tags.iter().map(|tag| published(identity, tag)));
        if account.tag.is_some() {
            let href = identity.instance_account_uri();
            links.push(json!({ "rel": ATTRIBUTED_TO, "type": ACTIVITY_JSON, "href": href }));
        }
    }
    Ok(json_answer(JRD_JSON, &answer))
}

/// Handles under the account domain and under the web host mean the same; the bare host (FEP-d556) is the instance.
async fn find(federation: &Federation, resource: &str) -> Result<Option<Account>, ServiceError> {
    let service = federation.shared().service();
    let identity = &service.settings().identity;
    let host = identity.host();
    let is_ours =
        |domain: &str| domain.eq_ignore_ascii_case(&identity.account_domain) || domain.eq_ignore_ascii_case(&host);
    let lower = resource.to_ascii_lowercase();
    if resource.trim_end_matches('/') == identity.public_url || is_ours(&lower) {
        return service.accounts().by_uri(&identity.instance_account_uri()).await;
    }
    if let Some(handle) = resource.strip_prefix("acct:").or_else(|| resource.contains('@').then_some(resource))
        && !resource.starts_with("http")
    {
        let Some((name, domain)) = handle.trim_start_matches('@').rsplit_once('@') else { return Ok(None) };
        if !is_ours(domain) {
            return Ok(None);
        }
        if is_ours(name) {
            return service.accounts().by_uri(&identity.instance_account_uri()).await;
        }
        return service.accounts().by_handle(name).await;
    }
    if !identity.is_local_uri(resource) {
        return Ok(None);
    }
    match resource.strip_prefix(&format!("{}/@", identity.public_url)) {
        Some(name) if !name.contains(['/', '@', '?', '#']) => service.accounts().by_handle(name).await,
        _ => service.accounts().by_uri(resource).await,
    }
}

/// Written by hand where the library's type would say `"template": null`.
fn describe(identity: &InstanceIdentity, account: &Account) -> Value {
    let mut links = vec![
        json!({ "rel": "self", "type": ACTIVITY_JSON, "href": account.uri }),
        json!({ "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": account.url }),
    ];
    if let Some(avatar @ Picture::Local(path)) = &account.avatar {
        let kind = match path.rsplit('.').next() {
            Some("png") => "image/png",
            Some("gif") => "image/gif",
            Some("webp") => "image/webp",
            _ => "image/jpeg",
        };
        let href = picture_url(identity, avatar);
        links.push(json!({ "rel": "http://webfinger.net/rel/avatar", "type": kind, "href": href }));
    }
    json!({
        "subject": format!("acct:{}", handle(identity, account)),
        "aliases": [account.url, account.uri],
        "links": links,
    })
}
