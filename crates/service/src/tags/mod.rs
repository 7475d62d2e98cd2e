//! Hashtags: what is known about them, following them, and showing them on one's profile.

mod featured;

pub use featured::MAX_FEATURED;

use std::time::Duration;

use staffroom_domain::figures::{day_of, start_of};
use staffroom_domain::hashtag::{Hashtag, TagView};
use staffroom_domain::ids::{AccountId, TagId, floor_at};
use staffroom_domain::{Page, PageRequest, Tag, Viewer};

use crate::{Cx, Result, Service, ServiceError};

/// Days of use shown.
const DAYS: i64 = 7;

/// Hashtags.
#[derive(Clone, Copy)]
pub struct Tags<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Tags<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

impl Tags<'_> {
    /// A hashtag as the viewer sees it, used or not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, viewer: Viewer, tag: &Tag) -> Result<TagView> {
        let found = self.service.storage().read().hashtags().find(std::slice::from_ref(tag)).await?;
        let mut views = self.with_history(viewer, vec![(tag.clone(), found.into_iter().next())]).await?;
        views.pop().ok_or(ServiceError::NotFound("hashtag"))
    }

    /// Follows a hashtag: its public statuses show in the home timeline. Twice changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follow(&self, cx: &Cx, account: AccountId, tag: &Tag) -> Result<TagView> {
        let tx = self.service.storage().begin().await?;
        let ids = tx.hashtags().ensure(std::slice::from_ref(tag), None, || cx.id()).await?;
        if let Some(id) = ids.get(tag.name()) {
            tx.hashtags().follow(cx.id(), account, *id, cx.now()).await?;
        }
        tx.commit().await?;
        self.get(Viewer::Account(account), tag).await
    }

    /// Ends that.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unfollow(&self, _cx: &Cx, account: AccountId, tag: &Tag) -> Result<TagView> {
        let tx = self.service.storage().begin().await?;
        if let Some(known) = tx.hashtags().find(std::slice::from_ref(tag)).await?.first() {
            tx.hashtags().unfollow(account, known.id).await?;
        }
        tx.commit().await?;
        self.get(Viewer::Account(account), tag).await
    }

    /// Hashtags followed; the cursor is the follow's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn followed(&self, account: AccountId, page: PageRequest) -> Result<Page<TagView>> {
        let found = self.service.storage().read().hashtags().followed(account, page).await?;
        let tags = found.items.iter().map(|(_, hashtag)| (hashtag.tag.clone(), Some(hashtag.clone())));
        let views = self.with_history(Viewer::Account(account), tags.collect()).await?;
        Ok(found.with_items(views))
    }

    /// Hashtags as the viewer sees them, with the use of the last days, newest first.
    pub(crate) async fn with_history(&self, viewer: Viewer, tags: Vec<(Tag, Option<Hashtag>)>) -> Result<Vec<TagView>> {
        let now = self.service.cx().now();
        let today = day_of(now);
        let since = now.minus(Duration::from_secs(u64::try_from(DAYS).unwrap_or(0) * 24 * 3600));
        let ids: Vec<TagId> = tags.iter().filter_map(|(_, known)| known.as_ref().map(|h| h.id)).collect();
        let (followed, featured) = self.marked(viewer, &ids).await?;
        let days = self.service.storage().read().hashtags().use_by_day(&ids, floor_at(since)).await?;
        let history = |id: Option<TagId>| {
            let on = |day: i64| {
                let used = days.iter().find(|d| Some(d.tag) == id && d.day == day);
                (start_of(day), used.map_or(0, |d| d.statuses), used.map_or(0, |d| d.accounts))
            };
            (0..DAYS).map(|back| on(today - back)).collect()
        };
        let view = |(tag, known): (Tag, Option<Hashtag>)| {
            let id = known.as_ref().map(|h| h.id);
            // as it was first written here, however it was asked for
            let tag = known.map_or(tag, |h| h.tag);
            let marked = |tags: &[TagId]| id.is_some_and(|id| tags.contains(&id));
            TagView { id, tag, following: marked(&followed), featuring: marked(&featured), history: history(id) }
        };
        Ok(tags.into_iter().map(view).collect())
    }
}
