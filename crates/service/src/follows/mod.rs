//! Follows, blocks and mutes: between people here, and with people elsewhere in both directions.
//!
//! Every use case takes who acts and on whom; for something received, the actor is the remote account and
//! [`Origin::Remote`](crate::Origin) holds the network id of what it sent.
//!
//! Whoever begins, answers or ends a follow first holds both accounts, the lower id first (`Pair::lock`), so that two who do
//! so at once come one after the other, and counts what the row said when it went.

mod answer;
mod answered;
mod block;
mod domain_block;
mod endorse;
mod familiar;
mod follow;
mod lists;
mod move_followers;
mod mute;
mod note;
mod pair;
mod remove_follower;
mod synchronise;
#[cfg(test)]
mod tests;
mod unblock;
mod unfollow;

use crate::Service;

/// Follows, blocks and mutes.
#[derive(Clone, Copy)]
pub struct Follows<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Follows<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// A follow as another server names it when it answers one.
#[derive(Clone, Debug, Default)]
pub struct FollowRef {
    /// Id of the follow, if given.
    pub uri: Option<String>,
    /// Network id of the follower, if given.
    pub follower_uri: Option<String>,
}
