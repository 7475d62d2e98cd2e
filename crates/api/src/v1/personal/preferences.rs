//! `GET /api/v1/preferences`.

use axum::Json;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiResult;

/// How the person writes and reads by default.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let (_, user) = call.person()?;
    Ok(Json(json!({
        "posting:default:visibility": user.posting.visibility.as_str(),
        "posting:default:sensitive": user.posting.sensitive,
        "posting:default:language": user.posting.language,
        "posting:default:quote_policy": user.posting.quotes.as_str(),
        "reading:expand:media": "default",
        "reading:expand:spoilers": false,
        "reading:autoplay:gifs": false,
    })))
}
