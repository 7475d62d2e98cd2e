//! Everything needed to show statuses, loaded in a fixed number of queries however many there are.

use std::collections::{HashMap, HashSet};

use staffroom_domain::Viewer;
use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, AppId, MediaId, PollId, StatusId};
use staffroom_domain::media::MediaAttachment;
use staffroom_domain::poll::Poll;
use staffroom_domain::status::{ApplicationView, Status, StatusMarks, StatusView};

use super::Statuses;
use crate::Result;
use crate::personal::Matcher;

/// What the views of a page are made from.
struct Parts {
    viewer: Viewer,
    accounts: HashMap<AccountId, Account>,
    originals: HashMap<StatusId, Status>,
    media: HashMap<MediaId, MediaAttachment>,
    polls: HashMap<PollId, Poll>,
    apps: HashMap<AppId, ApplicationView>,
    marks: HashMap<StatusId, StatusMarks>,
    filters: Matcher,
}

impl Statuses<'_> {
    /// Statuses as the viewer sees them, in the order of `ids`; what the viewer may not see is left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn views(&self, viewer: Viewer, ids: &[StatusId]) -> Result<Vec<StatusView>> {
        let found = self.service.storage().read().statuses().visible_of(viewer, ids).await?;
        let mut found: HashMap<StatusId, Status> = found.into_iter().map(|s| (s.id, s)).collect();
        self.assemble(viewer, ids.iter().filter_map(|id| found.remove(id)).collect()).await
    }

    /// Views of statuses the viewer may see, in their order. A boost of something the viewer may not see is left out.
    pub(crate) async fn assemble(&self, viewer: Viewer, statuses: Vec<Status>) -> Result<Vec<StatusView>> {
        if statuses.is_empty() {
            return Ok(Vec::new());
        }
        let read = self.service.storage().read();
        let boosted: Vec<StatusId> = distinct(statuses.iter().filter_map(|s| s.reblog_of));
        let originals = read.statuses().visible_of(viewer, &boosted).await?;
        let all: Vec<&Status> = statuses.iter().chain(&originals).collect();

        let accounts = read.accounts().by_ids(&distinct(all.iter().map(|s| s.account_id))).await?;
        let media = read.media().find_many(&distinct(all.iter().flat_map(|s| s.media_ids.iter().copied()))).await?;
        let polls = distinct(all.iter().filter_map(|s| s.poll_id));
        let polls = read.polls().by_ids(&polls, viewer.account()).await?;
        let apps = read.statuses().applications(&distinct(all.iter().filter_map(|s| s.app_id))).await?;
        let (marks, filters) = match viewer.account() {
            Some(account) => (
                read.favourites().marks(account, &all).await?,
                Matcher::new(read.filters().list_of(account, None).await?, self.service.cx().now()),
            ),
            None => (HashMap::new(), Matcher::new(Vec::new(), self.service.cx().now())),
        };
        let parts = Parts {
            viewer,
            accounts: accounts.into_iter().map(|a| (a.id, a)).collect(),
            originals: originals.into_iter().map(|s| (s.id, s)).collect(),
            media: media.into_iter().map(|m| (m.id, m)).collect(),
            polls,
            apps: apps.into_iter().collect(),
            marks,
            filters,
        };
        Ok(statuses.into_iter().filter_map(|status| parts.view(status)).collect())
    }
}

impl Parts {
    fn view(&self, status: Status) -> Option<StatusView> {
        let reblog = match status.reblog_of {
            Some(id) => Some(Box::new(self.plain(self.originals.get(&id)?.clone())?)),
            None => None,
        };
        let mut view = self.plain(status)?;
        if let (Some(marks), Some(original)) = (&mut view.marks, &reblog) {
            // Clients read the marks of a boost as those of what it boosts.
            *marks = original.marks.unwrap_or_default();
        }
        view.reblog = reblog;
        Some(view)
    }

    fn plain(&self, status: Status) -> Option<StatusView> {
        let mut view = StatusView {
            account: self.accounts.get(&status.account_id)?.clone(),
            reblog: None,
            media: status.media_ids.iter().filter_map(|id| self.media.get(id).cloned()).collect(),
            poll: status.poll_id.and_then(|id| self.polls.get(&id).cloned()),
            application: status.app_id.and_then(|id| self.apps.get(&id).cloned()),
            marks: self.viewer.account().map(|_| self.marks.get(&status.id).copied().unwrap_or_default()),
            filtered: Vec::new(),
            status,
        };
        if self.viewer.account() != Some(view.status.account_id) {
            view.filtered = self.filters.matches(&view);
        }
        Some(view)
    }
}

fn distinct<T: Copy + Eq + std::hash::Hash>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).collect()
}
