//! Held statuses: what a rule wants a person to look at before it is published. They are kept apart from the published
//! ones, in a table nothing else reads, and published by the very use case everything else is published by, under a new id.
//!
//! `keep.rs` holds, `shown.rs` shows them to their author, `notice.rs` tells the author, who has the choices of
//! `choose.rs` and can edit (`edit.rs`); `release.rs` publishes (`left.rs`: what does not go with that), `decide.rs` is what
//! moderators say, `appealed.rs` what comes of an appeal against that. Start with `keep.rs`.

mod appealed;
mod choose;
mod decide;
mod edit;
mod forget;
mod keep;
mod left;
mod link;
mod listing;
mod notice;
mod passage;
mod release;
mod shown;
mod stored_edit;
#[cfg(test)]
mod tests;
mod understood;
mod views;
mod wishes;
mod words;

use std::sync::Arc;

use staffroom_domain::hold::{Hold, HoldState};
use staffroom_domain::ids::StatusId;
use staffroom_domain::news::{Gone, News};
use staffroom_domain::{Viewer, Visibility};
use staffroom_storage::{Tx, accounts};

pub(crate) use forget::forget_held;

use super::Statuses;
use crate::decided::already_decided;
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// An open held status of the viewer's own; no held edit.
    pub(super) async fn open_hold(&self, viewer: Viewer, id: StatusId) -> Result<Option<Hold>> {
        let Viewer::Account(author) = viewer else { return Ok(None) };
        let found = self.service.storage().read().holds().of(author, id).await?;
        Ok(found.filter(|hold| hold.state.is_open() && hold.edits.is_none()))
    }
}

/// Keeps what changed of something held.
///
/// # Errors
/// [`ServiceError::Conflict`] when somebody changed or decided it since it was read.
pub(super) async fn keep_changed(tx: &Tx, cx: &Cx, hold: Hold) -> Result<()> {
    let hold = Hold { updated_at: cx.now(), ..hold };
    if tx.holds().update(&hold).await? {
        return Ok(());
    }
    let now = tx.holds().by_id(hold.id).await?.unwrap_or(hold);
    Err(overtaken(&now, &tx.accounts()).await?)
}

/// That something held still is as it was read and still waits, and that nobody else changes it before `tx` ends. Asked
/// before anything that rests on it: of two in the same moment the slower is told that, and not what follows from it.
///
/// # Errors
/// [`ServiceError::Conflict`] when somebody changed or decided it since it was read.
async fn check_unchanged(tx: &Tx, hold: &Hold) -> Result<()> {
    tx.holds().lock(hold.id).await?;
    let now = tx.holds().by_id(hold.id).await?.ok_or(ServiceError::NotFound("held status"))?;
    if now.state.is_open() && now.revision == hold.revision {
        return Ok(());
    }
    Err(overtaken(&now, &tx.accounts()).await?)
}

/// Why nothing can be decided about something held that stands as `now` any more, or not about what was seen of it.
async fn overtaken(now: &Hold, accounts: &accounts::Reads<'_>) -> Result<ServiceError> {
    if now.state.is_open() {
        return Ok(ServiceError::Conflict("it was changed in the meantime; look at it again".to_owned()));
    }
    already_decided(accounts, now.decided_by, "its author", now.state.as_str()).await
}

/// The held edit of a published status is of no use any more: there is a later one, or the status is gone.
pub(super) async fn supersede_edit(tx: &Tx, cx: &Cx, published: StatusId) -> Result<()> {
    let Some(held) = tx.holds().edit_of(published).await? else { return Ok(()) };
    tx.holds().lock(held.id).await?;
    tx.holds().free(held.id, &[], Some(cx.now())).await?;
    let decided_at = Some(cx.now());
    keep_changed(tx, cx, Hold { state: HoldState::Withdrawn, decided_at, ..held }).await
}

/// Tells the apps of its author that the id of something held is of no use any more.
fn forget_id(tx: &Tx, hold: &Hold) {
    let gone = Gone {
        id: hold.id,
        author: hold.account_id,
        visibility: Visibility::Direct,
        is_boost: false,
        local: true,
        has_media: false,
        tags: Vec::new(),
        named: Vec::new(),
    };
    tx.tell(News::Deleted(Arc::new(gone)));
}
