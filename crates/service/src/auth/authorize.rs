//! Authorization requests: checked once, kept on the server under an unguessable id while the person signs in and
//! decides, and turned into a code or dropped.

use std::time::Duration;

use staffroom_domain::ids::AccountId;
use staffroom_domain::scope::Scopes;
use staffroom_storage::Tx;
use staffroom_storage::apps::{AuthorizeRequest as StoredRequest, Code};

use super::secrets::{self, SECRET_BYTES};
use super::sign_in::check_usable;
use super::{Auth, AuthorizeQuery, AuthorizeRequest, OAuthError};
use crate::{Cx, Result, ServiceError};

/// How long a request waits for a person, and a code for its exchange.
const LIFETIME: Duration = Duration::from_mins(10);
/// Used codes are remembered this long after their end, to notice reuse.
const REMEMBER_CODES: Duration = Duration::from_hours(24);
/// Longest `state`, in bytes.
const MAX_STATE_BYTES: usize = 4096;

impl Auth<'_> {
    /// Checks an authorization request and keeps it for ten minutes; returns the id to name it by.
    ///
    /// # Errors
    /// Unknown client, unregistered redirect URI, more scopes than registered, PKCE other than S256. None of these may
    /// be told to the redirect URI.
    pub async fn begin_authorization(&self, cx: &Cx, query: AuthorizeQuery) -> Result<String, OAuthError> {
        let refuse = |why: &str| Err(OAuthError::InvalidRequest(why.to_owned()));
        if query.response_type != "code" {
            return refuse("response_type must be code");
        }
        let app = self.service.storage().read().apps().by_client_id(&query.client_id).await?;
        let app = app.ok_or(OAuthError::InvalidClient)?;
        if !app.redirect_uris.contains(&query.redirect_uri) {
            return refuse("the redirect URI is not one of those registered");
        }
        let scope = if query.scope.trim().is_empty() { "read" } else { query.scope.as_str() };
        let scopes = Scopes::parse(scope);
        if !Scopes::unknown_in(scope).is_empty() || scopes.is_empty() || !app.scopes.covers_all(&scopes) {
            return Err(OAuthError::InvalidScope);
        }
        if query.state.as_ref().is_some_and(|state| state.len() > MAX_STATE_BYTES) {
            return refuse("state is too long");
        }
        let code_challenge = query.code_challenge.filter(|challenge| !challenge.is_empty());
        if let Some(challenge) = &code_challenge {
            // Without a method RFC 7636 means `plain`, which protects nothing.
            if query.code_challenge_method.as_deref() != Some("S256") {
                return refuse("code_challenge_method must be S256");
            }
            if !is_challenge(challenge) {
                return refuse("code_challenge must be 43 characters of base64url");
            }
        }
        let request = StoredRequest {
            app_id: app.id,
            redirect_uri: query.redirect_uri,
            scopes,
            state: query.state,
            code_challenge,
            force_login: query.force_login,
            expires_at: cx.now().plus(LIFETIME),
        };
        let id = cx.secret(SECRET_BYTES);
        let tx = self.service.storage().begin().await?;
        tx.apps().insert_request(&secrets::hash(&id), &request, cx.now()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// A kept request.
    ///
    /// # Errors
    /// The database failed.
    pub async fn authorization(&self, cx: &Cx, id: &str) -> Result<Option<AuthorizeRequest>> {
        let read = self.service.storage().read();
        let Some(request) = read.apps().request(&secrets::hash(id), cx.now()).await? else { return Ok(None) };
        let app = read.apps().by_id(request.app_id).await?;
        Ok(app.map(|app| view(request, app.into())))
    }

    /// The person agreed: the request ends, a code (ten minutes, once) begins.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the request ended, [`ServiceError::Forbidden`] when the account may not be used.
    pub async fn approve(&self, cx: &Cx, id: &str, account: AccountId) -> Result<(AuthorizeRequest, String)> {
        let tx = self.service.storage().begin().await?;
        let (stored, request) = take(&tx, cx, id).await?.ok_or(ServiceError::NotFound("authorization request"))?;
        let owner = tx.accounts().by_id(account).await?.ok_or(ServiceError::NotFound("account"))?;
        let user = tx.users().by_account(account).await?.ok_or(ServiceError::NotFound("user"))?;
        check_usable(&owner, &user)?;
        let secret = cx.secret(SECRET_BYTES);
        let code = Code {
            app_id: stored.app_id,
            account_id: account,
            redirect_uri: stored.redirect_uri,
            scopes: stored.scopes,
            code_challenge: stored.code_challenge,
            expires_at: cx.now().plus(LIFETIME),
            token_id: None,
        };
        tx.apps().insert_code(&secrets::hash(&secret), &code, cx.now().minus(REMEMBER_CODES)).await?;
        tx.commit().await?;
        Ok((request, secret))
    }

    /// The person said no: the request ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn deny(&self, cx: &Cx, id: &str) -> Result<Option<AuthorizeRequest>> {
        let tx = self.service.storage().begin().await?;
        let taken = take(&tx, cx, id).await?;
        tx.commit().await?;
        Ok(taken.map(|(_, request)| request))
    }
}

/// Ends a request; only one of two who try gets it.
async fn take(tx: &Tx, cx: &Cx, id: &str) -> Result<Option<(StoredRequest, AuthorizeRequest)>> {
    let hash = secrets::hash(id);
    let Some(request) = tx.apps().request(&hash, cx.now()).await? else { return Ok(None) };
    let app = tx.apps().by_id(request.app_id).await?.ok_or(ServiceError::NotFound("application"))?;
    if !tx.apps().remove_request(&hash).await? {
        return Ok(None);
    }
    Ok(Some((request.clone(), view(request, app.into()))))
}

fn view(request: StoredRequest, app: super::App) -> AuthorizeRequest {
    AuthorizeRequest {
        app,
        redirect_uri: request.redirect_uri,
        scopes: request.scopes,
        state: request.state,
        force_login: request.force_login,
    }
}

/// SHA-256 in base64url, with or without the padding some libraries leave on.
fn is_challenge(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
