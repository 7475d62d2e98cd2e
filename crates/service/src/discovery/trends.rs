//! Reading what is talked about.

use staffroom_domain::Viewer;
use staffroom_domain::hashtag::TagView;
use staffroom_domain::ids::TagId;
use staffroom_domain::status::StatusView;
use staffroom_domain::trend::{DayOfUse, TrendingLink};
use staffroom_domain::{Tag, Timestamp};

use super::Discovery;
use crate::Result;

/// Milliseconds of a day.
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

impl Discovery<'_> {
    /// Hashtags that several people use now, those most people use first.
    ///
    /// # Errors
    /// [`Unauthorized`](crate::ServiceError::Unauthorized) for strangers where the instance keeps its timelines to its
    /// people; the database failed.
    pub async fn trending_tags(&self, viewer: Viewer, limit: u64, offset: u64) -> Result<Vec<TagView>> {
        self.service.timelines().check_open(viewer)?;
        let found = self.service.storage().read().trends().tags(limit, offset).await?;
        let ids: Vec<TagId> = found.iter().map(|tag| tag.id).collect();
        let (followed, featured) = self.service.tags().marked(viewer, &ids).await?;
        let moment = |used: &DayOfUse| (Timestamp(used.day * DAY_MILLIS), used.statuses, used.accounts);
        let view = |trend: staffroom_domain::trend::TrendingTag| {
            Some(TagView {
                id: Some(trend.id),
                tag: Tag::parse(&trend.name)?,
                following: followed.contains(&trend.id),
                featuring: featured.contains(&trend.id),
                history: trend.history.iter().map(moment).collect(),
            })
        };
        Ok(found.into_iter().filter_map(view).collect())
    }

    /// Public statuses of people who want to be found that several others favourited or boosted, without those of whom
    /// the viewer blocks or mutes.
    ///
    /// # Errors
    /// [`Unauthorized`](crate::ServiceError::Unauthorized) for strangers where the instance keeps its timelines to its
    /// people; the database failed.
    pub async fn trending_statuses(&self, viewer: Viewer, limit: u64, offset: u64) -> Result<Vec<StatusView>> {
        self.service.timelines().check_open(viewer)?;
        let now = self.service.cx().now();
        let ids = self.service.storage().read().trends().statuses(viewer, now, limit, offset).await?;
        self.service.statuses().views(viewer, &ids).await
    }

    /// Pages that several people who want to be found link to now.
    ///
    /// # Errors
    /// [`Unauthorized`](crate::ServiceError::Unauthorized) for strangers where the instance keeps its timelines to its
    /// people; the database failed.
    pub async fn trending_links(&self, viewer: Viewer, limit: u64, offset: u64) -> Result<Vec<TrendingLink>> {
        self.service.timelines().check_open(viewer)?;
        Ok(self.service.storage().read().trends().links(limit, offset).await?)
    }
}
