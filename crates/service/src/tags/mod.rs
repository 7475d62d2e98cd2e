//! Hashtags.

use crate::{Cx, Result, Service};

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

use staffroom_domain::hashtag::TagView;
use staffroom_domain::ids::AccountId;
use staffroom_domain::{Page, PageRequest, Tag, Viewer};

impl Tags<'_> {
    /// A hashtag as the viewer sees it, used or not.
    pub async fn get(&self, _viewer: Viewer, _tag: &Tag) -> Result<TagView> {
        unimplemented!()
    }
    /// Follows a hashtag: its public statuses show in the home timeline.
    pub async fn follow(&self, _cx: &Cx, _account: AccountId, _tag: &Tag) -> Result<TagView> {
        unimplemented!()
    }
    /// Ends that.
    pub async fn unfollow(&self, _cx: &Cx, _account: AccountId, _tag: &Tag) -> Result<TagView> {
        unimplemented!()
    }
    /// Hashtags followed; the cursor is the follow's.
    pub async fn followed(&self, _account: AccountId, _page: PageRequest) -> Result<Page<TagView>> {
        unimplemented!()
    }
}
