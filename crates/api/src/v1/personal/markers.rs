//! Markers: how far one has read, shared between one's apps.

use std::collections::BTreeMap;

use axum::Json;
use staffroom_service::personal;

use crate::call::{Call, id};
use crate::entities::Marker;
use crate::error::{ApiError, ApiResult};

/// Timelines that have markers.
const TIMELINES: [&str; 2] = ["home", "notifications"];

/// `GET /api/v1/markers?timeline[]=…`: only those asked for and set.
pub(crate) async fn show(call: Call) -> ApiResult<Json<BTreeMap<String, Marker>>> {
    let asked = call.params.list("timeline");
    let known: Vec<String> =
        TIMELINES.into_iter().filter(|timeline| asked.contains(timeline)).map(ToOwned::to_owned).collect();
    let markers = call.service().personal().markers(call.me()?, &known).await?;
    Ok(answer(&markers))
}

/// `POST /api/v1/markers`.
pub(crate) async fn update(call: Call) -> ApiResult<Json<BTreeMap<String, Marker>>> {
    let mut moved = Vec::new();
    for timeline in TIMELINES {
        let group = call.params.group(timeline);
        if let Some(text) = group.as_ref().and_then(|group| group.filled("last_read_id")) {
            let last_read = id(text).ok_or_else(|| ApiError::invalid("last_read_id", "is not an id"))?;
            moved.push((timeline.to_owned(), last_read));
        }
    }
    let markers = call.service().personal().set_markers(&call.cx, call.me()?, &moved).await?;
    Ok(answer(&markers))
}

fn answer(markers: &[personal::Marker]) -> Json<BTreeMap<String, Marker>> {
    Json(markers.iter().map(|marker| (marker.timeline.clone(), Marker::from(marker))).collect())
}
