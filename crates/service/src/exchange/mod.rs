//! Hashtag exchange: tag accounts announce what people here write in public; peers are followed for their tags.
//!
//! A tag account announces only statuses written on its own instance, so announcer and author share a server and every
//! later edit and deletion is the author's own signed activity. `share.rs` is the way out; the way in is
//! `statuses/feed.rs`.

mod bucket;
mod catch_up;
mod chats;
pub(crate) mod days;
mod held;
mod hub;
pub(crate) mod join;
pub(crate) mod parting;
mod peer_states;
mod peers;
mod publish_tags;
mod relays;
pub(crate) mod requests;
pub(crate) mod share;
#[cfg(test)]
mod tests;
mod unannounce;

use staffroom_domain::Tag;
use staffroom_domain::ids::PeerId;
use url::Url;

pub use days::DayCount;
pub use held::HeldItem;
pub use peer_states::{PeerState, TagState};
pub use publish_tags::Announcement;
pub use relays::{Relay, RelayState};
pub use requests::FollowRequest;
pub use staffroom_domain::exchange::{ChatTime, PeerTrust};

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
    /// What becomes of what its tag accounts bring.
    pub trust: PeerTrust,
    /// Whether its tag accounts may pass on what was written elsewhere.
    pub is_hub: bool,
}

/// What an operator wants of a peer. `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct PeerWishes {
    /// Further tags wanted from it.
    pub tags: Vec<Tag>,
    /// What becomes of what its tag accounts bring.
    pub trust: Option<PeerTrust>,
    /// Whether its tag accounts may pass on what was written elsewhere.
    pub is_hub: Option<bool>,
}

impl From<staffroom_storage::exchange::Peer> for Peer {
    fn from(peer: staffroom_storage::exchange::Peer) -> Self {
        Self { id: peer.id, url: peer.url, host: peer.host, tags: peer.tags, trust: peer.trust, is_hub: peer.is_hub }
    }
}

/// Host of a URL, with port where one is written.
pub(crate) fn authority(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
