//! Timelines.

use crate::{Result, Service};

/// Timelines.
#[derive(Clone, Copy)]
pub struct Timelines<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Timelines<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::ids::{AccountId, ListId};
use staffroom_domain::status::StatusView;
use staffroom_domain::{Page, PageRequest, Tag, Viewer};

/// Which part of the public timeline.
#[derive(Clone, Copy, Debug, Default)]
pub struct PublicFilter {
    /// Only from here.
    pub local: bool,
    /// Only from elsewhere.
    pub remote: bool,
    /// Only with attachments.
    pub only_media: bool,
}

/// Which statuses with which hashtags.
#[derive(Clone, Debug)]
pub struct TagFilter {
    /// The hashtag.
    pub tag: Tag,
    /// Or any of these.
    pub any: Vec<Tag>,
    /// And all of these.
    pub all: Vec<Tag>,
    /// And none of these.
    pub none: Vec<Tag>,
    /// Where from.
    pub public: PublicFilter,
}

/// Which statuses of an account.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Only with attachments.
    pub only_media: bool,
    /// No answers to others.
    pub exclude_replies: bool,
    /// No boosts.
    pub exclude_reblogs: bool,
    /// Only pinned ones.
    pub pinned: bool,
    /// Only with this hashtag.
    pub tagged: Option<Tag>,
}

impl Timelines<'_> {
    /// What the people and hashtags somebody follows wrote.
    pub async fn home(&self, _account: AccountId, _page: PageRequest) -> Result<Page<StatusView>> {
        unimplemented!()
    }
    /// All public statuses known here.
    pub async fn public(&self, _viewer: Viewer, _filter: PublicFilter, _page: PageRequest) -> Result<Page<StatusView>> {
        unimplemented!()
    }
    /// Public statuses with hashtags.
    pub async fn tag(&self, _viewer: Viewer, _filter: TagFilter, _page: PageRequest) -> Result<Page<StatusView>> {
        unimplemented!()
    }
    /// Statuses of the members of a list of one's own.
    pub async fn list(&self, _owner: AccountId, _list: ListId, _page: PageRequest) -> Result<Page<StatusView>> {
        unimplemented!()
    }
    /// Statuses of one account.
    pub async fn account(
        &self,
        _viewer: Viewer,
        _account: AccountId,
        _filter: AccountFilter,
        _page: PageRequest,
    ) -> Result<Page<StatusView>> {
        unimplemented!()
    }
    /// One's own bookmarks; the cursor is the bookmark's.
    pub async fn bookmarks(&self, _account: AccountId, _page: PageRequest) -> Result<Page<StatusView>> {
        unimplemented!()
    }
    /// One's own favourites; the cursor is the favourite's.
    pub async fn favourites(&self, _account: AccountId, _page: PageRequest) -> Result<Page<StatusView>> {
        unimplemented!()
    }
}
