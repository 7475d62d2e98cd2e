//! What the author decides about something of theirs that is held.

use staffroom_domain::hold::{Hold, HoldChoice, HoldState};
use staffroom_domain::ids::{AccountId, StatusId};

use super::notice::Said;
use super::release::Way;
use super::{forget_id, keep_changed, overtaken, words};
use crate::statuses::Statuses;
use crate::{Cx, Result, ServiceError};

/// Held answers and quotes that go with what they answer and quote.
pub(super) const MAX_TOGETHER: u64 = 100;

impl Statuses<'_> {
    /// Sends something held for review, publishes it for the author's school alone, takes it back, or publishes it as it is
    /// where the rules only asked to think again. With it goes what answers and quotes it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own, [`ServiceError::Conflict`] when it is decided already or when that
    /// is not theirs to choose here.
    pub async fn choose(&self, cx: &Cx, author: AccountId, id: StatusId, choice: HoldChoice) -> Result<()> {
        let hold = self.service.storage().read().holds().of(author, id).await?;
        let hold = hold.ok_or(ServiceError::NotFound("held status"))?;
        Box::pin(self.choose_saying(cx, hold, choice, None)).await
    }

    /// The same, because of what the author `said`.
    pub(super) async fn choose_saying(
        &self,
        cx: &Cx,
        hold: Hold,
        choice: HoldChoice,
        said: Option<Said>,
    ) -> Result<()> {
        if !hold.state.is_open() {
            return Err(overtaken(&hold, &self.service.storage().read().accounts()).await?);
        }
        if !words::choices(&hold).contains(&choice) {
            return Err(ServiceError::Conflict(format!("“{}” is not for its author to choose here", choice.as_str())));
        }
        match choice {
            HoldChoice::Review => self.send_for_review(cx, hold, said).await,
            HoldChoice::Withdraw => self.withdraw(cx, hold, said).await,
            HoldChoice::School | HoldChoice::Publish => {
                Box::pin(self.release(cx, hold, Way::chosen(choice, said))).await
            }
        }
    }

    async fn send_for_review(self, cx: &Cx, hold: Hold, said: Option<Said>) -> Result<()> {
        if hold.state == HoldState::InReview && said.is_none() {
            return Ok(());
        }
        let tx = self.service.storage().begin().await?;
        if self.was_said(&tx, cx, hold.account_id, said.as_ref()).await? {
            tx.commit().await?;
            return Ok(());
        }
        let moderation = self.service.moderation();
        let state = HoldState::InReview;
        // asked again, they are in no more hurry than before
        let deadline = if hold.state == state { hold.deadline } else { Some(moderation.decide_by(cx.now())) };
        keep_changed(&tx, cx, Hold { state, deadline, ..hold.clone() }).await?;
        moderation.record_decided(cx, &tx, &hold, "sent-for-review", None).await?;
        self.say_chosen(&tx, cx, &hold, words::SENT_FOR_REVIEW, said).await?;
        self.service.commit(tx).await
    }

    async fn withdraw(self, cx: &Cx, hold: Hold, said: Option<Said>) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if self.was_said(&tx, cx, hold.account_id, said.as_ref()).await? {
            tx.commit().await?;
            return Ok(());
        }
        let depending = tx.holds().depending_on(hold.id, MAX_TOGETHER).await?;
        for one in std::iter::once(&hold).chain(&depending) {
            let withdrawn = Hold { state: HoldState::Withdrawn, decided_at: Some(cx.now()), ..one.clone() };
            keep_changed(&tx, cx, withdrawn).await?;
            tx.holds().free(one.id, &[], Some(cx.now())).await?;
            forget_id(&tx, one);
        }
        let moderation = self.service.moderation();
        moderation.record_decided(cx, &tx, &hold, "withdrawn", None).await?;
        self.say_chosen(&tx, cx, &hold, words::WITHDRAWN, said).await?;
        self.service.commit(tx).await
    }

    /// Answers an author who chose by answering; others see what became of it where they chose.
    async fn say_chosen(
        self,
        tx: &staffroom_storage::Tx,
        cx: &Cx,
        hold: &Hold,
        told: &str,
        said: Option<Said>,
    ) -> Result<()> {
        let Some(said) = said else { return Ok(()) };
        let author = tx.accounts().by_id(hold.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        // Whoever answers was told by it before: it is there.
        let voice = self.service.accounts().ensure_moderation_account(cx).await?;
        self.say(tx, cx, (&voice, &author), hold, Some(&said), told).await?;
        Ok(())
    }
}
