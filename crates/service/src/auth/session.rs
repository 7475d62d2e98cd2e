//! Browser sessions.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use staffroom_domain::figures::day_of;
use staffroom_domain::ids::AccountId;

use super::secrets::{self, MAX_SECRET_BYTES};
use super::sign_in::check_usable;
use super::{Auth, Session};
use crate::instance::week_of;
use crate::{Cx, Result};

impl Auth<'_> {
    /// The session behind a cookie; `None` when unknown, ended, or of somebody who may not be signed in any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn session(&self, cx: &Cx, secret: &str) -> Result<Option<Session>> {
        if secret.len() > MAX_SECRET_BYTES {
            return Ok(None);
        }
        let holder = self.service.storage().read().sessions().holder(&secrets::hash(secret), cx.now()).await?;
        Ok(holder
            .filter(|(account, user)| check_usable(account, user).is_ok())
            .map(|(account, _)| Session { account, csrf: csrf(secret) }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_out(&self, _cx: &Cx, secret: &str) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.sessions().remove(&secrets::hash(secret)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes once a day that a person uses the server, for the figures it publishes.
    pub(super) async fn note_activity(&self, id: AccountId) {
        let active = &self.service.inner.active_today;
        let now = self.service.cx().now();
        let today = day_of(now);
        if active.get(&id) == Some(today) {
            return;
        }
        active.insert(id, today);
        let noted = async {
            let tx = self.service.storage().begin().await?;
            tx.users().touch(id, now).await?;
            tx.instance().note_active(week_of(now), id).await?;
            tx.figures().note_active(today, id).await?;
            tx.commit().await
        };
        if let Err(e) = noted.await {
            tracing::warn!(error = %e, "could not note that a person was active");
        }
    }
}

/// Ties forms to a session: only who knows its secret can make it, and it does not give the secret away.
fn csrf(secret: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, b"csrf").as_ref())
}
