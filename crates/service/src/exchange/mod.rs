//! Hashtag exchange: tag accounts announce what people here write in public; peers are followed for their tags.
//!
//! A tag account announces only statuses written on its own instance, so announcer and author share a server and every
//! later edit and deletion is the author's own signed activity.

mod bucket;
mod peers;
mod publish_tags;
pub(crate) mod share;
#[cfg(test)]
mod tests;

use staffroom_domain::Tag;
use staffroom_domain::ids::PeerId;

use crate::Service;

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

impl From<staffroom_storage::exchange::Peer> for Peer {
    fn from(peer: staffroom_storage::exchange::Peer) -> Self {
        Self { id: peer.id, url: peer.url, host: peer.host, tags: peer.tags }
    }
}
