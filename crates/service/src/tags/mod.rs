//! Hashtags: what is known about them, and following them.

use std::time::Duration;

use staffroom_domain::hashtag::{Hashtag, TagView};
use staffroom_domain::ids::{AccountId, TagId, floor_at};
use staffroom_domain::{Page, PageRequest, Tag, Timestamp, Viewer};

use crate::{Cx, Result, Service, ServiceError};

/// Days of use shown.
const DAYS: i64 = 7;
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

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
        let read = self.service.storage().read();
        let found = read.hashtags().find(std::slice::from_ref(tag)).await?;
        let following = match viewer.account() {
            Some(account) => {
                let ids: Vec<TagId> = found.iter().map(|h| h.id).collect();
                !read.hashtags().followed_among(account, &ids).await?.is_empty()
            }
            None => false,
        };
        let view = TagView { id: None, tag: tag.clone(), following, history: Vec::new() };
        let mut views = self.with_history(vec![(found.into_iter().next(), view)]).await?;
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
        let views = found.items.iter().map(|(_, hashtag)| {
            let view = TagView { id: None, tag: hashtag.tag.clone(), following: true, history: Vec::new() };
            (Some(hashtag.clone()), view)
        });
        let views = self.with_history(views.collect()).await?;
        Ok(found.with_items(views))
    }

    /// Fills in ids and the use of the last days, newest first.
    async fn with_history(&self, views: Vec<(Option<Hashtag>, TagView)>) -> Result<Vec<TagView>> {
        let now = self.service.cx().now();
        let today = now.0.div_euclid(DAY_MILLIS);
        let since = now.minus(Duration::from_secs(u64::try_from(DAYS).unwrap_or(0) * 24 * 3600));
        let ids: Vec<TagId> = views.iter().filter_map(|(known, _)| known.as_ref().map(|h| h.id)).collect();
        let days = self.service.storage().read().hashtags().use_by_day(&ids, floor_at(since)).await?;
        let history = |id: Option<TagId>| {
            let on = |day: i64| {
                let used = days.iter().find(|d| Some(d.tag) == id && d.day == day);
                (Timestamp(day * DAY_MILLIS), used.map_or(0, |d| d.statuses), used.map_or(0, |d| d.accounts))
            };
            (0..DAYS).map(|back| on(today - back)).collect()
        };
        let filled = views.into_iter().map(|(known, view)| {
            let id = known.map(|h| h.id);
            TagView { id, history: history(id), ..view }
        });
        Ok(filled.collect())
    }
}
