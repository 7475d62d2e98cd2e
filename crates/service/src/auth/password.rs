//! A new password for somebody who forgot theirs: a link by mail, then the choice.

use std::net::IpAddr;

use staffroom_domain::job::Job;
use staffroom_domain::mail::LinkPurpose;

use super::Auth;
use crate::mail::{Matter, looked_at, redeemed, reset_link, write};
use crate::{Cx, Result, ServiceError, passwords};

/// Longest handle or e-mail address looked at, in bytes.
const MAX_LOGIN_BYTES: usize = 254;

impl Auth<'_> {
    /// Asks for a link to choose a new password. Nothing tells whether there is such a person, not even the time this
    /// takes: who it is turns out in a job. How often somebody asks is counted by `client`.
    ///
    /// # Errors
    /// [`ServiceError::RateLimited`] after ten in 15 minutes.
    pub async fn ask_reset(&self, cx: &Cx, login: &str, client: IpAddr) -> Result<()> {
        let attempts = &self.service.inner.sign_in_attempts;
        let limited = |retry_after_secs| ServiceError::RateLimited { retry_after_secs };
        attempts.begin("a new password", client, cx.now()).map_err(limited)?;
        let login = login.trim().trim_start_matches('@').to_lowercase();
        if login.is_empty() || login.len() > MAX_LOGIN_BYTES {
            return Ok(());
        }
        let key = format!("reset:{login}");
        let tx = self.service.storage().begin().await?;
        tx.jobs().push(cx.id(), &Job::WriteReset { login }, cx.now(), Some(&key)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sends the link, if there is such a person (a job).
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn write_reset(&self, cx: &Cx, login: &str) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let found = tx.users().login(login).await?;
        let Some(found) = found.filter(|one| !one.account.is_gone() && one.user.disabled_at.is_none()) else {
            return Ok(());
        };
        let link = reset_link(&tx, self.service, cx, &found.user).await?;
        let matter = Matter::Reset { link: &link };
        if write(&tx, self.service, cx, &found.account, &found.user, matter).await? {
            tx.commit().await?;
        }
        Ok(())
    }

    /// Whether a link to choose a new password still counts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn may_reset(&self, cx: &Cx, token: &str) -> Result<bool> {
        Ok(looked_at(self.service, cx, token, LinkPurpose::Reset).await?.is_some())
    }

    /// Sets the password of the person who was sent the link, and ends all their sessions and tokens. The
    /// address counts as confirmed.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a link that does not count (any more), [`ServiceError::Invalid`] for a password too
    /// short or long: the link counts on then.
    pub async fn reset_password(&self, cx: &Cx, token: &str, password: &str) -> Result<()> {
        // before the slow part
        if !self.may_reset(cx, token).await? {
            return Err(ServiceError::NotFound("link"));
        }
        let hash = passwords::hash(cx, password).await?;
        let tx = self.service.storage().begin().await?;
        let user = redeemed(&tx, cx, token, LinkPurpose::Reset).await?;
        self.service.accounts().change_password(&tx, cx, user.account_id, &hash).await?;
        tx.commit().await?;
        Ok(())
    }
}
