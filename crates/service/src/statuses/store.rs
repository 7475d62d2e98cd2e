//! What publishing and ingesting have in common: storing a status with its links and counts, and putting it where
//! people here will find it.

use std::collections::HashMap;

use staffroom_domain::Visibility;
use staffroom_domain::ids::{AccountId, TagId};
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::status::Status;
use staffroom_storage::Tx;

use crate::{Cx, Result};

/// One new status in this many also trims the home timelines it enters.
const TRIM_EVERY: u64 = 200;

/// Stores a status with its hashtags, named accounts (account, silent) and counts. `None` when its id or network id is
/// already taken; then nothing changed. Otherwise the ids of its hashtags by name.
pub(super) async fn store(
    tx: &Tx,
    cx: &Cx,
    status: &Status,
    named: &[(AccountId, bool)],
) -> Result<Option<HashMap<String, TagId>>> {
    if !tx.statuses().insert_naming(status, named).await? {
        return Ok(None);
    }
    let tags = link_tags(tx, cx, status).await?;
    if let Some(parent) = status.in_reply_to_id {
        tx.statuses().count_reply(parent, 1).await?;
    }
    // how many direct statuses somebody writes is nobody's business
    let step = i64::from(status.visibility != Visibility::Direct);
    tx.accounts().count_status(status.account_id, step, Some(status.created_at)).await?;
    Ok(Some(tags))
}

/// Stores the hashtags of a status that are new and links it to all of them.
pub(super) async fn link_tags(tx: &Tx, cx: &Cx, status: &Status) -> Result<HashMap<String, TagId>> {
    if status.tags.is_empty() {
        return Ok(HashMap::new());
    }
    let used_at = (status.visibility == Visibility::Public).then(|| cx.now());
    let tags = tx.hashtags().ensure(&status.tags, used_at, || cx.id()).await?;
    let ids: Vec<TagId> = tags.values().copied().collect();
    tx.statuses().add_tags(status.id, &ids).await?;
    Ok(tags)
}

/// Puts a stored status into home timelines and tells those it names and those who asked to be told.
pub(super) async fn distribute(tx: &Tx, cx: &Cx, status: &Status, named: &[AccountId]) -> Result<()> {
    show_in_homes(tx, cx, status).await?;
    let mentioned = notify_named(tx, cx, status, named).await?;
    let is_answer = status.in_reply_to_uri.is_some() && status.in_reply_to_account_id != Some(status.account_id);
    if !is_answer && status.visibility != Visibility::Direct {
        let mut told = tx.notifications().subscribers(status.account_id, status.thread_id, cx.now()).await?;
        told.retain(|id| !mentioned.contains(id));
        let kind = NotificationKind::Status;
        tx.notifications().add(&told, status.account_id, kind, Some(status.id), cx.now(), || cx.id()).await?;
    }
    Ok(())
}

/// Puts a stored status into home timelines.
pub(super) async fn show_in_homes(tx: &Tx, cx: &Cx, status: &Status) -> Result<()> {
    tx.timelines().fan_out(status, cx.now()).await?;
    if cx.below(TRIM_EVERY) == 0 {
        tx.timelines().trim_homes_with(status.id).await?;
    }
    Ok(())
}

/// Tells the accounts here that `status` names, and puts a direct one into conversations; returns who was told.
pub(super) async fn notify_named(tx: &Tx, cx: &Cx, status: &Status, named: &[AccountId]) -> Result<Vec<AccountId>> {
    let author = status.account_id;
    let told = tx.notifications().willing(named, author, Some(status.thread_id), cx.now()).await?;
    tx.notifications().add(&told, author, NotificationKind::Mention, Some(status.id), cx.now(), || cx.id()).await?;
    if status.visibility == Visibility::Direct {
        let members: Vec<AccountId> = told.iter().copied().chain(status.local.then_some(author)).collect();
        tx.conversations().enter(&members, status, || cx.id()).await?;
    }
    Ok(told)
}
