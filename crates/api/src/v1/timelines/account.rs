//! `GET /api/v1/accounts/{id}/statuses`.

use axum::response::Response;
use staffroom_domain::{Page, Tag};
use staffroom_service::timelines::AccountFilter;

use crate::call::Call;
use crate::error::ApiResult;

/// Statuses of one account, as the viewer may see them.
pub(crate) async fn show(call: Call) -> ApiResult<Response> {
    let id = call.path_id("id")?;
    let params = &call.params;
    let tagged = params.filled("tagged").map(Tag::parse);
    if tagged == Some(None) {
        return Ok(super::answer(&call, Page::empty()));
    }
    let filter = AccountFilter {
        only_media: params.flag("only_media")?,
        exclude_replies: params.flag("exclude_replies")?,
        exclude_reblogs: params.flag("exclude_reblogs")?,
        only_public: false,
        pinned: params.flag("pinned")?,
        tagged: tagged.flatten(),
    };
    if filter.pinned {
        call.service().statuses().ask_for_pins(&call.cx, call.viewer(), id).await?;
    }
    let page = call.service().timelines().account(call.viewer(), id, filter, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}
