//! Reading timelines.

use std::collections::HashMap;

use staffroom_domain::ids::{AccountId, ListId, StatusId, TagId};
use staffroom_domain::status::{Status, StatusView};
use staffroom_domain::{Page, PageRequest, Tag, Viewer};
use staffroom_storage::timelines::{AccountTimeline, Origin, TagTimeline};

use super::{AccountFilter, PublicFilter, TagFilter, Timelines};
use crate::{Result, ServiceError};

/// Hashtags looked at in each part of a filter.
const MAX_FILTER_TAGS: usize = 8;

impl From<PublicFilter> for Origin {
    fn from(filter: PublicFilter) -> Self {
        Self { local: filter.local, remote: filter.remote, only_media: filter.only_media }
    }
}

impl Timelines<'_> {
    /// What the people and hashtags somebody follows wrote.
    ///
    /// # Errors
    /// The database failed.
    pub async fn home(&self, account: AccountId, page: PageRequest) -> Result<Page<StatusView>> {
        let now = self.service.cx().now();
        let found = self.service.storage().read().timelines().home(account, now, page).await?;
        self.shown(Viewer::Account(account), found).await
    }

    /// All public statuses known here.
    ///
    /// # Errors
    /// [`ServiceError::Unauthorized`] for strangers where the instance keeps its timelines to its people.
    pub async fn public(&self, viewer: Viewer, filter: PublicFilter, page: PageRequest) -> Result<Page<StatusView>> {
        self.check_open(viewer)?;
        let now = self.service.cx().now();
        let found = self.service.storage().read().timelines().public(viewer, filter.into(), now, page).await?;
        self.shown(viewer, found).await
    }

    /// Public statuses with hashtags.
    ///
    /// # Errors
    /// [`ServiceError::Unauthorized`] for strangers where the instance keeps its timelines to its people.
    pub async fn tag(&self, viewer: Viewer, filter: TagFilter, page: PageRequest) -> Result<Page<StatusView>> {
        self.check_open(viewer)?;
        let mut any = vec![filter.tag];
        any.extend(filter.any.into_iter().take(MAX_FILTER_TAGS));
        let all: Vec<Tag> = filter.all.into_iter().take(MAX_FILTER_TAGS).collect();
        let none: Vec<Tag> = filter.none.into_iter().take(MAX_FILTER_TAGS).collect();
        let ids = self.tag_ids(any.iter().chain(&all).chain(&none)).await?;
        let known = |tags: &[Tag]| -> Vec<TagId> { tags.iter().filter_map(|t| ids.get(t.name()).copied()).collect() };
        let wanted =
            TagTimeline { any: known(&any), all: known(&all), none: known(&none), origin: filter.public.into() };
        // A hashtag nobody used is on no status.
        if wanted.any.is_empty() || wanted.all.len() < all.len() {
            return Ok(Page::empty());
        }
        let now = self.service.cx().now();
        let found = self.service.storage().read().timelines().tag(viewer, &wanted, now, page).await?;
        self.shown(viewer, found).await
    }

    /// Public statuses that link to a page, by people who agree to be found.
    ///
    /// # Errors
    /// [`ServiceError::Unauthorized`] for strangers where the instance keeps its timelines to its people.
    pub async fn link(&self, viewer: Viewer, url: &str, page: PageRequest) -> Result<Page<StatusView>> {
        self.check_open(viewer)?;
        let now = self.service.cx().now();
        let found = self.service.storage().read().timelines().link(viewer, url, now, page).await?;
        self.shown(viewer, found).await
    }

    /// Statuses of the members of a list of one's own.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the list is not one's own.
    pub async fn list(&self, owner: AccountId, list: ListId, page: PageRequest) -> Result<Page<StatusView>> {
        self.service.personal().list(owner, list).await?;
        let now = self.service.cx().now();
        let found = self.service.storage().read().timelines().list(owner, list, now, page).await?;
        self.shown(Viewer::Account(owner), found).await
    }

    /// Statuses of one account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn account(
        &self,
        viewer: Viewer,
        account: AccountId,
        filter: AccountFilter,
        page: PageRequest,
    ) -> Result<Page<StatusView>> {
        let tagged = match &filter.tagged {
            Some(tag) => match self.tag_ids([tag].into_iter()).await?.get(tag.name()) {
                Some(id) => Some(*id),
                None => return Ok(Page::empty()),
            },
            None => None,
        };
        let wanted = AccountTimeline {
            only_media: filter.only_media,
            exclude_replies: filter.exclude_replies,
            exclude_reblogs: filter.exclude_reblogs,
            only_public: filter.only_public,
            pinned: filter.pinned,
            tagged,
        };
        let found = self.service.storage().read().timelines().account(viewer, account, wanted, page).await?;
        self.shown(viewer, found).await
    }

    /// Direct statuses somebody wrote or is named in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn direct(&self, account: AccountId, page: PageRequest) -> Result<Page<StatusView>> {
        let now = self.service.cx().now();
        let found = self.service.storage().read().timelines().direct(account, now, page).await?;
        self.shown(Viewer::Account(account), found).await
    }

    /// One's own bookmarks; the cursor is the bookmark's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bookmarks(&self, account: AccountId, page: PageRequest) -> Result<Page<StatusView>> {
        let found = self.service.storage().read().timelines().bookmarks(account, page).await?;
        self.marked(account, found).await
    }

    /// One's own favourites; the cursor is the favourite's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn favourites(&self, account: AccountId, page: PageRequest) -> Result<Page<StatusView>> {
        let found = self.service.storage().read().timelines().favourites(account, page).await?;
        self.marked(account, found).await
    }

    async fn marked(&self, account: AccountId, found: Page<(i64, StatusId)>) -> Result<Page<StatusView>> {
        let ids: Vec<StatusId> = found.items.iter().map(|(_, id)| *id).collect();
        let views = self.service.statuses().views(Viewer::Account(account), &ids).await?;
        Ok(found.with_items(views))
    }

    async fn shown(&self, viewer: Viewer, found: Page<Status>) -> Result<Page<StatusView>> {
        let Page { items, next, prev } = found;
        let items = self.service.statuses().assemble(viewer, items).await?;
        Ok(Page { items, next, prev })
    }

    async fn tag_ids(&self, tags: impl Iterator<Item = &Tag>) -> Result<HashMap<String, TagId>> {
        let tags: Vec<Tag> = tags.cloned().collect();
        let found = self.service.storage().read().hashtags().find(&tags).await?;
        Ok(found.into_iter().map(|h| (h.tag.name().to_owned(), h.id)).collect())
    }

    /// Refuses strangers where the instance keeps its timelines to its people.
    pub(crate) fn check_open(self, viewer: Viewer) -> Result<()> {
        if viewer == Viewer::Anonymous && !self.service.settings().public_timelines {
            return Err(ServiceError::Unauthorized("this method requires an authenticated user".to_owned()));
        }
        Ok(())
    }
}
