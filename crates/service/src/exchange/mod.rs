//! Hashtag exchange with peers.

use crate::{Cx, Result, Service};

/// Hashtag exchange with peers.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::Page;
use staffroom_domain::account::Account;
use staffroom_domain::ids::PeerId;
use staffroom_domain::{PageRequest, Tag};

/// A peer instance.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Our id.
    pub id: PeerId,
    /// Its public URL.
    pub url: String,
    /// Its host, with port where one is written.
    pub host: String,
    /// Tags we want from it.
    pub tags: Vec<Tag>,
}

impl Exchange<'_> {
    /// Makes a tag account for each published tag of the settings that has none yet.
    pub async fn ensure_published_tags(&self, _cx: &Cx) -> Result<()> {
        unimplemented!()
    }
    /// Adds a peer (or more tags to one) and queues following its tag accounts; its follows of ours are accepted.
    pub async fn add_peer(&self, _cx: &Cx, _url: &str, _tags: &[Tag]) -> Result<Peer> {
        unimplemented!()
    }
    /// All peers.
    pub async fn peers(&self) -> Result<Vec<Peer>> {
        unimplemented!()
    }
    /// Our tag account behind `/tags/<slug>`; `None` for tags we do not publish.
    pub async fn tag_account(&self, _slug: &str) -> Result<Option<Account>> {
        unimplemented!()
    }
    /// Tags we publish.
    pub async fn published_tags(&self) -> Result<Vec<Tag>> {
        unimplemented!()
    }
    /// Announcements of a tag account for its outbox, newest first: (id of the announcement, network id of the status, published).
    pub async fn announcements(
        &self,
        _tag_account: &Account,
        _page: PageRequest,
    ) -> Result<Page<(String, String, staffroom_domain::Timestamp)>> {
        unimplemented!()
    }
    /// Follows the tag accounts of a peer that are not followed yet (a job).
    pub async fn follow_peer_tags(&self, _cx: &Cx, _peer: PeerId) -> Result<()> {
        unimplemented!()
    }
}
