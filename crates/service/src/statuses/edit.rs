//! Editing a status of one's own.

use std::collections::HashSet;

use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, MediaId, StatusId};
use staffroom_domain::interaction::{InteractionPolicy, QuotePolicy};
use staffroom_domain::media::{MediaAttachment, MediaUpdate};
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::poll::{NewPoll, Poll};
use staffroom_domain::status::{Status, StatusEdit};
use staffroom_domain::text;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_moderation::{Direction, Subject};
use staffroom_storage::Tx;

use super::mentions::mention_of;
use super::prepare::{distinct_tags, finished, language, media_missing};
use super::publish::shown;
use super::{Statuses, attached, audience, cards, held, quotes, store};
use crate::deliveries::{Lane, enqueue};
use crate::exchange::share;
use crate::moderation::{About, AboutStatus, Answered, Cleared, Judged, Outcome, media_facts, status_parts};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError, webhooks};

/// An edit with everything decided.
pub(super) struct PreparedEdit {
    pub(super) former: Status,
    pub(super) account: Account,
    user: User,
    pub(super) edited: Status,
    named: Vec<Account>,
    pub(super) media: Vec<MediaAttachment>,
    pub(super) media_changes: Vec<(MediaId, MediaUpdate)>,
    poll: Option<Poll>,
    pub(super) quote_policy: Option<QuotePolicy>,
    pub(super) judged: Judged,
    pub(super) outcome: Outcome,
}

