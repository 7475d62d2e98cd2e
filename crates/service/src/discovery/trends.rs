//! Reading what is talked about, and deciding about it.

use std::collections::HashMap;

use staffroom_domain::figures::start_of;
use staffroom_domain::hashtag::TagView;
use staffroom_domain::ids::TagId;
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::status::StatusView;
use staffroom_domain::trend::{DayOfUse, Decided, TrendKind, TrendingLink};
use staffroom_domain::{Tag, Viewer};

use super::Discovery;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

impl Discovery<'_> {
    /// Hashtags that several people use now, those most people use first.
    ///
    /// # Errors
    /// [`Unauthorized`](crate::ServiceError::Unauthorized) for strangers where the instance keeps its timelines to its
    /// people; the database failed.
    pub async fn trending_tags(&self, viewer: Viewer, limit: u64, offset: u64) -> Result<Vec<TagView>> {
        self.service.timelines().check_open(viewer)?;
        self.tags_now(viewer, false, limit, offset).await
    }

    async fn tags_now(self, viewer: Viewer, all: bool, limit: u64, offset: u64) -> Result<Vec<TagView>> {
        let found = self.service.storage().read().trends().tags(all, limit, offset).await?;
        let ids: Vec<TagId> = found.iter().map(|tag| tag.id).collect();
        let (followed, featured) = self.service.tags().marked(viewer, &ids).await?;
        let moment = |used: &DayOfUse| (start_of(used.day), used.statuses, used.accounts);
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
        self.statuses_now(viewer, false, limit, offset).await
    }

    async fn statuses_now(self, viewer: Viewer, all: bool, limit: u64, offset: u64) -> Result<Vec<StatusView>> {
        let now = self.service.cx().now();
        let ids = self.service.storage().read().trends().statuses(viewer, now, all, limit, offset).await?;
        self.service.statuses().views(viewer, &ids).await
    }

    /// Pages that several people who want to be found link to now.
    ///
    /// # Errors
    /// [`Unauthorized`](crate::ServiceError::Unauthorized) for strangers where the instance keeps its timelines to its
    /// people; the database failed.
    pub async fn trending_links(&self, viewer: Viewer, limit: u64, offset: u64) -> Result<Vec<TrendingLink>> {
        self.service.timelines().check_open(viewer)?;
        Ok(self.service.storage().read().trends().links(false, limit, offset).await?)
    }

    /// Hashtags as in [`Discovery::trending_tags`], also rejected ones, with what was decided: for moderators.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decided_tags(&self, viewer: Viewer, limit: u64, offset: u64) -> Result<Vec<Decided<TagView>>> {
        let found = self.tags_now(viewer, true, limit, offset).await?;
        self.decided(TrendKind::Tags, found, |tag| tag.id.map_or(0, |id| id.0)).await
    }

    /// Statuses as in [`Discovery::trending_statuses`], in the same way, as everybody may see them: whom a moderator
    /// blocks or mutes, and who blocks them, is their own affair.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decided_statuses(&self, limit: u64, offset: u64) -> Result<Vec<Decided<StatusView>>> {
        let found = self.statuses_now(Viewer::Anonymous, true, limit, offset).await?;
        self.decided(TrendKind::Statuses, found, |view| view.status.id.0).await
    }

    /// Links as in [`Discovery::trending_links`], in the same way.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decided_links(&self, limit: u64, offset: u64) -> Result<Vec<Decided<TrendingLink>>> {
        let found = self.service.storage().read().trends().links(true, limit, offset).await?;
        self.decided(TrendKind::Links, found, |link| link.id.0).await
    }

    /// A moderator decides whether something that is talked about is shown as that, now and whenever it is again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for what is not talked about now, [`ServiceError::Forbidden`] for those without
    /// rights on the whole instance.
    pub async fn decide(&self, cx: &Cx, who: &Authority, kind: TrendKind, id: i64, allowed: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.trends().decide(kind, id, allowed, who.by(), cx.now()).await? {
            return Err(ServiceError::NotFound("trend"));
        }
        let deed = if allowed { Deed::ApproveTrend } else { Deed::RejectTrend };
        self.service.commit_deed(tx, Entry::new(who, deed, Subject::trend(kind, id))).await
    }

    async fn decided<T>(self, kind: TrendKind, found: Vec<T>, id: fn(&T) -> i64) -> Result<Vec<Decided<T>>> {
        let decisions: HashMap<i64, bool> =
            self.service.storage().read().trends().decisions(kind).await?.into_iter().collect();
        let decided = |trend: T| {
            let id = id(&trend);
            Decided { id, trend, allowed: decisions.get(&id).copied() }
        };
        Ok(found.into_iter().map(decided).collect())
    }
}
