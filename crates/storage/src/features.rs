//! Queries about the leave of people here to be in collections of accounts elsewhere.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::account::FeatureAuthorization;
use staffroom_domain::ids::{AccountId, AuthorizationId};

use crate::error::Result;

crate::db::noun!();

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    asker_id: i64,
    collection_uri: String,
}

impl From<Row> for FeatureAuthorization {
    fn from(row: Row) -> Self {
        Self {
            id: AuthorizationId(row.id),
            account_id: AccountId(row.account_id),
            asker_id: AccountId(row.asker_id),
            collection_uri: row.collection_uri,
        }
    }
}

impl Reads<'_> {
    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn authorization(&self, id: AuthorizationId) -> Result<Option<FeatureAuthorization>> {
        let sql = "SELECT id, account_id, asker_id, collection_uri FROM feature_authorizations WHERE id = $1";
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Into::into))
    }

    /// The leave of `account` to be in this collection.
    ///
    /// # Errors
    /// The database failed.
    pub async fn given(&self, account: AccountId, collection_uri: &str) -> Result<Option<FeatureAuthorization>> {
        // feature_authorizations_once
        let sql = "SELECT id, account_id, asker_id, collection_uri FROM feature_authorizations \
                   WHERE account_id = $1 AND collection_uri = $2";
        Ok(self.db.one::<Row>(sql, vec![account.0.into(), collection_uri.into()]).await?.map(Into::into))
    }
}

impl Writes<'_> {
    /// Keeps one; where there is one for the collection, nothing happens.
    ///
    /// # Errors
    /// The database failed.
    pub async fn give(&self, given: &FeatureAuthorization, now: Timestamp) -> Result<()> {
        let head = "INSERT INTO feature_authorizations (id, account_id, asker_id, collection_uri, created_at)";
        let values = vec![
            given.id.0.into(),
            given.account_id.0.into(),
            given.asker_id.0.into(),
            given.collection_uri.as_str().into(),
            now.0.into(),
        ];
        self.db.insert_many(head, vec![values], "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }
}