impl Statuses<'_> {
    /// Edits a status of one's own: the former version is kept, everybody who has a copy is told, the audience stays. Where
    /// a rule wants a person to look at it first the edit is held, and what is published stays as it is. An edit of a held
    /// status is judged anew.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own, [`ServiceError::Invalid`] for a bad value,
    /// [`ServiceError::Refused`] when a moderation rule says no; then nothing changes.
    pub async fn edit(&self, cx: &Cx, author: AccountId, id: StatusId, edit: StatusEdit) -> Result<()> {
        let id = match self.service.storage().read().holds().of(author, id).await? {
            Some(hold) if hold.state.is_open() && hold.edits.is_none() => {
                return Box::pin(self.edit_held(cx, hold, edit)).await;
            }
            // what it became, or would change
            Some(hold) => hold.edits.or(hold.released_as).ok_or(ServiceError::NotFound("status"))?,
            None => id,
        };
        let prepared = Box::pin(self.prepare_edit(cx, author, id, edit, &Cleared::default())).await?;
        match &prepared.outcome {
            Outcome::Refused(reason) => {
                metrics::counter!("moderation_refused_total").increment(1);
                Err(ServiceError::Refused { reason: reason.clone() })
            }
            Outcome::Held { may_publish } => {
                let may_publish = *may_publish;
                Box::pin(self.hold_edit(cx, prepared, may_publish)).await
            }
            Outcome::LetOut => {
                let tx = self.service.storage().begin().await?;
                held::supersede_edit(&tx, cx, id).await?;
                Box::pin(self.store_edit(&tx, cx, prepared)).await?;
                self.service.commit(tx).await
            }
        }
    }

    /// Checks an edit and has it judged.
    pub(super) async fn prepare_edit(
        &self,
        cx: &Cx,
        author: AccountId,
        id: StatusId,
        edit: StatusEdit,
        cleared: &Cleared,
    ) -> Result<PreparedEdit> {
        let former = self.own(author, id).await?;
        if self.service.storage().read().interactions().waiting(id).await?.is_some() {
            return Err(ServiceError::Forbidden("this waits for leave and cannot be edited yet".to_owned()));
        }
        let (account, user) = self.writer(author).await?;
        let media = self.edited_media(&former, &edit).await?;
        let media_changes = self.checked_descriptions(&media, &edit)?;
        let mut edited = former.clone();
        edited.text = edit.text.unwrap_or(edited.text);
        edited.spoiler_text = edit.spoiler_text.map_or(edited.spoiler_text, |text| text.trim().to_owned());
        let quote_link = text::leading_quote_link(&former.content);
        let shows_more = !media.is_empty() || quote_link.is_some();
        self.check_text(&edited.text, &edited.spoiler_text, shows_more)?;
        edited.sensitive = edit.sensitive.unwrap_or(edited.sensitive) || !edited.spoiler_text.is_empty();
        if edit.language.is_some() {
            edited.language = language(edit.language);
        }
        let poll = match former.poll_id {
            Some(id) => self.service.storage().read().polls().by_ids(&[id], None).await?.remove(&id),
            None => None,
        };
        check_poll_unchanged(poll.as_ref(), edit.poll.as_ref())?;
        let media: Vec<MediaAttachment> = media.into_iter().map(|m| with_change(m, &media_changes)).collect();
        let parts = status_parts(
            &edited.text,
            &edited.spoiler_text,
            poll.iter().flat_map(|poll| &poll.options).map(|option| option.title.as_str()),
            media.iter().map(|m| m.description.as_deref()),
        );
        edited.tags = distinct_tags(text::scan(&edited.text).tags.into_iter().map(|(tag, _)| tag));
        let moderation = self.service.moderation();
        let about = AboutStatus {
            language: edited.language.as_deref(),
            media: media_facts(&media),
            published: Some(former.created_at),
            answers: former.in_reply_to_account_id.map(Answered::By),
            has_quote: quote_link.is_some(),
            edits: Some(id),
        };
        let about = About { direction: Direction::Outbound, parts: &parts, status: Some(&about), is_asked: false };
        let facts = moderation.facts(cx, &account, &about).await?;
        let judged = moderation.judge(Subject {
            parts,
            direction: Direction::Outbound,
            visibility: edited.visibility,
            tags: edited.tags.clone(),
            facts,
        });
        let outcome = Outcome::of(&judged.verdict, cleared);
        let rendered = match former.kept_in {
            Some(school) => self.render_kept(&edited.text, school, &former.text).await?,
            None => self.render_text(&edited.text, outcome == Outcome::LetOut).await?,
        };
        edited.content = format!("{}{}", quote_link.unwrap_or_default(), rendered.content);
        let options = poll.iter().flat_map(|poll| &poll.options).map(|option| option.title.as_str());
        edited.emojis = self.emojis_in(&edited.text, &edited.spoiler_text, options).await?;
        edited.mentions = rendered.named.iter().map(mention_of).collect();
        edited.media_ids = media.iter().map(|m| m.id).collect();
        Ok(PreparedEdit {
            former,
            account,
            user,
            edited,
            named: rendered.named,
            media,
            media_changes,
            poll,
            quote_policy: edit.quote_policy,
            judged,
            outcome,
        })
    }

    /// Stores an edit and tells everybody who has a copy, in a transaction.
    pub(super) async fn store_edit(&self, tx: &Tx, cx: &Cx, prepared: PreparedEdit) -> Result<()> {
        let PreparedEdit { former, account, user, mut edited, named, media, media_changes, poll, quote_policy, .. } =
            prepared;
        let (id, author) = (former.id, former.account_id);
        if edited == former && media_changes.is_empty() {
            return match quote_policy {
                Some(policy) => self.store_quote_policy(tx, cx, author, id, policy).await,
                None => Ok(()),
            };
        }
        if let Some(policy) = quote_policy {
            edited.interaction_policy = InteractionPolicy::of_local(edited.visibility, policy);
        }
        edited.edited_at = Some(cx.now());
        // Read again inside: two edits at once must both leave their version.
        let present = tx.statuses().get(id).await?.ok_or(ServiceError::NotFound("status"))?;
        tx.statuses().keep_version(&present).await?;
        tx.statuses().update_edited(&edited).await?;
        self.change_media(tx, cx, &edited, &media_changes, &media).await?;
        tx.statuses().clear_tags(id).await?;
        let tags = store::link_tags(tx, cx, &edited).await?;
        let new = newly_named(&present, &named);
        tx.statuses().add_mentions(id, &new.iter().map(|id| (*id, false)).collect::<Vec<_>>()).await?;
        store::notify_named(tx, cx, &edited, &new).await?;
        notify_boosters(tx, cx, &edited).await?;
        quotes::notify_quoters(tx, cx, &edited).await?;
        let card = cards::renew(tx, self.service, cx, &edited, None).await?;

        let everybody = audience::everybody(tx, &edited).await?;
        let kept = share::kept(tx, &edited, &user, &tags).await?;
        share::undo_announces(tx, self.service, cx, &edited, &kept, &everybody).await?;
        let plan = share::plan(tx, self.service, cx, &edited, &user, &tags, &kept).await?;
        let tag_accounts: Vec<Account> = kept.into_iter().chain(plan.tag_accounts.iter().cloned()).collect();
        let mut view = shown(edited, account, media, poll);
        view.card = card;
        view.quote = tx.quotes().get(id).await?.map(quotes::bare);
        let event = Event::StatusEdited { status: &view, tag_accounts: &tag_accounts };
        let sent = enqueue(tx, self.service, cx, author, event, Lane::Ordinary, &everybody).await?;
        tx.exchange().add_reach(id, &sent.inbox_ids).await?;
        webhooks::queue_status(tx, cx, WebhookEvent::StatusUpdated, &view.status).await?;
        audience::share_further(tx, self.service, cx, &view, &tag_accounts, &plan, &everybody).await
    }

    /// The attachments after the edit, in order: those kept, and free ones of the author that are new.
    async fn edited_media(&self, former: &Status, edit: &StatusEdit) -> Result<Vec<MediaAttachment>> {
        let mut seen = HashSet::new();
        let ids: Vec<MediaId> = edit.media_ids.as_ref().unwrap_or(&former.media_ids).clone();
        let ids: Vec<MediaId> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
        let max = self.service.settings().limits.status_media;
        if ids.len() > max {
            return Err(ServiceError::invalid("Media", format!("cannot be more than {max} files")));
        }
        if former.poll_id.is_some() && !ids.is_empty() {
            return Err(ServiceError::invalid("Poll", "cannot be combined with attachments"));
        }
        let read = self.service.storage().read();
        let found = read.media().find_many(&ids).await?;
        let (bound, held) = (read.holds().bound(&ids).await?, read.holds().edit_of(former.id).await?);
        let held = held.map(|hold| hold.id);
        let is_others = |id: MediaId| bound.iter().any(|(media, by)| *media == id && Some(*by) != held);
        let usable = |m: &MediaAttachment| {
            m.account_id == former.account_id
                && m.status_id.is_none_or(|status| status == former.id)
                && !is_others(m.id)
        };
        let ordered = ids.iter().map(|id| found.iter().find(|m| m.id == *id && usable(m)).cloned());
        finished(ordered.collect::<Option<_>>().ok_or_else(media_missing)?)
    }

    /// New descriptions and focal points of attachments kept, checked.
    pub(super) fn checked_descriptions(
        self,
        media: &[MediaAttachment],
        edit: &StatusEdit,
    ) -> Result<Vec<(MediaId, MediaUpdate)>> {
        let kept = edit.media_attributes.iter().filter(|(id, _)| media.iter().any(|m| m.id == *id));
        let mut changes = Vec::new();
        for (id, change) in kept {
            let change = self.service.media().check(change.clone())?;
            let unchanged = media.iter().any(|m| {
                m.id == *id
                    && change.description.as_deref().is_none_or(|d| d == m.description.as_deref().unwrap_or_default())
                    && change.focus.is_none_or(|focus| Some(focus) == m.focus)
            });
            if !unchanged {
                changes.push((*id, change));
            }
        }
        Ok(changes)
    }

    async fn change_media(
        &self,
        tx: &Tx,
        cx: &Cx,
        edited: &Status,
        changes: &[(MediaId, MediaUpdate)],
        media: &[MediaAttachment],
    ) -> Result<()> {
        attached::attach(tx, edited.account_id, edited.id, media).await?;
        tx.media().detach_others(edited.id, &edited.media_ids, cx.now()).await?;
        // At most as many as a status can carry.
        for m in media.iter().filter(|m| changes.iter().any(|(id, _)| *id == m.id)) {
            tx.media().describe(m.id, m.description.as_deref(), m.focus).await?;
        }
        attached::check_described(tx, media).await
    }
}

