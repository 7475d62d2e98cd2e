//! Publishing a status of somebody here: stored, in timelines, notified and queued for delivery in one transaction.

use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, MediaId, PollId, ScheduledStatusId, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::poll::{Poll, PollOption};
use staffroom_domain::status::{Draft, Published, Status, StatusView};
use staffroom_storage::Tx;
use staffroom_storage::statuses::Claimed;

use super::mentions::mention_of;
use super::prepare::{Prepared, Terms};
use super::schedule::check_ahead;
use super::{Statuses, attached, audience, cards, quotes, store};
use crate::{Cx, Result, ServiceError};

/// How long an idempotency key is remembered.
const KEY_LIFE: Duration = Duration::from_hours(1);

impl Statuses<'_> {
    /// Publishes now, or stores for `scheduled_at` (at least five minutes ahead). What a rule wants a person to look at
    /// first is held: its id is answered all the same, and its author alone sees it there.
    ///
    /// A repeated request with the same idempotency key within an hour returns what the first one made, also when both
    /// arrive at once. An answer to a notice about something held says what to do with that.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a bad value, [`ServiceError::NotFound`] when the status answered cannot be seen,
    /// [`ServiceError::Refused`] when a moderation rule says no; then nothing is stored.
    pub async fn publish(
        &self,
        cx: &Cx,
        author: AccountId,
        draft: Draft,
        scheduled_at: Option<Timestamp>,
    ) -> Result<Published> {
        if let Some(first) = self.first_under_key(cx, author, &draft).await? {
            return self.first_result(author, first).await;
        }
        if let Some(told) = self.told_in(author, &draft).await? {
            return Box::pin(self.answer_notice(cx, told, draft)).await;
        }
        if let Some(at) = scheduled_at {
            check_ahead(cx, at)?;
        }
        let prepared = self.prepare(cx, author, draft, &Terms::default()).await?;
        match scheduled_at {
            Some(at) if prepared.goes_out()? => self.schedule(cx, prepared, at).await,
            Some(at) => Box::pin(self.hold(cx, prepared, Some(at), None)).await,
            None => Box::pin(self.publish_or_hold(cx, prepared, None)).await,
        }
    }

    /// Publishes or holds, as the rules say; `due` is the scheduled status this was, which is gone afterwards.
    pub(super) async fn publish_or_hold(
        &self,
        cx: &Cx,
        prepared: Prepared,
        due: Option<ScheduledStatusId>,
    ) -> Result<Published> {
        if !prepared.goes_out()? {
            return self.hold(cx, prepared, None, due).await;
        }
        let author = prepared.author.id;
        let id: StatusId = cx.id();
        let tx = self.service.storage().begin().await?;
        if let Some(first) = claim(&tx, cx, &prepared, Claimed::Status(id)).await? {
            // The first may be part of the same disk write: others see it, and may be told of it, once that is done.
            tx.commit().await?;
            return self.first_result(author, first).await;
        }
        if let Some(due) = due
            && !tx.statuses().unschedule(author, due).await?
        {
            return Err(ServiceError::NotFound("scheduled status"));
        }
        Box::pin(self.store_prepared(&tx, cx, id, prepared)).await?;
        self.service.commit(tx).await?;
        Ok(Published::Status(id))
    }

    /// Stores and sends a status under `id`, in a transaction; returns it, unless it waits for leave to be published.
    pub(super) async fn store_prepared(
        &self,
        tx: &Tx,
        cx: &Cx,
        id: StatusId,
        prepared: Prepared,
    ) -> Result<Option<Status>> {
        if prepared.must_ask {
            self.store_asking(tx, cx, id, prepared).await?;
            return Ok(None);
        }
        let author = prepared.author.id;
        let answered = match &prepared.parent {
            Some(parent) if parent.account_id != author => tx.accounts().by_id(parent.account_id).await?,
            _ => None,
        };
        let (user, named) = (prepared.user.clone(), prepared.named.clone());
        let mut prepared = prepared;
        let quoted = prepared.quoted.take();
        let sharing = prepared.draft.share_tagged;
        let school = prepared.kept_in.filter(|_| prepared.draft.for_school);
        let mut view = self.view_of(cx, id, prepared);
        let status = &view.status;
        attached::attach(tx, author, id, &view.media).await?;
        attached::check_described(tx, &view.media).await?;
        let mut mentions: Vec<(AccountId, bool)> = named.iter().map(|account| (account.id, false)).collect();
        if let Some(school) = school {
            let people = tx.organisations().people(school).await?;
            let others = people.into_iter().filter(|id| *id != author && !named.iter().any(|named| named.id == *id));
            mentions.extend(others.map(|id| (id, true)));
        }
        let tags = store::store(tx, cx, status, &mentions).await?;
        let tags = tags.ok_or_else(|| ServiceError::Conflict("the id of the status is taken".to_owned()))?;
        if let Some(shared) = sharing {
            tx.exchange().set_sharing(id, shared).await?;
        }
        if let Some(poll) = &view.poll {
            tx.polls().insert(poll).await?;
            if let Some(closes_at) = poll.expires_at {
                tx.jobs().push(cx.id(), &Job::ClosePoll(poll.id), closes_at, None).await?;
            }
        }
        view.card = cards::attach(tx, self.service, cx, &view.status, None).await?;
        let status = &view.status;
        let ids: Vec<AccountId> = named.iter().map(|account| account.id).collect();
        store::distribute(tx, cx, status, &ids).await?;
        if let Some(quoted) = &quoted {
            quotes::ask(tx, self.service, cx, &mut view, quoted).await?;
        }
        let status = &view.status;
        let audience = audience::inboxes(tx, status, &named, answered.as_ref()).await?;
        audience::send_new(tx, self.service, cx, &view, &user, &tags, audience).await?;
        if let Some(quoted) = &quoted {
            quotes::request(tx, self.service, cx, &view, quoted).await?;
        }
        Ok(Some(view.status))
    }

    /// What was made under the idempotency key of a draft.
    pub(super) async fn first_under_key(&self, cx: &Cx, author: AccountId, draft: &Draft) -> Result<Option<Claimed>> {
        let Some(key) = &draft.idempotency_key else { return Ok(None) };
        let since = cx.now().minus(KEY_LIFE);
        Ok(self.service.storage().read().statuses().claimed(author, key, since).await?)
    }

    /// What the first request under an idempotency key made.
    pub(super) async fn first_result(&self, author: AccountId, first: Claimed) -> Result<Published> {
        Ok(match first {
            Claimed::Status(id) => Published::Status(id),
            Claimed::Scheduled(id) => Published::Scheduled(self.scheduled_one(author, id).await?),
        })
    }

    pub(super) fn view_of(self, cx: &Cx, id: StatusId, p: Prepared) -> StatusView {
        let poll = p.draft.poll.map(|new| Poll {
            id: cx.id::<PollId>(),
            status_id: id,
            expires_at: Some(cx.now().plus(Duration::from_secs(new.expires_in_secs))),
            multiple: new.multiple,
            hide_totals: new.hide_totals,
            options: new.options.into_iter().map(|title| PollOption { title, votes: 0 }).collect(),
            voters: 0,
            own_votes: Vec::new(),
            counted_at: None,
        });
        let identity = &self.service.settings().identity;
        let status = Status {
            url: identity.status_url(&p.author.username, id),
            in_reply_to_id: p.parent.as_ref().map(|parent| parent.id),
            in_reply_to_account_id: p.parent.as_ref().map(|parent| parent.account_id),
            in_reply_to_uri: p.parent.as_ref().map(|parent| parent.uri.clone()),
            thread_id: p.parent.as_ref().map_or(id, |parent| parent.thread_id),
            content: p.content,
            text: p.draft.text,
            spoiler_text: p.draft.spoiler_text,
            sensitive: p.sensitive,
            visibility: p.visibility,
            kept_in: p.kept_in,
            language: p.language,
            mentions: p.named.iter().map(mention_of).collect(),
            tags: p.tags,
            emojis: p.emojis,
            media_ids: p.media.iter().map(|m| m.id).collect::<Vec<MediaId>>(),
            poll_id: poll.as_ref().map(|poll| poll.id),
            app_id: p.draft.app_id,
            interaction_policy: p.interaction_policy,
            context_uri: match &p.parent {
                Some(parent) => parent.context_uri.clone(),
                None => Some(identity.context_uri(id)),
            },
            ..Status::new(id, identity.status_uri(&p.author.username, id), p.author.id, true, cx.now())
        };
        shown(status, p.author, p.media, poll)
    }
}

