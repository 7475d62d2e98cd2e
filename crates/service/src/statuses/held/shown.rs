//! What is held, as its author sees it: like any status of theirs, with the reason. Nothing is asked of anybody for it.

use std::collections::HashMap;

use staffroom_domain::Viewer;
use staffroom_domain::hold::{Hold, HoldNote};
use staffroom_domain::ids::StatusId;
use staffroom_domain::status::{Context, StatusView};

use super::choose::MAX_TOGETHER;
use super::words;
use crate::moderation::KeptVerdict;
use crate::statuses::{Statuses, stored_draft};
use crate::{Result, ServiceError};

impl Statuses<'_> {
    /// A status as the viewer sees it, held ones of their own as well; of their published ones also whether an edit is held.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it.
    pub async fn show(&self, viewer: Viewer, id: StatusId) -> Result<StatusView> {
        match self.get(viewer, id).await {
            Ok(mut view) => {
                let status = &view.status;
                if status.local && status.reblog_of.is_none() && viewer == Viewer::Account(status.account_id) {
                    let held = self.service.storage().read().holds().edit_of(status.id).await?;
                    view.held = held.as_ref().map(note_of).transpose()?;
                }
                Ok(view)
            }
            Err(ServiceError::NotFound(what)) => {
                let hold = self.open_hold(viewer, id).await?.ok_or(ServiceError::NotFound(what))?;
                self.held_view(&hold).await
            }
            Err(error) => Err(error),
        }
    }

    /// Several of them in the order of `ids`; what the viewer may not see is left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn show_many(&self, viewer: Viewer, ids: &[StatusId]) -> Result<Vec<StatusView>> {
        let views = self.views(viewer, ids).await?;
        let Viewer::Account(author) = viewer else { return Ok(views) };
        let missing: Vec<StatusId> =
            ids.iter().copied().filter(|id| !views.iter().any(|view| view.status.id == *id)).collect();
        if missing.is_empty() {
            return Ok(views);
        }
        let mut by_id: HashMap<StatusId, StatusView> = views.into_iter().map(|view| (view.status.id, view)).collect();
        let mut held = self.service.storage().read().holds().several_of(author, &missing).await?;
        held.retain(|hold| hold.state.is_open() && hold.edits.is_none());
        by_id.extend(self.held_views(&held).await?);
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// The thread around something held: what it answers, and what of its author waits to answer it.
    pub(in crate::statuses) async fn held_context(&self, viewer: Viewer, hold: &Hold) -> Result<Context> {
        let mut chain = Vec::new();
        let mut above = hold.answers;
        while let Some(id) = above.filter(|_| chain.len() < CLIMB) {
            let Some(parent) = self.open_hold(viewer, id).await? else { break };
            above = parent.answers;
            chain.push(parent);
        }
        let first = chain.last().unwrap_or(hold);
        let (draft, _) = stored_draft::read(&first.draft)?;
        let mut ancestors = Vec::new();
        if let Some(parent) = draft.in_reply_to.filter(|_| first.answers.is_none())
            && let Ok(parent) = self.get(viewer, parent).await
        {
            ancestors = self.thread_around(viewer, parent.status.id).await?.ancestors;
            ancestors.push(parent);
        }
        let mut below = vec![hold.id];
        let mut answers = self.service.storage().read().holds().depending_on(hold.id, MAX_TOGETHER).await?;
        answers.retain(|one| {
            let is_below = one.answers.is_some_and(|answers| below.contains(&answers));
            below.extend(is_below.then_some(one.id));
            is_below
        });
        let mut views = self.held_views(&chain).await?;
        ancestors.extend(chain.iter().rev().filter_map(|parent| views.remove(&parent.id)));
        let mut views = self.held_views(&answers).await?;
        let descendants = answers.iter().filter_map(|answer| views.remove(&answer.id)).collect();
        Ok(Context { ancestors, descendants })
    }
}

/// Held statuses looked at above another one.
const CLIMB: usize = 40;

/// What its author is told of something held.
pub(super) fn note_of(hold: &Hold) -> Result<HoldNote> {
    let kept = KeptVerdict::read(&hold.verdict)?;
    Ok(HoldNote {
        rule: kept.rule().filter(|_| hold.is_ruled),
        reason: if hold.is_ruled { kept.reason } else { words::waits(hold).to_owned() },
        since: hold.created_at,
        state: hold.state,
        is_edit: hold.edits.is_some(),
        choices: words::choices(hold),
    })
}
