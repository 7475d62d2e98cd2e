//! How it is with each peer, for operators: which of its hashtags are followed, and what went wrong last.

use staffroom_domain::Tag;
use staffroom_domain::ids::AccountId;

use super::{Exchange, Peer, authority};
use crate::Result;

/// How it is with a hashtag of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagState {
    /// Its tag account is followed.
    Followed,
    /// It was asked, and has not answered.
    Asked,
    /// Not followed: the peer was not reached yet, or does not publish it.
    Missing,
}

/// A peer and how it is with it.
#[derive(Clone, Debug)]
pub struct PeerState {
    /// The peer.
    pub peer: Peer,
    /// The tags wanted of it.
    pub tags: Vec<(Tag, TagState)>,
    /// What happened at the last attempt to follow its tags, if that failed and will be made again.
    pub problem: Option<String>,
}

/// The key of the job that follows a peer's tags.
pub(super) fn job_key(peer: &Peer) -> String {
    format!("peer:{}", peer.id.0)
}

impl Exchange<'_> {
    /// All peers, oldest first, each with how it is with it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn peer_states(&self) -> Result<Vec<PeerState>> {
        let mut ours: Vec<AccountId> = vec![self.instance_account().await?.id];
        let read = self.service.storage().read();
        ours.extend(read.exchange().published().await?.into_iter().map(|(_, account)| account.id));
        let wanted = read.exchange().feeds_asked(&ours).await?;
        let peers = self.peers().await?;
        let problems = read.jobs().problems(&peers.iter().map(job_key).collect::<Vec<String>>()).await?;
        let state = |peer: Peer| {
            let of = |tag: &Tag| {
                let feed = wanted.iter().filter(|feed| {
                    authority(&feed.uri).as_deref() == Some(peer.host.as_str())
                        && feed.tag.as_ref().is_some_and(|t| t.name() == tag.name())
                });
                match feed.map(|feed| feed.is_accepted).max() {
                    Some(true) => TagState::Followed,
                    Some(false) => TagState::Asked,
                    None => TagState::Missing,
                }
            };
            let tags = peer.tags.iter().map(|tag| (tag.clone(), of(tag))).collect();
            PeerState { tags, problem: problems.get(&job_key(&peer)).cloned(), peer }
        };
        Ok(peers.into_iter().map(state).collect())
    }
}
