//! Editing something held: it is judged anew, and published when nothing is found any more.

use staffroom_domain::hold::Hold;
use staffroom_domain::ids::MediaId;
use staffroom_domain::status::{Draft, StatusEdit};

use super::keep::{bind_media, draft_of};
use super::release::Way;
use super::{check_unchanged, keep_changed, overtaken, words};
use crate::moderation::Outcome;
use crate::statuses::prepare::{Prepared, Terms};
use crate::statuses::{Statuses, stored_draft};
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// Changes a held status; what is kept of it is what its author wrote last.
    pub(in crate::statuses) async fn edit_held(&self, cx: &Cx, hold: Hold, edit: StatusEdit) -> Result<()> {
        let (draft, _) = stored_draft::read(&hold.draft)?;
        let kept: &[MediaId] = edit.media_ids.as_deref().unwrap_or(&draft.media_ids);
        let media = self.service.storage().read().media().find_many(kept).await?;
        let media_changes = self.checked_descriptions(&media, &edit)?;
        let described: Vec<MediaId> = media_changes.iter().map(|(id, _)| *id).collect();
        let former = Some(draft.text.clone());
        let terms = Terms { held: Some(hold.id), media_changes, former, ..Terms::default() };
        let read = hold.clone();
        let changed = async {
            let prepared = self.prepare(cx, hold.account_id, changed(draft, edit), &terms).await?;
            if prepared.goes_out()? {
                // what goes out is what is written now
                let hold = Hold { draft: draft_of(&prepared)?, ..hold };
                return Box::pin(self.let_go(cx, hold, prepared, Way::edited(described))).await;
            }
            self.hold_on(cx, hold, prepared, &described).await
        };
        match Box::pin(changed).await {
            Err(error) => Err(self.or_overtaken(&read, error).await?),
            done => done,
        }
    }

    /// Why an edit fails: if somebody was faster, that is told, and not what follows from it.
    async fn or_overtaken(self, hold: &Hold, error: ServiceError) -> Result<ServiceError> {
        let read = self.service.storage().read();
        match read.holds().by_id(hold.id).await? {
            Some(now) if now.revision != hold.revision => overtaken(&now, &read.accounts()).await,
            _ => Ok(error),
        }
    }

    async fn hold_on(self, cx: &Cx, hold: Hold, prepared: Prepared, described: &[MediaId]) -> Result<()> {
        let author = &prepared.author;
        let voice = self.service.accounts().ensure_moderation_account(cx).await?;
        let mut hold = Hold {
            answers: prepared.waits.answers,
            quotes: prepared.waits.quotes,
            draft: draft_of(&prepared)?,
            verdict: prepared.judged.kept().write()?,
            is_ruled: matches!(prepared.outcome, Outcome::Held { .. }),
            may_publish: matches!(prepared.outcome, Outcome::Held { may_publish: true }),
            deadline: hold.deadline.or_else(|| Some(self.service.moderation().decide_by(cx.now()))),
            ..hold
        };
        let tx = self.service.storage().begin().await?;
        check_unchanged(&tx, &hold).await?;
        tx.holds().free(hold.id, &prepared.draft.media_ids, Some(cx.now())).await?;
        bind_media(&tx, author.id, hold.id, &prepared.draft.media_ids).await?;
        for media in prepared.media.iter().filter(|media| described.contains(&media.id)) {
            tx.media().describe(media.id, media.description.as_deref(), media.focus).await?;
        }
        if hold.is_ruled {
            let told = words::held(self.service, &hold, &prepared.judged);
            let notice = self.say(&tx, cx, (&voice, author), &hold, None, &told).await?;
            hold.notice = hold.notice.or(Some(notice));
            let moderation = self.service.moderation();
            moderation.record_held(cx, &tx, author.id, hold.id, &prepared.judged).await?;
        }
        keep_changed(&tx, cx, hold).await?;
        self.service.commit(tx).await
    }
}

/// What its author wrote before, with what they change.
fn changed(draft: Draft, edit: StatusEdit) -> Draft {
    Draft {
        text: edit.text.unwrap_or(draft.text),
        spoiler_text: edit.spoiler_text.unwrap_or(draft.spoiler_text),
        sensitive: edit.sensitive.or(draft.sensitive),
        language: edit.language.or(draft.language),
        media_ids: edit.media_ids.unwrap_or(draft.media_ids),
        // it has no votes yet: another one is no harm
        poll: edit.poll.or(draft.poll),
        quote_policy: edit.quote_policy.or(draft.quote_policy),
        ..draft
    }
}
