//! Markers: how far somebody has read.

use serde::Serialize;
use staffroom_domain::ids::StatusId;
use staffroom_service::personal as domain;

/// A marker.
#[derive(Debug, Serialize)]
pub(crate) struct Marker {
    last_read_id: String,
    version: i64,
    updated_at: String,
}

impl From<&domain::Marker> for Marker {
    fn from(marker: &domain::Marker) -> Self {
        Self {
            last_read_id: StatusId(marker.last_read_id).to_string(),
            version: marker.version,
            updated_at: marker.updated_at.to_rfc3339(),
        }
    }
}
