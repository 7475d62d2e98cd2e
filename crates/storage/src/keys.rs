//! Queries about the keys accounts sign with. Private halves are sealed before they get here.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::account::PublicKey;
use staffroom_domain::ids::AccountId;

use crate::db::placeholders;
use crate::error::Result;

crate::db::noun!();

/// A public key and whose it is.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OwnedKey {
    /// Its id on the network.
    pub uri: String,
    /// PEM (`SubjectPublicKeyInfo`).
    pub public_pem: String,
    /// Network id of the owner.
    pub owner_uri: String,
}

/// A key pair as kept.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SealedPair {
    /// Its id on the network.
    pub uri: String,
    /// PEM (`SubjectPublicKeyInfo`).
    pub public_pem: String,
    /// The private half, sealed under the label `key:<uri>`.
    pub private_sealed: Vec<u8>,
}

impl Reads<'_> {
    /// The key with this id, of an account that is not deleted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<OwnedKey>> {
        let sql = "SELECT k.uri AS uri, k.public_pem AS public_pem, a.uri AS owner_uri FROM account_keys k \
                   JOIN accounts a ON a.id = k.account_id WHERE k.uri = $1 AND a.deleted_at IS NULL";
        self.db.one(sql, vec![uri.into()]).await
    }

    /// All public keys of an account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_account(&self, id: AccountId) -> Result<Vec<PublicKey>> {
        #[derive(FromQueryResult)]
        struct Row {
            uri: String,
            public_pem: String,
        }
        let sql = "SELECT uri, public_pem FROM account_keys WHERE account_id = $1 ORDER BY uri";
        let rows = self.db.all::<Row>(sql, vec![id.0.into()]).await?;
        Ok(rows.into_iter().map(|row| PublicKey { uri: row.uri, pem: row.public_pem }).collect())
    }

    /// The pair a local account signs with.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pair(&self, id: AccountId) -> Result<Option<SealedPair>> {
        let sql = "SELECT uri, public_pem, private_sealed FROM account_keys \
                   WHERE account_id = $1 AND private_sealed IS NOT NULL ORDER BY uri LIMIT 1";
        self.db.one(sql, vec![id.0.into()]).await
    }
}

impl Writes<'_> {
    /// Stores a key of a local account with its sealed private half. A taken key id is a unique violation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_pair(&self, id: AccountId, pair: &SealedPair, now: Timestamp) -> Result<()> {
        let head = "INSERT INTO account_keys (uri, account_id, public_pem, private_sealed, fetched_at)";
        let values = vec![
            pair.uri.clone().into(),
            id.0.into(),
            pair.public_pem.clone().into(),
            pair.private_sealed.clone().into(),
            now.as_millis().into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Makes `keys` the whole set of a remote account's keys. A key id that belongs to another account stays there:
    /// ids of keys never move.
    ///
    /// # Errors
    /// The database failed.
    pub async fn replace(&self, id: AccountId, keys: &[PublicKey], now: Timestamp) -> Result<()> {
        let mut values: Vec<sea_orm::Value> = vec![id.0.into()];
        values.extend(keys.iter().map(|key| sea_orm::Value::from(key.uri.clone())));
        // Without keys `NOT IN (NULL)` would keep everything.
        let others =
            if keys.is_empty() { String::new() } else { format!(" AND uri NOT IN ({})", placeholders(2, keys.len())) };
        self.db.run(format!("DELETE FROM account_keys WHERE account_id = $1{others}"), values).await?;
        let rows = keys
            .iter()
            .map(|key| vec![key.uri.clone().into(), id.0.into(), key.pem.clone().into(), now.as_millis().into()])
            .collect();
        let tail = "ON CONFLICT (uri) DO UPDATE SET public_pem = excluded.public_pem, \
                    fetched_at = excluded.fetched_at WHERE account_keys.account_id = excluded.account_id \
                    AND account_keys.private_sealed IS NULL";
        self.db.insert_many("INSERT INTO account_keys (uri, account_id, public_pem, fetched_at)", rows, tail).await?;
        Ok(())
    }

    /// Removes all keys of an account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: AccountId) -> Result<()> {
        self.db.run("DELETE FROM account_keys WHERE account_id = $1", vec![id.0.into()]).await?;
        Ok(())
    }
}
