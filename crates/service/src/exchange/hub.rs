//! Hub mode: for hashtags the operator names, our tag account passes on what members write, unchanged or by its own id.
//!
//! A status is passed on once, only if it comes from its own server (shared by its tag account, or pushed by an author
//! who opted in and is indexable), and never back there. Later edits and deletions follow it as their authors signed
//! them.

use std::collections::HashMap;

use staffroom_domain::account::Account;
use staffroom_domain::ids::{StatusId, TagId};
use staffroom_domain::status::Status;
use staffroom_domain::{Tag, Visibility};
use staffroom_storage::Tx;

use super::share::{self, Plan};
use super::{Exchange, authority};
use crate::deliveries::{InboxRef, Lane, enqueue, enqueue_rendered};
use crate::ports::{Event, Rendered};
use crate::statuses::reached;
use crate::{Cx, Result, ServiceError};

/// Hashtags of one status that are passed on.
const MAX_TAGS: usize = 3;
/// Inboxes one hub can name.
const MAX_REACH: usize = 2_000;

impl Exchange<'_> {
    /// Passes a stored remote status on if we are a hub for one of its hashtags and may; doing it again changes
    /// nothing. `signed` is the author's own activity with a proof, as it came: members get exactly that, everybody else
    /// (and members, where there is none) the id of the status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pass_on(&self, cx: &Cx, id: StatusId, signed: Option<&Rendered>) -> Result<()> {
        if self.service.settings().hub_tags.is_empty() {
            return Ok(());
        }
        let tx = self.service.storage().begin().await?;
        let Some(status) = tx.statuses().get(id).await?.filter(|status| !status.local) else { return Ok(()) };
        let Some(author) = tx.accounts().by_id(status.account_id).await? else { return Ok(()) };
        let tag_accounts = self.hub_accounts(&tx, &status).await?;
        if tag_accounts.is_empty() || !may_be_passed_on(&tx, &status, &author).await? {
            return Ok(());
        }
        let plan = plan(&tx, tag_accounts, &author, signed.is_some()).await?;
        let first = tx.exchange().announces_of(id).await?.is_empty();
        let mut reach = share::announce(&tx, self.service, cx, &plan, &status).await?;
        if let (Some(signed), Some(sender), true) = (signed, plan.tag_accounts.first(), first) {
            let rendered = under_our_name(signed, sender);
            let sent = enqueue_rendered(&tx, self.service, cx, sender.id, rendered, Lane::Ordinary, &plan.peer_inboxes)
                .await?;
            reach.extend(sent.inbox_ids);
        }
        tx.exchange().add_reach(id, &reach).await?;
        self.service.commit(tx).await
    }

    /// Somebody edited a status that was passed on: the edit follows it, and where it lost the hashtag the announcement
    /// is taken back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn edit_passed_on(&self, cx: &Cx, uri: &str, signed: Option<&Rendered>) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let Some((status, announcers)) = passed_on(&tx, uri).await? else { return Ok(()) };
        let kept = self.hub_accounts(&tx, &status).await?;
        let inboxes = reached(&tx, status.id).await?;
        share::undo_announces(&tx, self.service, cx, &status, &kept, &inboxes).await?;
        if let (Some(signed), Some(sender)) = (signed, announcers.first()) {
            let rendered = under_our_name(signed, sender);
            enqueue_rendered(&tx, self.service, cx, sender.id, rendered, Lane::Ordinary, &inboxes).await?;
        }
        self.service.commit(tx).await
    }

    /// The author (`by`) of a status that was passed on deleted it, or its server's tag account took it back (then
    /// there is nothing `signed` to pass on): our announcement is taken back, the deletion follows it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_passed_on(&self, cx: &Cx, uri: &str, by: &Account, signed: Option<&Rendered>) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let Some((status, announcers)) = passed_on(&tx, uri).await? else { return Ok(()) };
        let is_authors = by.id == status.account_id;
        let is_feeds = by.tag.is_some() && authority(&by.uri) == authority(&status.uri);
        if !is_authors && !is_feeds {
            return Ok(());
        }
        let inboxes = reached(&tx, status.id).await?;
        share::undo_announces(&tx, self.service, cx, &status, &[], &inboxes).await?;
        if let (Some(signed), Some(sender), true) = (signed, announcers.first(), is_authors) {
            let rendered = under_our_name(signed, sender);
            enqueue_rendered(&tx, self.service, cx, sender.id, rendered, Lane::Interactive, &inboxes).await?;
        }
        self.service.commit(tx).await
    }

    /// The inboxes a status of `host` reached through our tag account, for that host alone; `None` for any other.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reach_of(&self, tag_account: &Account, uri: &str, host: &str) -> Result<Option<Vec<String>>> {
        let read = self.service.storage().read();
        let status = read.statuses().by_uri(uri).await?.filter(|status| !status.local);
        let Some(status) = status.filter(|status| authority(&status.uri).as_deref() == Some(host)) else {
            return Ok(None);
        };
        let announces = read.exchange().announces_of(status.id).await?;
        if !announces.iter().any(|announce| announce.account_id == tag_account.id) {
            return Ok(None);
        }
        let reach = read.exchange().reach(status.id).await?;
        let inboxes = read.deliveries().inboxes(&reach).await?;
        Ok(Some(inboxes.into_iter().map(|inbox| inbox.url).collect()))
    }

    /// Sends the deletion of a status of ours to everybody that hubs passed it on to (a job): servers that take
    /// deletions from nobody but the author would keep it else.
    ///
    /// # Errors
    /// [`ServiceError::Remote`] when a hub does not answer; [`ServiceError::NotFound`] for a status that never was.
    pub(crate) async fn tell_hubs_reach(&self, cx: &Cx, id: StatusId) -> Result<()> {
        let read = self.service.storage().read();
        let status =
            read.statuses().even_erased(id).await?.filter(|status| status.local && status.deleted_at.is_some());
        let status = status.ok_or(ServiceError::NotFound("deleted status"))?;
        let author = read.accounts().by_id(status.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        let remote = self.service.others()?;
        let mut inboxes = Vec::new();
        for hub in read.exchange().hubs_told(id).await? {
            inboxes.extend(remote.reach(&hub, &status.uri).await?.into_iter().take(MAX_REACH).map(InboxRef::personal));
        }
        let tx = self.service.storage().begin().await?;
        let event = Event::StatusDeleted { author: &author, status: &status };
        enqueue(&tx, self.service, cx, author.id, event, Lane::Interactive, &inboxes).await?;
        self.service.commit(tx).await
    }

    /// Our tag accounts for those hashtags of a status that we are a hub for.
    async fn hub_accounts(&self, tx: &Tx, status: &Status) -> Result<Vec<Account>> {
        let hub: Vec<Tag> = self.service.settings().hub_tags.iter().filter_map(|text| Tag::parse(text)).collect();
        let wanted: Vec<Tag> =
            status.tags.iter().filter(|tag| hub.iter().any(|t| t.name() == tag.name())).cloned().collect();
        if status.visibility != Visibility::Public || wanted.is_empty() {
            return Ok(Vec::new());
        }
        let known = tx.hashtags().find(&wanted).await?;
        let ids: Vec<TagId> = known.iter().map(|tag| tag.id).collect();
        let mut found: HashMap<String, Account> = HashMap::new();
        for (_, account) in tx.exchange().published_among(&ids).await? {
            if let Some(tag) = &account.tag {
                found.insert(tag.name().to_owned(), account);
            }
        }
        Ok(wanted.iter().filter_map(|tag| found.remove(tag.name())).take(MAX_TAGS).collect())
    }
}