/// Apps send the poll along with every edit; another one would make votes mean something else.
fn check_poll_unchanged(former: Option<&Poll>, sent: Option<&NewPoll>) -> Result<()> {
    let Some(sent) = sent else { return Ok(()) };
    let same = former.is_some_and(|former| {
        let titles = former.options.iter().map(|option| option.title.as_str());
        former.multiple == sent.multiple && titles.eq(sent.options.iter().map(|option| option.trim()))
    });
    if same { Ok(()) } else { Err(ServiceError::invalid("Poll", "can't be changed once published")) }
}

/// An attachment with what is new of it among `changes`.
pub(super) fn with_change(mut media: MediaAttachment, changes: &[(MediaId, MediaUpdate)]) -> MediaAttachment {
    if let Some((_, change)) = changes.iter().find(|(id, _)| *id == media.id) {
        if let Some(text) = &change.description {
            media.description = Some(text.clone()).filter(|t| !t.is_empty());
        }
        media.focus = change.focus.or(media.focus);
    }
    media
}

/// Accounts an edit names that the former version did not.
fn newly_named(former: &Status, named: &[Account]) -> Vec<AccountId> {
    let known = |id: AccountId| former.mentions.iter().any(|m| m.account_id == id);
    named.iter().map(|account| account.id).filter(|id| !known(*id)).collect()
}

/// Tells people here who boosted a status that it changed.
pub(super) async fn notify_boosters(tx: &Tx, cx: &Cx, status: &Status) -> Result<()> {
    let boosters = tx.statuses().local_boosters(status.id).await?;
    let told = tx.notifications().willing(&boosters, status.account_id, Some(status.thread_id), cx.now()).await?;
    let kind = NotificationKind::Update;
    tx.notifications().add(&told, status.account_id, kind, Some(status.id), cx.now(), || cx.id()).await?;
    Ok(())
}
