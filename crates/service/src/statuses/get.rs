//! Looking statuses up: one, by network id, its thread, its source, its history.

use std::collections::{HashMap, HashSet};

use staffroom_domain::Viewer;
use staffroom_domain::ids::{AccountId, MediaId, StatusId};
use staffroom_domain::media::MediaAttachment;
use staffroom_domain::status::{Context, Status, StatusVersion, StatusView};
use staffroom_storage::statuses::Edge;

use super::{Statuses, stored_draft};
use crate::{Result, ServiceError};

impl Statuses<'_> {
    /// A published status as the viewer sees it; its author may also name it by the id it had while it was held.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it.
    pub async fn get(&self, viewer: Viewer, id: StatusId) -> Result<StatusView> {
        if let Some(view) = self.views(viewer, &[id]).await?.pop() {
            return Ok(view);
        }
        let new = self.new_id(viewer, id).await?.ok_or(ServiceError::NotFound("status"))?;
        self.views(viewer, &[new]).await?.pop().ok_or(ServiceError::NotFound("status"))
    }

    /// The id under which a status is published that the viewer wrote and knows by the one it had while it was held.
    async fn new_id(&self, viewer: Viewer, id: StatusId) -> Result<Option<StatusId>> {
        match viewer {
            Viewer::Account(author) => Ok(self.service.storage().read().holds().released_as(author, id).await?),
            Viewer::Anonymous => Ok(None),
        }
    }

    /// A status as everybody sees it, if `author`, who lives here, wrote or boosted it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when not everybody may see it, or it is not theirs.
    pub async fn open_by(&self, author: AccountId, id: StatusId) -> Result<StatusView> {
        let view = self.get(Viewer::Anonymous, id).await?;
        let is_theirs = view.status.account_id == author && view.status.local;
        if is_theirs { Ok(view) } else { Err(ServiceError::NotFound("status")) }
    }

    /// A stored status by network id, whoever asks: for federation, which checks itself who may see it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<Status>> {
        let found = self.service.storage().read().statuses().by_uri(uri).await?;
        Ok(found.filter(|status| status.deleted_at.is_none()))
    }

    /// Our id of a status with this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn id_of(&self, uri: &str) -> Result<Option<StatusId>> {
        Ok(self.by_uri(uri).await?.map(|status| status.id))
    }

    /// Whether a status with this network id existed here and was deleted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn was_deleted(&self, uri: &str) -> Result<bool> {
        let found = self.service.storage().read().statuses().by_uri(uri).await?;
        Ok(found.is_some_and(|status| status.deleted_at.is_some()))
    }

    /// The thread around a status, or around one of the viewer's own that is held. What silenced people say in it is
    /// for themselves and those who follow them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see the status.
    pub async fn context(&self, viewer: Viewer, id: StatusId) -> Result<Context> {
        match self.thread_around(viewer, id).await {
            Err(ServiceError::NotFound(what)) => match self.open_hold(viewer, id).await? {
                Some(hold) => self.held_context(viewer, &hold).await,
                None => Err(ServiceError::NotFound(what)),
            },
            found => found,
        }
    }

    pub(super) async fn thread_around(&self, viewer: Viewer, id: StatusId) -> Result<Context> {
        let status = self.visible(viewer, id).await?;
        let (id, read) = (status.id, self.service.storage().read());
        let mut up = read.statuses().ancestors(viewer, id).await?;
        up.reverse();
        let down = descendants(id, &read.statuses().thread(viewer, status.thread_id).await?);
        let (mut up, mut down) = (up, down);
        if let Some(viewer) = viewer.account() {
            let hidden = self.hidden_in_threads(viewer, id, &up, &down).await?;
            up.retain(|id| !hidden.contains(id));
            down.retain(|id| !hidden.contains(id));
        }
        let count = up.len();
        up.extend(down);
        let mut ancestors = self.views(viewer, &up).await?;
        let below: HashSet<StatusId> = up.iter().skip(count).copied().collect();
        let split = ancestors.iter().position(|view| below.contains(&view.status.id)).unwrap_or(ancestors.len());
        let descendants = ancestors.split_off(split);
        Ok(Context { ancestors, descendants })
    }

    /// Which of the statuses around `id` are by somebody the viewer blocks or is blocked by.
    async fn hidden_in_threads(
        &self,
        viewer: AccountId,
        id: StatusId,
        up: &[StatusId],
        down: &[StatusId],
    ) -> Result<HashSet<StatusId>> {
        let read = self.service.storage().read();
        let around: Vec<StatusId> = up.iter().chain(down).copied().filter(|other| *other != id).collect();
        let statuses = read.statuses().visible_of(Viewer::Account(viewer), &around).await?;
        let mut authors: Vec<AccountId> = statuses.iter().map(|status| status.account_id).collect();
        authors.sort_unstable();
        authors.dedup();
        let hidden = read.follows().blocked_either_way(viewer, &authors).await?;
        Ok(statuses.iter().filter(|status| hidden.contains(&status.account_id)).map(|status| status.id).collect())
    }

    /// Text and content warning as typed; the author's own only, also of what is held.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn source(&self, author: AccountId, id: StatusId) -> Result<(String, String)> {
        match self.own(author, id).await {
            Ok(status) => Ok((status.text, status.spoiler_text)),
            Err(ServiceError::NotFound(what)) => {
                let hold = self.open_hold(Viewer::Account(author), id).await?;
                let hold = hold.ok_or(ServiceError::NotFound(what))?;
                let (draft, _) = stored_draft::read(&hold.draft)?;
                Ok((draft.text, draft.spoiler_text))
            }
            Err(error) => Err(error),
        }
    }

    /// All versions, oldest first, the present one last; of one of the viewer's own that is held there is one.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see the status.
    pub async fn history(&self, viewer: Viewer, id: StatusId) -> Result<Vec<StatusVersion>> {
        let present = self.show(viewer, id).await?;
        let read = self.service.storage().read();
        let former = read.statuses().versions(present.status.id).await?;
        let media: Vec<MediaId> = former.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
        let media = read.media().find_many(&media).await?;
        let media: HashMap<MediaId, MediaAttachment> = media.into_iter().map(|m| (m.id, m)).collect();
        let options: Option<Vec<String>> =
            present.poll.as_ref().map(|poll| poll.options.iter().map(|o| o.title.clone()).collect());
        let mut versions: Vec<StatusVersion> = former
            .into_iter()
            .map(|(version, ids)| StatusVersion {
                media: ids.iter().filter_map(|id| media.get(id).cloned()).collect(),
                emojis: present.status.emojis.clone(),
                poll_options: options.clone(),
                ..version
            })
            .collect();
        versions.push(StatusVersion {
            content: present.status.content,
            spoiler_text: present.status.spoiler_text,
            sensitive: present.status.sensitive,
            created_at: present.status.edited_at.unwrap_or(present.status.created_at),
            media: present.media,
            emojis: present.status.emojis,
            poll_options: options,
        });
        Ok(versions)
    }

    /// A status the viewer may see, or "not found".
    pub(super) async fn visible(&self, viewer: Viewer, id: StatusId) -> Result<Status> {
        let read = self.service.storage().read();
        if let Some(found) = read.statuses().visible_to(viewer, id).await? {
            return Ok(found);
        }
        let new = self.new_id(viewer, id).await?.ok_or(ServiceError::NotFound("status"))?;
        read.statuses().visible_to(viewer, new).await?.ok_or(ServiceError::NotFound("status"))
    }

    /// A status of one's own that is no boost, or "not found".
    pub(super) async fn own(&self, author: AccountId, id: StatusId) -> Result<Status> {
        let status = self.visible(Viewer::Account(author), id).await?;
        if status.account_id != author || status.reblog_of.is_some() {
            return Err(ServiceError::NotFound("status"));
        }
        Ok(status)
    }

    /// A status the viewer may see; what it boosts, if it is a boost.
    pub(super) async fn visible_original(&self, viewer: Viewer, id: StatusId) -> Result<Status> {
        let status = self.visible(viewer, id).await?;
        match status.reblog_of {
            Some(original) => self.visible(viewer, original).await,
            None => Ok(status),
        }
    }
}

/// Answers to `root` and to those, depth first, older ones first among siblings; what is not heard is left out.
fn descendants(root: StatusId, edges: &[Edge]) -> Vec<StatusId> {
    let mut children: HashMap<StatusId, Vec<StatusId>> = HashMap::new();
    for edge in edges {
        if let Some(parent) = edge.parent {
            children.entry(parent).or_default().push(edge.id);
        }
    }
    let unheard: HashSet<StatusId> = edges.iter().filter(|edge| !edge.heard).map(|edge| edge.id).collect();
    let mut found = Vec::new();
    let mut waiting = children.remove(&root).unwrap_or_default();
    waiting.reverse();
    while let Some(id) = waiting.pop() {
        if !unheard.contains(&id) {
            found.push(id);
        }
        // Removing makes a circle of answers end.
        waiting.extend(children.remove(&id).unwrap_or_default().into_iter().rev());
    }
    found
}
