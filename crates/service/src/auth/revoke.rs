//! Ending a token.

use super::secrets;
use super::{Auth, ClientCredentials, OAuthError};
use crate::{Cx, Result};

impl Auth<'_> {
    /// Ends a token of the client; unknown ones, and those of other clients, are left alone without a word (RFC 7009,
    /// 2.2).
    ///
    /// # Errors
    /// [`OAuthError::InvalidClient`] for unknown clients and wrong secrets.
    pub async fn revoke(&self, cx: &Cx, client: ClientCredentials, token: &str) -> Result<(), OAuthError> {
        let app = self.client(&client).await?;
        let tx = self.service.storage().begin().await?;
        tx.apps().revoke_of_app(&secrets::hash(token), app.id, cx.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}
