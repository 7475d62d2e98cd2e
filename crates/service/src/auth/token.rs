//! The token endpoint: a code, or an application's own credentials, for a token.

use staffroom_domain::ids::{AccountId, AppId};
use staffroom_domain::scope::Scopes;
use staffroom_storage::Tx;
use staffroom_storage::apps::{App, Code, NewToken};

use super::secrets::{self, MAX_SECRET_BYTES, SECRET_BYTES};
use super::sign_in::check_usable;
use super::{Auth, ClientCredentials, Grant, IssuedToken, OAuthError};
use crate::{Cx, Result, ServiceError};

impl Auth<'_> {
    /// Exchanges a grant for a token. A code used twice ends the token it gave: one of the two users is a thief.
    ///
    /// # Errors
    /// In RFC 6749's words, see [`OAuthError`].
    pub async fn token(&self, cx: &Cx, client: ClientCredentials, grant: Grant) -> Result<IssuedToken, OAuthError> {
        let app = self.client(&client).await?;
        let is_confidential = client.client_secret.is_some();
        match grant {
            Grant::AuthorizationCode { code, redirect_uri, code_verifier } => {
                let verifier = code_verifier.filter(|verifier| !verifier.is_empty());
                let tx = self.service.storage().begin().await?;
                let code_hash = secrets::hash(&code);
                let found = tx.apps().code(&code_hash).await?.filter(|found| found.app_id == app.id);
                let found = found.ok_or(OAuthError::InvalidGrant)?;
                if let Some(token) = found.token_id {
                    tx.apps().revoke_token(token, cx.now()).await?;
                    tx.commit().await?;
                    return Err(OAuthError::InvalidGrant);
                }
                check_code(cx, &found, &redirect_uri, verifier.as_deref(), is_confidential)?;
                check_owner(&tx, found.account_id).await?;
                let (token, issued) = new_token(cx, Some(app.id), Some(found.account_id), found.scopes);
                if !tx.apps().use_code(&code_hash, token.id).await? {
                    return Err(OAuthError::InvalidGrant);
                }
                tx.apps().insert_token(&token, cx.now()).await?;
                tx.users().touch(found.account_id, cx.now()).await?;
                tx.commit().await?;
                Ok(issued)
            }
            Grant::ClientCredentials { scopes } => {
                if !is_confidential {
                    return Err(OAuthError::InvalidClient);
                }
                let scopes = if scopes.is_empty() { Scopes::parse("read") } else { scopes };
                if !app.scopes.covers_all(&scopes) {
                    return Err(OAuthError::InvalidScope);
                }
                let (token, issued) = new_token(cx, Some(app.id), None, scopes);
                let tx = self.service.storage().begin().await?;
                tx.apps().insert_token(&token, cx.now()).await?;
                tx.commit().await?;
                Ok(issued)
            }
        }
    }

    /// A token of an application for somebody who just made an account with it, inside the transaction that makes it.
    pub(crate) async fn issue_within(
        &self,
        tx: &Tx,
        cx: &Cx,
        app: AppId,
        account: AccountId,
        scopes: Scopes,
    ) -> Result<IssuedToken> {
        let (token, issued) = new_token(cx, Some(app), Some(account), scopes);
        tx.apps().insert_token(&token, cx.now()).await?;
        Ok(issued)
    }

    /// A token made for a person from the command line.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts nobody signs in to, [`ServiceError::Invalid`] without any scope.
    pub async fn issue_personal_token(&self, cx: &Cx, account: AccountId, scopes: Scopes) -> Result<IssuedToken> {
        if scopes.is_empty() {
            return Err(ServiceError::invalid("scopes", "name no scope known here"));
        }
        let tx = self.service.storage().begin().await?;
        let owner = tx.accounts().by_id(account).await?.ok_or(ServiceError::NotFound("account"))?;
        let user = tx.users().by_account(account).await?.ok_or(ServiceError::NotFound("user"))?;
        check_usable(&owner, &user)?;
        let (token, issued) = new_token(cx, None, Some(account), scopes);
        tx.apps().insert_token(&token, cx.now()).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// The application behind credentials. A wrong secret is refused; none at all is a public client, which has to show
    /// something else (a PKCE verifier, the token to revoke).
    pub(super) async fn client(&self, client: &ClientCredentials) -> Result<App, OAuthError> {
        let app = self.service.storage().read().apps().by_client_id(&client.client_id).await?;
        let app = app.ok_or(OAuthError::InvalidClient)?;
        match &client.client_secret {
            Some(secret) if secret.len() > MAX_SECRET_BYTES || !secrets::matches(secret, &app.secret_hash) => {
                Err(OAuthError::InvalidClient)
            }
            _ => Ok(app),
        }
    }
}

fn check_code(
    cx: &Cx,
    code: &Code,
    redirect_uri: &str,
    verifier: Option<&str>,
    is_confidential: bool,
) -> Result<(), OAuthError> {
    if code.expires_at <= cx.now() || code.redirect_uri != redirect_uri {
        return Err(OAuthError::InvalidGrant);
    }
    match (&code.code_challenge, verifier) {
        (Some(challenge), Some(verifier)) if secrets::verifies(verifier, challenge) => Ok(()),
        (None, None) if is_confidential => Ok(()),
        (None, None) => Err(OAuthError::InvalidClient),
        // Also a verifier without a challenge: somebody took the challenge out on the way (RFC 9700, 4.8.2).
        _ => Err(OAuthError::InvalidGrant),
    }
}

async fn check_owner(tx: &Tx, id: AccountId) -> Result<(), OAuthError> {
    let account = tx.accounts().by_id(id).await?;
    let user = tx.users().by_account(id).await?;
    match (account, user) {
        (Some(account), Some(user)) if check_usable(&account, &user).is_ok() => Ok(()),
        _ => Err(OAuthError::InvalidGrant),
    }
}

fn new_token(cx: &Cx, app: Option<AppId>, account: Option<AccountId>, scopes: Scopes) -> (NewToken, IssuedToken) {
    let text = cx.secret(SECRET_BYTES);
    let token = NewToken {
        id: cx.id(),
        token_hash: secrets::hash(&text),
        app_id: app,
        account_id: account,
        scopes: scopes.clone(),
    };
    (token, IssuedToken { token: text, scopes, created_at_secs: cx.now().as_secs() })
}
