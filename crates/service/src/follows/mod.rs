//! Follows, blocks and mutes.

use crate::{Cx, Origin, Result, Service};

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

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::{FollowOptions, Listed, Relationship};
use staffroom_domain::{Page, PageRequest};

/// A follow as another server names it when it answers one.
#[derive(Clone, Debug, Default)]
pub struct FollowRef {
    /// Id of the follow, if given.
    pub uri: Option<String>,
    /// Network id of the follower, if given.
    pub follower_uri: Option<String>,
}

impl Follows<'_> {
    /// `actor` follows `target`, or changes how; repeating changes nothing. For a remote origin `actor` is the remote follower.
    pub async fn follow(
        &self,
        _cx: &Cx,
        _actor: AccountId,
        _target: AccountId,
        _options: FollowOptions,
        _origin: Origin,
    ) -> Result<Relationship> {
        unimplemented!()
    }
    /// Ends a follow or request.
    pub async fn unfollow(
        &self,
        _cx: &Cx,
        _actor: AccountId,
        _target: AccountId,
        _origin: Origin,
    ) -> Result<Relationship> {
        unimplemented!()
    }
    /// A local account accepts (or rejects) a follow request.
    pub async fn answer(
        &self,
        _cx: &Cx,
        _target: AccountId,
        _follower: AccountId,
        _accept: bool,
    ) -> Result<Relationship> {
        unimplemented!()
    }
    /// A remote account accepted or rejected the follow of somebody here.
    pub async fn answered(&self, _cx: &Cx, _by: AccountId, _follow: FollowRef, _accepted: bool) -> Result<()> {
        unimplemented!()
    }
    /// Follow requests waiting for an answer, newest first.
    pub async fn requests(&self, _account: AccountId, _page: PageRequest) -> Result<Page<Listed>> {
        unimplemented!()
    }
    /// `actor` blocks `target`: follows both ways end.
    pub async fn block(
        &self,
        _cx: &Cx,
        _actor: AccountId,
        _target: AccountId,
        _origin: Origin,
    ) -> Result<Relationship> {
        unimplemented!()
    }
    /// Ends a block.
    pub async fn unblock(
        &self,
        _cx: &Cx,
        _actor: AccountId,
        _target: AccountId,
        _origin: Origin,
    ) -> Result<Relationship> {
        unimplemented!()
    }
    /// `actor` mutes `target`; `duration_secs` 0 means for good.
    pub async fn mute(
        &self,
        _cx: &Cx,
        _actor: AccountId,
        _target: AccountId,
        _notifications: bool,
        _duration_secs: u64,
    ) -> Result<Relationship> {
        unimplemented!()
    }
    /// Ends a mute.
    pub async fn unmute(&self, _cx: &Cx, _actor: AccountId, _target: AccountId) -> Result<Relationship> {
        unimplemented!()
    }
    /// Accounts blocked, newest first.
    pub async fn blocks(&self, _account: AccountId, _page: PageRequest) -> Result<Page<Listed>> {
        unimplemented!()
    }
    /// Accounts muted, newest first.
    pub async fn mutes(&self, _account: AccountId, _page: PageRequest) -> Result<Page<Listed>> {
        unimplemented!()
    }
}
