//! `POST /api/v1/statuses`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use staffroom_domain::Timestamp;
use staffroom_domain::status::Published;

use super::draft;
use crate::call::Call;
use crate::error::{ApiError, ApiResult};

/// Publishes now (or holds) and answers with the status, or stores for `scheduled_at` and answers with what waits.
pub(crate) async fn create(call: Call) -> ApiResult<Response> {
    let draft = draft::read(&call)?;
    let at = scheduled_at(&call)?;
    let (account, user) = call.person()?;
    let statuses = call.service().statuses();
    match statuses.publish(&call.cx, account.id, draft, at).await? {
        Published::Status(id) => {
            let view = statuses.show(call.viewer(), id).await?;
            Ok(Json(call.render().status(&view)).into_response())
        }
        Published::Scheduled(waiting) => {
            Ok(Json(call.render().scheduled(&waiting, user.posting.visibility)).into_response())
        }
    }
}

/// `scheduled_at`; empty is absent.
pub(super) fn scheduled_at(call: &Call) -> ApiResult<Option<Timestamp>> {
    let text = call.params.filled("scheduled_at");
    text.map(|text| Timestamp::parse(text).ok_or_else(|| ApiError::invalid("scheduled_at", "is not a date")))
        .transpose()
}
