//! Queries about browser sessions. Only hashes of their secrets are kept.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, SessionId};

use crate::accounts::COLUMNS as ACCOUNT;
use crate::error::Result;
use crate::users::{COLUMNS as USER, PersonRow};

crate::db::noun!();

/// A session to be kept.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Our id.
    pub id: SessionId,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
    /// Whose it is.
    pub account_id: AccountId,
    /// What the browser calls itself.
    pub user_agent: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Reads<'_> {
    /// Who is behind a session that has not ended at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn holder(&self, secret_hash: &[u8; 32], now: Timestamp) -> Result<Option<(Account, User)>> {
        let sql = format!(
            "SELECT {ACCOUNT}, {USER} FROM sessions s JOIN accounts a ON a.id = s.account_id \
             JOIN users u ON u.account_id = s.account_id WHERE s.secret_hash = $1 AND s.expires_at > $2"
        );
        let row = self.db.one::<PersonRow>(sql, vec![secret_hash.to_vec().into(), now.as_millis().into()]).await?;
        Ok(row.map(|PersonRow(account, user)| (account, user)))
    }
}

impl Reads<'_> {
    /// Whether somebody is signed in at `now` in a browser that calls itself so.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_known(&self, account: AccountId, user_agent: &str, now: Timestamp) -> Result<bool> {
        // sessions_account
        let sql = "SELECT COUNT(*) AS n FROM sessions WHERE account_id = $1 AND user_agent = $2 AND expires_at > $3";
        let values = vec![account.0.into(), user_agent.into(), now.as_millis().into()];
        Ok(self.db.number(sql, values).await?.unwrap_or(0) > 0)
    }
}

/// A session of a person, as they see it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PersonsSession {
    /// Our id.
    pub id: i64,
    /// What the browser calls itself.
    pub user_agent: String,
    /// When it began, in milliseconds.
    pub created_at: i64,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

impl Reads<'_> {
    /// The newest sessions of a person that have not ended at `now`, newest first; `current` is the hash of the secret of
    /// the one that asks.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(
        &self,
        account: AccountId,
        current: &[u8; 32],
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<PersonsSession>> {
        // sessions_account
        let sql = "SELECT id, user_agent, created_at, secret_hash = $3 AS is_current FROM sessions \
                   WHERE account_id = $1 AND expires_at > $2 ORDER BY id DESC LIMIT +$4";
        let values = vec![account.0.into(), now.as_millis().into(), current.to_vec().into(), limit.into()];
        self.db.all(sql, values).await
    }
}

impl Writes<'_> {
    /// Ends a session of a person; false when it is not theirs, or has ended.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_of(&self, id: SessionId, account: AccountId) -> Result<bool> {
        let sql = "DELETE FROM sessions WHERE id = $1 AND account_id = $2";
        Ok(self.db.run(sql, vec![id.0.into(), account.0.into()]).await? > 0)
    }

    /// Keeps a session, and forgets those that have ended.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, session: &NewSession, now: Timestamp) -> Result<()> {
        self.db.run("DELETE FROM sessions WHERE expires_at <= $1", vec![now.as_millis().into()]).await?;
        let head = "INSERT INTO sessions (id, secret_hash, account_id, user_agent, created_at, expires_at)";
        let values = vec![
            session.id.0.into(),
            session.secret_hash.to_vec().into(),
            session.account_id.0.into(),
            session.user_agent.clone().into(),
            now.as_millis().into(),
            session.expires_at.as_millis().into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, secret_hash: &[u8; 32]) -> Result<()> {
        self.db.run("DELETE FROM sessions WHERE secret_hash = $1", vec![secret_hash.to_vec().into()]).await?;
        Ok(())
    }

    /// Ends all sessions of an account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM sessions WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
