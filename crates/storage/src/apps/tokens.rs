//! Access tokens.

use std::collections::BTreeSet;

use sea_orm::{DbErr, FromQueryResult, QueryResult};
use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, AppId, TokenId};
use staffroom_domain::news::News;
use staffroom_domain::scope::Scopes;

use super::{App, COLUMNS as APP, Reads, Row as AppRow, Writes};
use crate::accounts::COLUMNS as ACCOUNT;
use crate::error::Result;
use crate::users::{COLUMNS as USER, PersonRow};

/// A token to be kept.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Our id.
    pub id: TokenId,
    /// SHA-256 of its text.
    pub token_hash: [u8; 32],
    /// The application it is given to; `None` for one made on the command line.
    pub app_id: Option<AppId>,
    /// The person it speaks for; `None` for an application's own.
    pub account_id: Option<AccountId>,
    /// What it may do.
    pub scopes: Scopes,
}

/// A token of a person, as they see it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PersonsToken {
    /// Our id.
    pub id: i64,
    /// Name of the app; `None` for one made on the command line.
    pub app_name: Option<String>,
    /// Site of the app.
    pub website: Option<String>,
    /// What it may do.
    pub scopes: String,
    /// When it was given, in milliseconds.
    pub created_at: i64,
}

/// Who holds a token.
#[derive(Clone, Debug)]
pub struct TokenHolder {
    /// The token.
    pub token_id: TokenId,
    /// What it may do.
    pub scopes: Scopes,
    /// The application.
    pub app: Option<App>,
    /// The account it speaks for, whether or not it can still be used.
    pub account_id: Option<AccountId>,
    /// The person it speaks for, if the account still has its private side.
    pub person: Option<(Account, User)>,
}

struct HolderRow(TokenHolder);

impl FromQueryResult for HolderRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let app = row.try_get::<Option<i64>>("p_", "id")?;
        let user = row.try_get::<Option<i64>>("u_", "account_id")?;
        Ok(Self(TokenHolder {
            token_id: TokenId(row.try_get("", "token_id")?),
            scopes: Scopes::parse(&row.try_get::<String>("", "token_scopes")?),
            app: app.map(|_| AppRow::from_query_result(row, pre)).transpose()?.map(|row| row.0),
            account_id: row.try_get::<Option<i64>>("", "token_account_id")?.map(AccountId),
            person: user
                .map(|_| PersonRow::from_query_result(row, pre))
                .transpose()?
                .map(|PersonRow(account, user)| (account, user)),
        }))
    }
}

impl Reads<'_> {
    /// Who holds the token with this hash; `None` when unknown or revoked. One indexed query: every call of a client
    /// asks this.
    ///
    /// # Errors
    /// The database failed.
    pub async fn token_holder(&self, token_hash: &[u8; 32]) -> Result<Option<TokenHolder>> {
        let sql = format!(
            "SELECT t.id AS token_id, t.scopes AS token_scopes, t.account_id AS token_account_id, \
             {APP}, {ACCOUNT}, {USER} FROM tokens t LEFT JOIN apps p ON p.id = t.app_id \
             LEFT JOIN accounts a ON a.id = t.account_id LEFT JOIN users u ON u.account_id = t.account_id \
             WHERE t.token_hash = $1 AND t.revoked_at IS NULL"
        );
        Ok(self.db.one::<HolderRow>(sql, vec![token_hash.to_vec().into()]).await?.map(|row| row.0))
    }
}

impl Reads<'_> {
    /// The newest tokens of a person that hold, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tokens_of(&self, account: AccountId, limit: i64) -> Result<Vec<PersonsToken>> {
        // tokens_account
        let sql = "SELECT t.id, p.name AS app_name, p.website, t.scopes, t.created_at FROM tokens t \
                   LEFT JOIN apps p ON p.id = t.app_id WHERE t.account_id = $1 AND t.revoked_at IS NULL \
                   ORDER BY t.id DESC LIMIT +$2";
        self.db.all(sql, vec![account.0.into(), limit.into()]).await
    }
}

impl Writes<'_> {
    /// Keeps a token.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_token(&self, token: &NewToken, now: Timestamp) -> Result<()> {
        let head = "INSERT INTO tokens (id, token_hash, app_id, account_id, scopes, created_at)";
        let values = vec![
            token.id.0.into(),
            token.token_hash.to_vec().into(),
            token.app_id.map(|id| id.0).into(),
            token.account_id.map(|id| id.0).into(),
            token.scopes.to_string().into(),
            now.as_millis().into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Ends a token by its id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_token(&self, id: TokenId, now: Timestamp) -> Result<()> {
        self.end_tokens("id = $2", vec![id.0.into()], now).await?;
        self.end_push("id = $1", id.0.into()).await
    }

    /// Ends a token of a person; false when it is not theirs, or ended before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_of_person(&self, id: TokenId, account: AccountId, now: Timestamp) -> Result<bool> {
        let ended = self.end_tokens("id = $2 AND account_id = $3", vec![id.0.into(), account.0.into()], now).await?;
        if ended {
            self.end_push("id = $1", id.0.into()).await?;
        }
        Ok(ended)
    }

    /// Ends the token with this hash if it was given to `app`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_of_app(&self, token_hash: &[u8; 32], app: AppId, now: Timestamp) -> Result<()> {
        self.end_tokens("token_hash = $2 AND app_id = $3", vec![token_hash.to_vec().into(), app.0.into()], now).await?;
        self.end_push("token_hash = $1", token_hash.to_vec().into()).await
    }

    /// Ends all tokens of an account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_all_of(&self, account: AccountId, now: Timestamp) -> Result<()> {
        self.end_tokens("account_id = $2", vec![account.0.into()], now).await?;
        self.end_push("account_id = $1", account.0.into()).await
    }

    /// Ends the tokens that `which` chooses by `values` (from `$2` on); whoever listens with them is told.
    /// False when there were none.
    async fn end_tokens(&self, which: &str, values: Vec<sea_orm::Value>, now: Timestamp) -> Result<bool> {
        #[derive(FromQueryResult)]
        struct Ended {
            account_id: Option<i64>,
        }
        let sql =
            format!("UPDATE tokens SET revoked_at = $1 WHERE {which} AND revoked_at IS NULL RETURNING account_id");
        let mut all = vec![now.as_millis().into()];
        all.extend(values);
        let ended = self.db.all::<Ended>(sql, all).await?;
        let people: BTreeSet<i64> = ended.iter().filter_map(|token| token.account_id).collect();
        for person in people {
            self.db.tell(News::AccessChanged(AccountId(person)));
        }
        Ok(!ended.is_empty())
    }

    /// Devices are told of nothing more for those ended tokens that `which` chooses by `value`.
    async fn end_push(&self, which: &str, value: sea_orm::Value) -> Result<()> {
        let sql = format!(
            "DELETE FROM push_subscriptions WHERE token_id IN \
             (SELECT id FROM tokens WHERE {which} AND revoked_at IS NOT NULL)"
        );
        self.db.run(sql, vec![value]).await?;
        Ok(())
    }
}