/// Takes the idempotency key of a draft; what the first request made if it is taken.
pub(super) async fn claim(tx: &Tx, cx: &Cx, prepared: &Prepared, result: Claimed) -> Result<Option<Claimed>> {
    claim_key(tx, cx, prepared.author.id, &prepared.draft, result).await
}

/// [`claim`] for a draft that was not prepared.
pub(super) async fn claim_key(
    tx: &Tx,
    cx: &Cx,
    author: AccountId,
    draft: &Draft,
    result: Claimed,
) -> Result<Option<Claimed>> {
    let Some(key) = &draft.idempotency_key else { return Ok(None) };
    let since = cx.now().minus(KEY_LIFE);
    Ok(tx.statuses().claim_key(author, key, result, cx.now(), since).await?)
}

/// A status with its parts, as nobody in particular sees it.
pub(super) fn shown(
    status: Status,
    account: Account,
    media: Vec<staffroom_domain::media::MediaAttachment>,
    poll: Option<Poll>,
) -> StatusView {
    StatusView {
        status,
        account,
        reblog: None,
        media,
        poll,
        card: None,
        quote: None,
        may_quote: staffroom_domain::interaction::Leave::Denied,
        application: None,
        reactions: Vec::new(),
        marks: None,
        filtered: Vec::new(),
        held: None,
    }
}
