//! What may act for a person: apps they gave access to, and browsers they are signed in with. They see and end it.

use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, SessionId, TokenId};
use staffroom_domain::scope::Scopes;

use super::{Auth, secrets};
use crate::{Cx, Result, ServiceError};

/// Apps and browsers listed of each, the newest.
const LISTED: i64 = 100;

/// An app that may act for a person.
#[derive(Clone, Debug)]
pub struct AppAccess {
    /// Its token.
    pub token: TokenId,
    /// Its name; `None` for a token made by an operator.
    pub name: Option<String>,
    /// Its site.
    pub website: Option<String>,
    /// What it may do.
    pub scopes: Scopes,
    /// Since when.
    pub since: Timestamp,
}

/// A browser somebody is signed in with.
#[derive(Clone, Debug)]
pub struct BrowserAccess {
    /// Its session.
    pub session: SessionId,
    /// What it calls itself.
    pub user_agent: String,
    /// Since when.
    pub since: Timestamp,
    /// It is the one that asks.
    pub is_current: bool,
}

impl Auth<'_> {
    /// The apps and browsers that may act for a person, newest first; `secret` is that of the session that asks.
    ///
    /// # Errors
    /// The database failed.
    pub async fn access(
        &self,
        cx: &Cx,
        account: AccountId,
        secret: &str,
    ) -> Result<(Vec<AppAccess>, Vec<BrowserAccess>)> {
        let read = self.service.storage().read();
        let apps = read.apps().tokens_of(account, LISTED).await?.into_iter().map(|token| AppAccess {
            token: TokenId(token.id),
            name: token.app_name,
            website: token.website,
            scopes: Scopes::parse(&token.scopes),
            since: Timestamp(token.created_at),
        });
        let sessions = read.sessions().of(account, &secrets::hash(secret), cx.now(), LISTED).await?;
        let browsers = sessions.into_iter().map(|session| BrowserAccess {
            session: SessionId(session.id),
            user_agent: session.user_agent,
            since: Timestamp(session.created_at),
            is_current: session.is_current,
        });
        Ok((apps.collect(), browsers.collect()))
    }

    /// Takes access back from an app: its streams end, its device is told of nothing more.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a token that is not theirs, or has ended.
    pub async fn end_app_access(&self, cx: &Cx, account: AccountId, token: TokenId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.apps().revoke_of_person(token, account, cx.now()).await? {
            return Err(ServiceError::NotFound("app"));
        }
        tx.commit().await?;
        Ok(())
    }

    /// Signs a person out in one of their browsers.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a session that is not theirs, or has ended.
    pub async fn end_session(&self, account: AccountId, session: SessionId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.sessions().remove_of(session, account).await? {
            return Err(ServiceError::NotFound("session"));
        }
        tx.commit().await?;
        Ok(())
    }
}
