//! Telling the author: direct statuses of the moderation account, which nobody else sees and which go nowhere. What the
//! author answers is taken as what they choose, and goes nowhere either.

use std::sync::Arc;

use staffroom_domain::Visibility;
use staffroom_domain::account::Account;
use staffroom_domain::hold::Hold;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::interaction::{InteractionPolicy, QuotePolicy};
use staffroom_domain::news::News;
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::status::{Draft, Published, Status};
use staffroom_domain::text::{self, MentionLink, MentionRef};
use staffroom_storage::Tx;
use staffroom_storage::statuses::Claimed;

use super::understood::choice_in;
use super::words;
use crate::statuses::mentions::mention_of;
use crate::statuses::publish::claim_key;
use crate::statuses::{Statuses, store};
use crate::{Cx, Result, ServiceError};

/// What an author answered to a notice.
#[derive(Clone, Debug)]
pub(super) struct Said {
    id: StatusId,
    text: String,
    answers: StatusId,
    draft: Draft,
}

impl Statuses<'_> {
    /// What is held that a draft answers the notice of.
    pub(in crate::statuses) async fn told_in(&self, author: AccountId, draft: &Draft) -> Result<Option<Hold>> {
        match draft.in_reply_to {
            Some(answered) => Ok(self.service.storage().read().holds().told_in(author, answered).await?),
            None => Ok(None),
        }
    }

    /// Does what the author of something held answers to its notice, and tells them what came of it.
    pub(in crate::statuses) async fn answer_notice(&self, cx: &Cx, hold: Hold, draft: Draft) -> Result<Published> {
        self.check_text(&draft.text, &draft.spoiler_text, false)?;
        let answers = draft.in_reply_to.ok_or(ServiceError::NotFound("status"))?;
        let said = Said { id: cx.id(), text: draft.text.clone(), answers, draft };
        let id = said.id;
        let words = match choice_in(&said.text) {
            Some(choice) => match self.choose_saying(cx, hold.clone(), choice, Some(said.clone())).await {
                Ok(()) => return self.said_first(cx, hold.account_id, &said).await,
                // What cannot be done is told where the author asked for it.
                Err(
                    ServiceError::Conflict(why)
                    | ServiceError::Forbidden(why)
                    | ServiceError::Refused { reason: why }
                    | ServiceError::Invalid { why, .. },
                ) => format!("That cannot be done: {why}."),
                Err(error) => return Err(error),
            },
            None => words::not_understood(&hold),
        };
        let voice = self.service.accounts().ensure_moderation_account(cx).await?;
        let tx = self.service.storage().begin().await?;
        let author = tx.accounts().by_id(hold.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        if self.was_said(&tx, cx, author.id, Some(&said)).await? {
            tx.commit().await?;
            return self.said_first(cx, author.id, &said).await;
        }
        self.say(&tx, cx, (&voice, &author), &hold, Some(&said), &words).await?;
        self.service.commit(tx).await?;
        Ok(Published::Status(id))
    }

    /// What the author said, or said first under the same idempotency key.
    async fn said_first(&self, cx: &Cx, author: AccountId, said: &Said) -> Result<Published> {
        match self.first_under_key(cx, author, &said.draft).await? {
            Some(first) => self.first_result(author, first).await,
            None => Ok(Published::Status(said.id)),
        }
    }

    /// Stores what the author said, if they did, and tells them something about `hold`; returns the id of that.
    pub(super) async fn say(
        &self,
        tx: &Tx,
        cx: &Cx,
        (voice, author): (&Account, &Account),
        hold: &Hold,
        said: Option<&Said>,
        words: &str,
    ) -> Result<StatusId> {
        if let Some(said) = said {
            let answer = self.direct(cx, said.id, (author, voice), hold, Some((said.answers, voice)), &said.text);
            let answer = Status { app_id: said.draft.app_id, ..answer };
            store::store(tx, cx, &answer, &[(voice.id, false)]).await?;
            tx.conversations().enter(&[author.id], &answer, || cx.id()).await?;
            tx.tell(News::Published(Arc::new(answer)));
        }
        let id = cx.id();
        let plain = format!("@{} {words}", author.username);
        let answers = said.map(|said| (said.id, author)).or(hold.notice.map(|notice| (notice, voice)));
        let status = self.direct(cx, id, (voice, author), hold, answers, &plain);
        store::store(tx, cx, &status, &[(author.id, false)]).await?;
        tx.conversations().enter(&[author.id], &status, || cx.id()).await?;
        // Whatever they mute: this is about what they wrote themselves.
        tx.notifications()
            .add(&[author.id], voice.id, NotificationKind::Mention, Some(id), cx.now(), || cx.id())
            .await?;
        tx.tell(News::Published(Arc::new(status)));
        Ok(id)
    }

    /// A direct status from one of the two to the other, in the thread about `hold`; `answers` a status, by whom.
    fn direct(
        self,
        cx: &Cx,
        id: StatusId,
        (from, to): (&Account, &Account),
        hold: &Hold,
        answers: Option<(StatusId, &Account)>,
        plain: &str,
    ) -> Status {
        let identity = &self.service.settings().identity;
        let is_to = |mention: &MentionRef| mention.domain.is_none() && mention.user.eq_ignore_ascii_case(&to.username);
        let link = || MentionLink { url: to.url.clone(), username: to.username.clone(), acct: to.acct() };
        let content = text::render(plain, &|mention| is_to(mention).then(link), &|tag| identity.tag_url(tag));
        Status {
            url: identity.status_url(&from.username, id),
            content,
            text: plain.to_owned(),
            visibility: Visibility::Direct,
            mentions: vec![mention_of(to)],
            in_reply_to_id: answers.map(|(answered, _)| answered),
            in_reply_to_account_id: answers.map(|(_, by)| by.id),
            in_reply_to_uri: answers.map(|(answered, by)| identity.status_uri(&by.username, answered)),
            thread_id: hold.notice.unwrap_or(id),
            interaction_policy: InteractionPolicy::of_local(Visibility::Direct, QuotePolicy::Nobody),
            ..Status::new(id, identity.status_uri(&from.username, id), from.id, true, cx.now())
        }
    }

    /// Takes the idempotency key of an answer, if there is one; `true` when it was taken, and all is done already.
    pub(super) async fn was_said(&self, tx: &Tx, cx: &Cx, author: AccountId, said: Option<&Said>) -> Result<bool> {
        match said {
            Some(said) => Ok(claim_key(tx, cx, author, &said.draft, Claimed::Status(said.id)).await?.is_some()),
            None => Ok(false),
        }
    }
}