/// Its own server's tag account shared it, or its author joined (or is on a server that pushes to us) and agrees to be
/// found.
async fn may_be_passed_on(tx: &Tx, status: &Status, author: &Account) -> Result<bool> {
    let Some(host) = authority(&status.uri) else { return Ok(false) };
    if tx.exchange().is_brought_by(status.id, &host).await? {
        return Ok(true);
    }
    if !author.indexable {
        return Ok(false);
    }
    let joined = tx.exchange().joined(author.id).await?;
    let has_joined = joined.iter().any(|tag| status.tags.iter().any(|t| t.name() == tag.name()));
    Ok(has_joined || tx.exchange().admits(&host).await?)
}

/// Everybody who follows the tag accounts but the author's own server. Without the author's own activity members too
/// are told the id.
async fn plan(tx: &Tx, tag_accounts: Vec<Account>, author: &Account, is_signed: bool) -> Result<Plan> {
    let order: Vec<_> = tag_accounts.iter().map(|account| account.id).collect();
    let origin = authority(&author.uri);
    let mut plan = Plan { tag_accounts, ..Plan::default() };
    for inbox in share::by_inbox(tx.exchange().tag_inboxes(&order).await?, &order) {
        if authority(&inbox.url) == origin {
            continue;
        }
        let to = InboxRef { url: inbox.url, shared: inbox.shared, not_before: None };
        if inbox.is_peer && is_signed {
            plan.peer_inboxes.push(to);
        } else {
            plan.other_inboxes.push((inbox.tag_account, to));
        }
    }
    Ok(plan)
}

/// A remote status that our tag accounts announced, with these, whether or not they took it back since.
async fn passed_on(tx: &Tx, uri: &str) -> Result<Option<(Status, Vec<Account>)>> {
    let Some(status) = tx.statuses().by_uri(uri).await?.filter(|status| !status.local) else { return Ok(None) };
    let announces = tx.exchange().announces_of(status.id).await?;
    let ids: Vec<_> = announces.iter().map(|announce| announce.account_id).collect();
    let accounts = tx.accounts().by_ids(&ids).await?;
    Ok(if accounts.is_empty() { None } else { Some((status, accounts)) })
}

/// Somebody else's activity in our outbox, where ids are never theirs.
fn under_our_name(signed: &Rendered, sender: &Account) -> Rendered {
    Rendered { uri: format!("{} by {}", signed.uri, sender.uri), ..signed.clone() }
}
