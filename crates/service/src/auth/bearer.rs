//! Who holds a token: asked by every call of a client, so one indexed query and nothing remembered (a revoked token
//! stops at once).

use super::secrets::{self, MAX_SECRET_BYTES};
use super::{Auth, Bearer};
use crate::Result;

impl Auth<'_> {
    /// Who holds this token; `None` when unknown, revoked, or of somebody gone or switched off.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bearer(&self, token: &str) -> Result<Option<Bearer>> {
        if token.len() > MAX_SECRET_BYTES {
            return Ok(None);
        }
        let holder = self.service.storage().read().apps().token_holder(&secrets::hash(token)).await?;
        let Some(holder) = holder else { return Ok(None) };
        let is_usable = match &holder.person {
            Some((account, user)) => !account.is_gone() && user.disabled_at.is_none(),
            None => holder.account_id.is_none(),
        };
        if !is_usable {
            return Ok(None);
        }
        if let Some((account, _)) = &holder.person {
            self.note_activity(account.id).await;
        }
        Ok(Some(Bearer {
            token_id: holder.token_id,
            scopes: holder.scopes,
            app: holder.app.map(Into::into),
            person: holder.person,
        }))
    }
}
