//! `GET /api/oembed` (<https://oembed.com>): a status as others may put it into their pages.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::Viewer;
use staffroom_domain::ids::StatusId;
use staffroom_domain::status::StatusView;
use staffroom_domain::text::escape;

use crate::call::Call;
use crate::error::{ApiError, ApiResult};

/// Width where none is asked for, and at least and at most, in pixels.
const WIDTH: (i64, i64, i64) = (400, 220, 1000);
/// Seconds it may be kept.
const CACHE_SECS: u32 = 86_400;

/// A status of ours that everybody may see, named by the address of its page or its network id; whoever asks.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    if call.params.filled("format").is_some_and(|format| format != "json") {
        return Err(ApiError::invalid("format", "must be json"));
    }
    let view = found(&call, call.params.filled("url").ok_or_else(ApiError::not_found)?).await?;
    let width = call.params.number("maxwidth")?.unwrap_or(WIDTH.0).clamp(WIDTH.1, WIDTH.2);
    let settings = call.service().settings();
    let name = shown_name(&view);
    Ok(Json(json!({
        "type": "rich",
        "version": "1.0",
        "title": format!("New status by {name}"),
        "author_name": name,
        "author_url": view.account.url,
        "provider_name": settings.title,
        "provider_url": settings.identity.public_url,
        "cache_age": CACHE_SECS,
        "html": html(&view, &settings.identity.account_domain),
        "width": width,
        "height": null,
    })))
}

/// The last part of both addresses is our id.
async fn found(call: &Call, url: &str) -> ApiResult<StatusView> {
    let id = url.rsplit('/').next().and_then(StatusId::parse).ok_or_else(ApiError::not_found)?;
    let view = call.service().statuses().get(Viewer::Anonymous, id).await?;
    let status = &view.status;
    let is_it = status.local && status.reblog_of.is_none() && (status.url == url || status.uri == url);
    if is_it { Ok(view) } else { Err(ApiError::not_found()) }
}

fn shown_name(view: &StatusView) -> &str {
    let name = view.account.display_name.trim();
    if name.is_empty() { &view.account.username } else { name }
}

/// A quotation without script; what stands behind a warning stays there.
fn html(view: &StatusView, domain: &str) -> String {
    let status = &view.status;
    let words = if status.spoiler_text.is_empty() {
        status.content.clone()
    } else {
        format!("<p>{}</p>", escape(&status.spoiler_text))
    };
    let (url, name) = (escape(&status.url), escape(shown_name(view)));
    let handle = escape(&format!("@{}@{domain}", view.account.username));
    format!("<blockquote cite=\"{url}\">{words}<footer>{name} <a href=\"{url}\">{handle}</a></footer></blockquote>")
}
