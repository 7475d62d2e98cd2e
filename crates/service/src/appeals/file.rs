//! Somebody appeals.

use std::net::IpAddr;

use staffroom_domain::appeal::{Appeal, AppealState, DecisionView};
use staffroom_domain::ids::{AccountId, AppealId, ReasonsId};
use staffroom_storage::Tx;

use super::{Appeals, MAX_TEXT};
use crate::auth::secrets::{self, MAX_SECRET_BYTES};
use crate::{Cx, Result, ServiceError};

impl Appeals<'_> {
    /// Somebody appeals against a decision about them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for decisions about others, [`ServiceError::Conflict`] for one they appealed against
    /// before, [`ServiceError::Forbidden`] when the time for it is over, [`ServiceError::Invalid`] for an empty text and one
    /// that is too long.
    pub async fn file(&self, cx: &Cx, account: AccountId, id: ReasonsId, text: &str) -> Result<DecisionView> {
        let tx = self.service.storage().begin().await?;
        let found = tx.appeals().decision(account, id).await?.ok_or(ServiceError::NotFound("decision"))?;
        let appeal = put(&tx, cx, &found, text).await?;
        self.service.commit(tx).await?;
        self.own(account, appeal).await
    }

    /// The decision behind a link in a letter.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a link that is none.
    pub async fn behind(&self, token: &str) -> Result<DecisionView> {
        let gone = || ServiceError::NotFound("link");
        if token.len() > MAX_SECRET_BYTES {
            return Err(gone());
        }
        self.service.storage().read().appeals().by_link(&secrets::hash(token)).await?.ok_or_else(gone)
    }

    /// The same as [`Self::file`] by whoever has the link: also those who cannot sign in any more. Attempts are counted by
    /// `client`.
    ///
    /// # Errors
    /// As [`Self::file`]; [`ServiceError::NotFound`] for a link that is none, [`ServiceError::RateLimited`] after ten
    /// attempts in 15 minutes.
    pub async fn file_by_link(&self, cx: &Cx, token: &str, text: &str, client: IpAddr) -> Result<()> {
        let limited = |retry_after_secs| ServiceError::RateLimited { retry_after_secs };
        self.service.inner.sign_in_attempts.begin("an appeal", client, cx.now()).map_err(limited)?;
        let found = self.behind(token).await?;
        let tx = self.service.storage().begin().await?;
        put(&tx, cx, &found, text).await?;
        self.service.commit(tx).await
    }
}

async fn put(tx: &Tx, cx: &Cx, decision: &DecisionView, text: &str) -> Result<AppealId> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ServiceError::invalid("text", "can't be blank"));
    }
    if text.chars().count() > MAX_TEXT {
        return Err(ServiceError::invalid("text", format!("is longer than {MAX_TEXT} characters")));
    }
    let until = decision.reasons.appeal_until();
    if cx.now() > until {
        return Err(ServiceError::Forbidden(format!("an appeal was possible until {}", until.to_rfc3339())));
    }
    let appeal = Appeal {
        id: cx.id(),
        reasons: decision.reasons.id,
        account_id: decision.reasons.account_id,
        text: text.to_owned(),
        state: AppealState::Pending,
        answer: String::new(),
        decided_by: None,
        decided_at: None,
        created_at: cx.now(),
    };
    if tx.appeals().insert(&appeal).await? {
        return Ok(appeal.id);
    }
    Err(ServiceError::Conflict("there is an appeal against this decision already".to_owned()))
}
