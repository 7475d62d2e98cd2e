//! How it goes with what an answer said is still being fetched: threads.

use axum::Json;
use axum::http::HeaderValue;
use serde::Serialize;
use staffroom_service::statuses::ThreadRefresh;

use crate::call::Call;
use crate::error::{ApiError, ApiResult};

/// The header that names a refresh, as in Mastodon 4.5.
pub(crate) const HEADER: &str = "mastodon-async-refresh";
/// When to ask again, in seconds.
const RETRY_SECS: u8 = 3;

/// A refresh.
#[derive(Debug, Serialize)]
pub(crate) struct AsyncRefresh {
    id: String,
    status: &'static str,
    result_count: Option<i64>,
}

/// The answer around it.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    async_refresh: AsyncRefresh,
}

/// `GET /api/v1_alpha/async_refreshes/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Answer>> {
    let refresh = call.service().statuses().thread_refresh(call.path_id("id")?).await?;
    let refresh = refresh.ok_or_else(ApiError::not_found)?;
    Ok(Json(Answer {
        async_refresh: AsyncRefresh {
            id: refresh.thread.to_string(),
            status: if refresh.is_running { "running" } else { "finished" },
            result_count: refresh.result_count,
        },
    }))
}

/// The value of [`HEADER`].
pub(crate) fn header(refresh: &ThreadRefresh) -> Option<HeaderValue> {
    let count = refresh.result_count.map(|count| format!(", result_count={count}")).unwrap_or_default();
    HeaderValue::from_str(&format!("id=\"{}\", retry={RETRY_SECS}{count}", refresh.thread)).ok()
}
