//! Statuses, from people here and from other servers.

mod due;

use crate::{Cx, Origin, Result, Service};

/// Statuses, from people here and from other servers.
#[derive(Clone, Copy)]
pub struct Statuses<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Statuses<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::ids::{AccountId, PollId, ScheduledStatusId, StatusId};
use staffroom_domain::poll::Poll;
use staffroom_domain::relationship::Listed;
use staffroom_domain::status::{
    Context, Draft, IncomingStatus, Published, ScheduledStatus, Status, StatusEdit, StatusVersion, StatusView,
};
use staffroom_domain::{Page, PageRequest, Timestamp, Viewer, Visibility};

/// Why a remote status comes to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Delivered to an inbox: kept only if somebody here has to do with it (follows the author, is addressed, is
    /// answered, or a followed tag account of the author's host is named).
    Delivered,
    /// Fetched because somebody asked, or because something we keep refers to it: kept.
    Fetched,
}

impl Statuses<'_> {
    /// Publishes now, or stores for `scheduled_at`.
    pub async fn publish(
        &self,
        _cx: &Cx,
        _author: AccountId,
        _draft: Draft,
        _scheduled_at: Option<Timestamp>,
    ) -> Result<Published> {
        unimplemented!()
    }
    /// Edits a status of one's own.
    pub async fn edit(&self, _cx: &Cx, _author: AccountId, _id: StatusId, _edit: StatusEdit) -> Result<()> {
        unimplemented!()
    }
    /// Deletes a status of one's own; returns what it was, for "delete and redraft".
    pub async fn delete(&self, _cx: &Cx, _author: AccountId, _id: StatusId) -> Result<StatusView> {
        unimplemented!()
    }
    /// A status as the viewer sees it.
    pub async fn get(&self, _viewer: Viewer, _id: StatusId) -> Result<StatusView> {
        unimplemented!()
    }
    /// Statuses as the viewer sees them, in the order of `ids`; what the viewer may not see is left out.
    pub async fn views(&self, _viewer: Viewer, _ids: &[StatusId]) -> Result<Vec<StatusView>> {
        unimplemented!()
    }
    /// A stored status by network id, whoever asks: for federation, which checks itself who may see it.
    pub async fn by_uri(&self, _uri: &str) -> Result<Option<Status>> {
        unimplemented!()
    }
    /// Our id of a status with this network id.
    pub async fn id_of(&self, _uri: &str) -> Result<Option<StatusId>> {
        unimplemented!()
    }
    /// Whether a status with this network id existed here and was deleted.
    pub async fn was_deleted(&self, _uri: &str) -> Result<bool> {
        unimplemented!()
    }
    /// The thread around a status.
    pub async fn context(&self, _viewer: Viewer, _id: StatusId) -> Result<Context> {
        unimplemented!()
    }
    /// Text and content warning as typed; the author's own only.
    pub async fn source(&self, _author: AccountId, _id: StatusId) -> Result<(String, String)> {
        unimplemented!()
    }
    /// All versions, oldest first, the present one last.
    pub async fn history(&self, _viewer: Viewer, _id: StatusId) -> Result<Vec<StatusVersion>> {
        unimplemented!()
    }
    /// Marks a status as a favourite; doing it twice changes nothing.
    pub async fn favourite(&self, _cx: &Cx, _actor: AccountId, _id: StatusId, _origin: Origin) -> Result<()> {
        unimplemented!()
    }
    /// Takes a favourite back.
    pub async fn unfavourite(&self, _cx: &Cx, _actor: AccountId, _id: StatusId, _origin: Origin) -> Result<()> {
        unimplemented!()
    }
    /// Boosts a status; doing it twice returns the first boost. `published` is the time a remote server claims.
    pub async fn reblog(
        &self,
        _cx: &Cx,
        _actor: AccountId,
        _id: StatusId,
        _visibility: Option<Visibility>,
        _origin: Origin,
    ) -> Result<StatusId> {
        unimplemented!()
    }
    /// Takes a boost back.
    pub async fn unreblog(&self, _cx: &Cx, _actor: AccountId, _id: StatusId, _origin: Origin) -> Result<()> {
        unimplemented!()
    }
    /// Bookmarks (or not).
    pub async fn bookmark(&self, _cx: &Cx, _actor: AccountId, _id: StatusId, _on: bool) -> Result<()> {
        unimplemented!()
    }
    /// Pins a status of one's own to the profile (or not).
    pub async fn pin(&self, _cx: &Cx, _actor: AccountId, _id: StatusId, _on: bool) -> Result<()> {
        unimplemented!()
    }
    /// Mutes notifications of a thread (or not).
    pub async fn mute_thread(&self, _cx: &Cx, _actor: AccountId, _id: StatusId, _on: bool) -> Result<()> {
        unimplemented!()
    }
    /// Who favourited it.
    pub async fn favourited_by(&self, _viewer: Viewer, _id: StatusId, _page: PageRequest) -> Result<Page<Listed>> {
        unimplemented!()
    }
    /// Who boosted it.
    pub async fn reblogged_by(&self, _viewer: Viewer, _id: StatusId, _page: PageRequest) -> Result<Page<Listed>> {
        unimplemented!()
    }
    /// A poll as the viewer sees it.
    pub async fn poll(&self, _viewer: Viewer, _id: PollId) -> Result<Poll> {
        unimplemented!()
    }
    /// Votes.
    pub async fn vote(&self, _cx: &Cx, _actor: AccountId, _id: PollId, _choices: &[usize]) -> Result<Poll> {
        unimplemented!()
    }
    /// Statuses waiting to be published.
    pub async fn scheduled(&self, _author: AccountId, _page: PageRequest) -> Result<Page<ScheduledStatus>> {
        unimplemented!()
    }
    /// One of them.
    pub async fn scheduled_one(&self, _author: AccountId, _id: ScheduledStatusId) -> Result<ScheduledStatus> {
        unimplemented!()
    }
    /// Moves one to another time.
    pub async fn reschedule(
        &self,
        _cx: &Cx,
        _author: AccountId,
        _id: ScheduledStatusId,
        _at: Timestamp,
    ) -> Result<ScheduledStatus> {
        unimplemented!()
    }
    /// Drops one.
    pub async fn unschedule(&self, _cx: &Cx, _author: AccountId, _id: ScheduledStatusId) -> Result<()> {
        unimplemented!()
    }
    /// Stores a remote status (or its newer version). `None` when nobody here has to do with it or a rule drops it.
    pub async fn ingest(&self, _cx: &Cx, _incoming: IncomingStatus, _arrival: Arrival) -> Result<Option<StatusId>> {
        unimplemented!()
    }
    /// A remote author edited a status; unknown ones are ignored.
    pub async fn ingest_edit(&self, _cx: &Cx, _incoming: IncomingStatus) -> Result<()> {
        unimplemented!()
    }
    /// The server of `by_uri` says the object `uri` is gone; remembered even when unknown, so that a late Create is refused.
    pub async fn remove(&self, _cx: &Cx, _uri: &str, _by_uri: &str) -> Result<()> {
        unimplemented!()
    }
    /// A tag account announced a remote status: it enters the hashtag timelines, and no boost appears. The status must
    /// already be stored.
    pub async fn announced_by_tag(&self, _cx: &Cx, _tag_account: AccountId, _id: StatusId) -> Result<()> {
        unimplemented!()
    }
    /// Public statuses and boosts of a local account for its outbox, newest first.
    pub async fn outbox(&self, _account: AccountId, _page: PageRequest) -> Result<Page<StatusView>> {
        unimplemented!()
    }
    /// Network ids of answers to a status anybody may see.
    pub async fn replies(&self, _id: StatusId, _page: PageRequest) -> Result<Page<String>> {
        unimplemented!()
    }
}
