//! Holding a status, or an edit of a published one.

use staffroom_domain::Timestamp;
use staffroom_domain::hold::{Hold, HoldState};
use staffroom_domain::ids::{AccountId, MediaId, ScheduledStatusId, StatusId};
use staffroom_domain::status::{Draft, Published};
use staffroom_storage::Tx;
use staffroom_storage::statuses::Claimed;

use super::{check_unchanged, keep_changed, stored_edit, words};
use crate::moderation::{Cleared, Outcome};
use crate::statuses::edit::PreparedEdit;
use crate::statuses::prepare::{Prepared, media_missing};
use crate::statuses::publish::claim;
use crate::statuses::{Statuses, stored_draft};
use crate::{Cx, Result, ServiceError};

/// Statuses of one account that can be held at a time: as many as can be scheduled.
const MAX_OPEN: i64 = 300;

impl Statuses<'_> {
    /// Keeps a status until its author or a moderator decides, and tells the author why, all at once; `due` is the
    /// scheduled status this was.
    pub(in crate::statuses) async fn hold(
        &self,
        cx: &Cx,
        prepared: Prepared,
        scheduled_at: Option<Timestamp>,
        due: Option<ScheduledStatusId>,
    ) -> Result<Published> {
        let author = prepared.author.id;
        let voice = self.service.accounts().ensure_moderation_account(cx).await?;
        let id: StatusId = cx.id();
        let scheduled = ScheduledStatusId(id.0);
        let claimed = if scheduled_at.is_some() { Claimed::Scheduled(scheduled) } else { Claimed::Status(id) };
        let tx = self.service.storage().begin().await?;
        if let Some(first) = claim(&tx, cx, &prepared, claimed).await? {
            // The first may be part of the same disk write: others see it, and may be told of it, once that is done.
            tx.commit().await?;
            return self.first_result(author, first).await;
        }
        if let Some(due) = due
            && !tx.statuses().unschedule(author, due).await?
        {
            return Err(ServiceError::NotFound("scheduled status"));
        }
        if tx.holds().count_open(author).await? >= MAX_OPEN {
            return Err(ServiceError::invalid("Held statuses", format!("can't be more than {MAX_OPEN}")));
        }
        bind_media(&tx, author, id, &prepared.draft.media_ids).await?;
        let may_publish = matches!(prepared.outcome, Outcome::Held { may_publish: true });
        let mut hold = Hold {
            answers: prepared.waits.answers,
            quotes: prepared.waits.quotes,
            scheduled_at,
            draft: draft_of(&prepared)?,
            is_ruled: matches!(prepared.outcome, Outcome::Held { .. }),
            may_publish,
            ..self.new_hold(cx, id, author, prepared.judged.kept().write()?)
        };
        if hold.is_ruled {
            let told = words::held(self.service, &hold, &prepared.judged);
            hold.notice = Some(self.say(&tx, cx, (&voice, &prepared.author), &hold, None, &told).await?);
        }
        tx.holds().insert(&hold).await?;
        if hold.is_ruled {
            self.service.moderation().record_held(cx, &tx, author, id, &prepared.judged).await?;
            metrics::counter!("moderation_held_total").increment(1);
        }
        self.service.commit(tx).await?;
        match claimed {
            Claimed::Scheduled(scheduled) => Ok(Published::Scheduled(self.scheduled_one(author, scheduled).await?)),
            Claimed::Status(id) => Ok(Published::Status(id)),
        }
    }

    /// Keeps an edit; what is published stays as it is. A later one takes the place of one that is held already.
    pub(in crate::statuses) async fn hold_edit(&self, cx: &Cx, edit: PreparedEdit, may_publish: bool) -> Result<()> {
        let author = edit.former.account_id;
        let voice = self.service.accounts().ensure_moderation_account(cx).await?;
        let tx = self.service.storage().begin().await?;
        let known = tx.holds().edit_of(edit.former.id).await?;
        let verdict = edit.judged.kept().write()?;
        let id = known.as_ref().map_or_else(|| cx.id(), |known| known.id);
        let ids: Vec<MediaId> = edit.media.iter().filter(|m| m.status_id.is_none()).map(|m| m.id).collect();
        let mut hold = Hold {
            draft: stored_edit::write(&edit)?,
            verdict: verdict.clone(),
            edits: Some(edit.former.id),
            may_publish,
            ..known.clone().unwrap_or_else(|| self.new_hold(cx, id, author, verdict))
        };
        hold.deadline = hold.deadline.or_else(|| Some(self.service.moderation().decide_by(cx.now())));
        if let Some(known) = &known {
            check_unchanged(&tx, known).await?;
        }
        tx.holds().free(id, &ids, Some(cx.now())).await?;
        bind_media(&tx, author, id, &ids).await?;
        let told = words::held(self.service, &hold, &edit.judged);
        let notice = self.say(&tx, cx, (&voice, &edit.account), &hold, None, &told).await?;
        hold.notice = hold.notice.or(Some(notice));
        match known {
            Some(_) => keep_changed(&tx, cx, hold).await?,
            None => tx.holds().insert(&hold).await.map_err(taken)?,
        }
        self.service.moderation().record_held(cx, &tx, author, id, &edit.judged).await?;
        metrics::counter!("moderation_held_total").increment(1);
        self.service.commit(tx).await
    }

    /// A new one that a rule asks for, with everything else empty.
    fn new_hold(self, cx: &Cx, id: StatusId, author: AccountId, verdict: String) -> Hold {
        Hold {
            id,
            account_id: author,
            edits: None,
            answers: None,
            quotes: None,
            scheduled_at: None,
            draft: String::new(),
            verdict,
            is_ruled: true,
            may_publish: false,
            state: HoldState::Held,
            pin: false,
            boost: None,
            revision: 1,
            notice: None,
            created_at: cx.now(),
            updated_at: cx.now(),
            deadline: Some(self.service.moderation().decide_by(cx.now())),
            decided_at: None,
            decided_by: None,
            note: String::new(),
            released_as: None,
        }
    }
}

/// The draft as it is kept: what its author left to defaults stays what it was when they wrote it.
pub(super) fn draft_of(prepared: &Prepared) -> Result<String> {
    let draft = Draft {
        visibility: Some(prepared.visibility),
        sensitive: Some(prepared.sensitive),
        language: prepared.language.clone(),
        quote_policy: Some(prepared.draft.quote_policy.unwrap_or(prepared.user.posting.quotes)),
        ..prepared.draft.clone()
    };
    stored_draft::write(&draft, Cleared::default())
}

/// Binds free attachments to something held: nobody sees them, and nothing else has them.
pub(super) async fn bind_media(tx: &Tx, author: AccountId, hold: StatusId, ids: &[MediaId]) -> Result<()> {
    if !ids.is_empty() && usize::try_from(tx.holds().bind(author, hold, ids).await?) != Ok(ids.len()) {
        return Err(media_missing());
    }
    Ok(())
}

/// Two edits of one status were held in the same moment.
fn taken(error: staffroom_storage::StorageError) -> ServiceError {
    if error.is_unique_violation() {
        ServiceError::Conflict("another edit of this status is held already".to_owned())
    } else {
        error.into()
    }
}
