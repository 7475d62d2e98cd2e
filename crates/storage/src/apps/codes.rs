//! Authorization requests waiting for a person, and the codes that come of them.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, AppId, TokenId};
use staffroom_domain::scope::Scopes;

use super::{Reads, Writes};
use crate::error::Result;

/// A checked authorization request.
#[derive(Clone, Debug)]
pub struct AuthorizeRequest {
    /// The application.
    pub app_id: AppId,
    /// Where the code goes.
    pub redirect_uri: String,
    /// What is asked for.
    pub scopes: Scopes,
    /// Echoed.
    pub state: Option<String>,
    /// PKCE, method S256.
    pub code_challenge: Option<String>,
    /// Ask for the password even when signed in.
    pub force_login: bool,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// A code a person agreed to.
#[derive(Clone, Debug)]
pub struct Code {
    /// The application.
    pub app_id: AppId,
    /// Who agreed.
    pub account_id: AccountId,
    /// Must be repeated at the token endpoint.
    pub redirect_uri: String,
    /// What was agreed to.
    pub scopes: Scopes,
    /// PKCE, method S256.
    pub code_challenge: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The token it was exchanged for.
    pub token_id: Option<TokenId>,
}

#[derive(FromQueryResult)]
struct RequestRow {
    app_id: i64,
    redirect_uri: String,
    scopes: String,
    state: Option<String>,
    code_challenge: Option<String>,
    force_login: bool,
    expires_at: i64,
}

#[derive(FromQueryResult)]
struct CodeRow {
    app_id: i64,
    account_id: i64,
    redirect_uri: String,
    scopes: String,
    code_challenge: Option<String>,
    expires_at: i64,
    token_id: Option<i64>,
}

impl Reads<'_> {
    /// The authorization request with this id, unless it ended before `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn request(&self, id_hash: &[u8; 32], now: Timestamp) -> Result<Option<AuthorizeRequest>> {
        let sql = "SELECT app_id, redirect_uri, scopes, state, code_challenge, force_login, expires_at \
                   FROM authorize_requests WHERE id_hash = $1 AND expires_at > $2";
        let row = self.db.one::<RequestRow>(sql, vec![id_hash.to_vec().into(), now.as_millis().into()]).await?;
        Ok(row.map(|row| AuthorizeRequest {
            app_id: AppId(row.app_id),
            redirect_uri: row.redirect_uri,
            scopes: Scopes::parse(&row.scopes),
            state: row.state,
            code_challenge: row.code_challenge,
            force_login: row.force_login,
            expires_at: Timestamp(row.expires_at),
        }))
    }

    /// The code with this hash, also when used or expired.
    ///
    /// # Errors
    /// The database failed.
    pub async fn code(&self, code_hash: &[u8; 32]) -> Result<Option<Code>> {
        let sql = "SELECT app_id, account_id, redirect_uri, scopes, code_challenge, expires_at, token_id \
                   FROM oauth_codes WHERE code_hash = $1";
        let row = self.db.one::<CodeRow>(sql, vec![code_hash.to_vec().into()]).await?;
        Ok(row.map(|row| Code {
            app_id: AppId(row.app_id),
            account_id: AccountId(row.account_id),
            redirect_uri: row.redirect_uri,
            scopes: Scopes::parse(&row.scopes),
            code_challenge: row.code_challenge,
            expires_at: Timestamp(row.expires_at),
            token_id: row.token_id.map(TokenId),
        }))
    }
}

impl Writes<'_> {
    /// Keeps an authorization request, and forgets those that have ended.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_request(&self, id_hash: &[u8; 32], request: &AuthorizeRequest, now: Timestamp) -> Result<()> {
        self.db.run("DELETE FROM authorize_requests WHERE expires_at <= $1", vec![now.as_millis().into()]).await?;
        let head = "INSERT INTO authorize_requests \
                    (id_hash, app_id, redirect_uri, scopes, state, code_challenge, force_login, expires_at)";
        let values = vec![
            id_hash.to_vec().into(),
            request.app_id.0.into(),
            request.redirect_uri.clone().into(),
            request.scopes.to_string().into(),
            request.state.clone().into(),
            request.code_challenge.clone().into(),
            request.force_login.into(),
            request.expires_at.as_millis().into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Ends an authorization request; false when it was gone already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_request(&self, id_hash: &[u8; 32]) -> Result<bool> {
        let sql = "DELETE FROM authorize_requests WHERE id_hash = $1";
        Ok(self.db.run(sql, vec![id_hash.to_vec().into()]).await? > 0)
    }

    /// Keeps a code, and forgets those that ended before `forget` (used ones are kept a while to notice reuse).
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_code(&self, code_hash: &[u8; 32], code: &Code, forget: Timestamp) -> Result<()> {
        self.db.run("DELETE FROM oauth_codes WHERE expires_at <= $1", vec![forget.as_millis().into()]).await?;
        let head = "INSERT INTO oauth_codes \
                    (code_hash, app_id, account_id, redirect_uri, scopes, code_challenge, expires_at, token_id)";
        let values = vec![
            code_hash.to_vec().into(),
            code.app_id.0.into(),
            code.account_id.0.into(),
            code.redirect_uri.clone().into(),
            code.scopes.to_string().into(),
            code.code_challenge.clone().into(),
            code.expires_at.as_millis().into(),
            code.token_id.map(|id| id.0).into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Marks a code as exchanged for `token`; false when it was exchanged before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn use_code(&self, code_hash: &[u8; 32], token: TokenId) -> Result<bool> {
        let sql = "UPDATE oauth_codes SET token_id = $2 WHERE code_hash = $1 AND token_id IS NULL";
        Ok(self.db.run(sql, vec![code_hash.to_vec().into(), token.0.into()]).await? > 0)
    }

    /// Ends all codes of an account that were not exchanged.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_codes_of(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM oauth_codes WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
