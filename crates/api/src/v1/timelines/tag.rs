//! `GET /api/v1/timelines/tag/{hashtag}`.

use axum::response::Response;
use staffroom_domain::{Page, Tag};
use staffroom_service::timelines::TagFilter;

use super::public;
use crate::call::Call;
use crate::error::ApiResult;

/// Most hashtags in each of `any`, `all` and `none`.
const MAX_TAGS: usize = 4;

/// Public statuses with a hashtag, whatever its case. What can be no hashtag has no statuses.
pub(crate) async fn show(call: Call) -> ApiResult<Response> {
    public::require_reader(&call)?;
    let Some(tag) = Tag::parse(call.path_text("hashtag")) else {
        return Ok(super::answer(&call, Page::empty()));
    };
    let (any, all, none) = (tags(&call, "any"), tags(&call, "all"), tags(&call, "none"));
    let filter = TagFilter { tag, any, all, none, public: public::filter(&call)? };
    let page = call.service().timelines().tag(call.viewer(), filter, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}

fn tags(call: &Call, name: &str) -> Vec<Tag> {
    call.params.list(name).into_iter().filter_map(Tag::parse).take(MAX_TAGS).collect()
}
