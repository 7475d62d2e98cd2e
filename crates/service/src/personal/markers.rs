//! Markers: how far somebody has read.

use staffroom_domain::Timestamp;
use staffroom_domain::ids::AccountId;

use super::{Marker, Personal};
use crate::{Cx, Result, ServiceError};

const TIMELINES: [&str; 2] = ["home", "notifications"];

impl Personal<'_> {
    /// One's markers for these timelines; unknown names and timelines never read are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn markers(&self, owner: AccountId, timelines: &[String]) -> Result<Vec<Marker>> {
        let known: Vec<String> =
            TIMELINES.iter().filter(|t| timelines.iter().any(|asked| asked == *t)).map(|t| (*t).to_owned()).collect();
        let rows = self.service.storage().read().markers().find(owner, &known).await?;
        Ok(rows.into_iter().map(Marker::from).collect())
    }

    /// Moves markers; returns those moved.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for an unknown timeline.
    pub async fn set_markers(&self, cx: &Cx, owner: AccountId, markers: &[(String, i64)]) -> Result<Vec<Marker>> {
        let names: Vec<String> = markers.iter().map(|(name, _)| name.clone()).collect();
        if names.iter().any(|name| !TIMELINES.contains(&name.as_str())) {
            return Err(ServiceError::invalid("timeline", "must be home or notifications"));
        }
        let tx = self.service.storage().begin().await?;
        // At most the two timelines above.
        for (timeline, last_read_id) in markers {
            tx.markers().set(owner, timeline, *last_read_id, cx.now()).await?;
        }
        let rows = tx.markers().find(owner, &names).await?;
        tx.commit().await?;
        Ok(rows.into_iter().map(Marker::from).collect())
    }
}

impl From<staffroom_storage::markers::Row> for Marker {
    fn from(row: staffroom_storage::markers::Row) -> Self {
        Self {
            timeline: row.timeline,
            last_read_id: row.last_read_id,
            version: row.version,
            updated_at: Timestamp(row.updated_at),
        }
    }
}
