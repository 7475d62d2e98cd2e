//! `GET /api/v1/timelines/public`.

use axum::response::Response;
use staffroom_service::timelines::PublicFilter;

use crate::call::Call;
use crate::error::ApiResult;

/// All public statuses known here. Where the instance keeps them to its people, guests get 401.
pub(crate) async fn show(call: Call) -> ApiResult<Response> {
    require_reader(&call)?;
    let page = call.service().timelines().public(call.viewer(), filter(&call)?, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}

/// Refuses guests where public timelines are for people signed in.
pub(in crate::v1) fn require_reader(call: &Call) -> ApiResult<()> {
    if call.service().settings().public_timelines { Ok(()) } else { call.person().map(|_| ()) }
}

/// Which part is wanted.
pub(super) fn filter(call: &Call) -> ApiResult<PublicFilter> {
    let params = &call.params;
    Ok(PublicFilter {
        local: params.flag("local")?,
        remote: params.flag("remote")?,
        only_media: params.flag("only_media")?,
    })
}
