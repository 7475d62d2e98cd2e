//! Queries about the keys accounts sign with. Private halves are sealed before they get here.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::account::{KeyAlgorithm, PublicKey};
use staffroom_domain::ids::AccountId;

use crate::db::placeholders;
use crate::error::Result;

crate::db::noun!();

/// A key pair as kept.
#[derive(Clone, Debug)]
pub struct SealedPair {
    /// Its id on the network.
    pub uri: String,
    /// What it signs with.
    pub algorithm: KeyAlgorithm,
    /// PEM (`SubjectPublicKeyInfo`).
    pub public_pem: String,
    /// The private half, sealed under the label `key:<uri>`.
    pub private_sealed: Vec<u8>,
}

/// An account elsewhere that came back with other keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// Handle with domain.
    pub acct: String,
    /// Network id.
    pub uri: String,
    /// When the keys were found.
    pub at: Timestamp,
}

#[derive(FromQueryResult)]
struct PublicRow {
    uri: String,
    algorithm: String,
    public_pem: String,
}

impl From<PublicRow> for PublicKey {
    fn from(row: PublicRow) -> Self {
        Self { uri: row.uri, algorithm: algorithm(&row.algorithm), pem: row.public_pem }
    }
}

/// Only words of ours are ever written.
fn algorithm(word: &str) -> KeyAlgorithm {
    KeyAlgorithm::parse(word).unwrap_or(KeyAlgorithm::Rsa)
}

impl Reads<'_> {
    /// The key with this id, of an account that is not deleted, and the network id of its owner.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<(PublicKey, String)>> {
        #[derive(FromQueryResult)]
        struct Row {
            uri: String,
            algorithm: String,
            public_pem: String,
            owner_uri: String,
        }
        let sql = "SELECT k.uri AS uri, k.algorithm AS algorithm, k.public_pem AS public_pem, a.uri AS owner_uri \
                   FROM account_keys k JOIN accounts a ON a.id = k.account_id \
                   WHERE k.uri = $1 AND a.deleted_at IS NULL";
        let row = self.db.one::<Row>(sql, vec![uri.into()]).await?;
        Ok(row.map(|row| {
            let key = PublicKey { uri: row.uri, algorithm: algorithm(&row.algorithm), pem: row.public_pem };
            (key, row.owner_uri)
        }))
    }

    /// All public keys of an account, RSA first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_account(&self, id: AccountId) -> Result<Vec<PublicKey>> {
        let sql = "SELECT uri, algorithm, public_pem FROM account_keys WHERE account_id = $1 \
                   ORDER BY algorithm DESC, uri";
        let rows = self.db.all::<PublicRow>(sql, vec![id.0.into()]).await?;
        Ok(rows.into_iter().map(PublicKey::from).collect())
    }

    /// Accounts that came back with other keys, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn changes(&self, limit: u64) -> Result<Vec<KeyChange>> {
        #[derive(FromQueryResult)]
        struct Row {
            username: String,
            domain: Option<String>,
            uri: String,
            at: i64,
        }
        let sql = "SELECT a.username, a.domain, a.uri, k.at FROM key_changes k JOIN accounts a ON a.id = k.account_id \
                   ORDER BY k.id DESC LIMIT +$1";
        let rows = self.db.all::<Row>(sql, vec![i64::try_from(limit).unwrap_or(i64::MAX).into()]).await?;
        let change = |row: Row| KeyChange {
            acct: row.domain.map_or(row.username.clone(), |domain| format!("{}@{domain}", row.username)),
            uri: row.uri,
            at: Timestamp(row.at),
        };
        Ok(rows.into_iter().map(change).collect())
    }

    /// The pair of this kind a local account signs with.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pair(&self, id: AccountId, algorithm: KeyAlgorithm) -> Result<Option<SealedPair>> {
        #[derive(FromQueryResult)]
        struct Row {
            uri: String,
            public_pem: String,
            private_sealed: Vec<u8>,
        }
        let sql = "SELECT uri, public_pem, private_sealed FROM account_keys \
                   WHERE account_id = $1 AND algorithm = $2 AND private_sealed IS NOT NULL ORDER BY uri LIMIT 1";
        let row = self.db.one::<Row>(sql, vec![id.0.into(), algorithm.as_str().into()]).await?;
        Ok(row.map(|row| SealedPair {
            uri: row.uri,
            algorithm,
            public_pem: row.public_pem,
            private_sealed: row.private_sealed,
        }))
    }

    /// Ids and network ids of local accounts that sign but have no pair of this kind.
    ///
    /// # Errors
    /// The database failed.
    pub async fn without_pair(&self, algorithm: KeyAlgorithm, limit: u64) -> Result<Vec<(AccountId, String)>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: i64,
            uri: String,
        }
        let sql = "SELECT a.id AS id, a.uri AS uri FROM accounts a WHERE a.domain IS NULL AND a.deleted_at IS NULL \
                   AND EXISTS (SELECT 1 FROM account_keys k WHERE k.account_id = a.id AND k.private_sealed IS NOT NULL) \
                   AND NOT EXISTS (SELECT 1 FROM account_keys k WHERE k.account_id = a.id AND k.algorithm = $1) \
                   ORDER BY a.id LIMIT +$2";
        let values = vec![algorithm.as_str().into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(rows.into_iter().map(|row| (AccountId(row.id), row.uri)).collect())
    }
}

impl Writes<'_> {
    /// Stores keys of local accounts with their sealed private halves; where the key id is taken nothing changes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_pairs(&self, pairs: &[(AccountId, SealedPair)], now: Timestamp) -> Result<()> {
        let head = "INSERT INTO account_keys (uri, account_id, algorithm, public_pem, private_sealed, fetched_at)";
        let values = pairs.iter().map(|(id, pair)| {
            vec![
                pair.uri.clone().into(),
                id.0.into(),
                pair.algorithm.as_str().into(),
                pair.public_pem.clone().into(),
                pair.private_sealed.clone().into(),
                now.as_millis().into(),
            ]
        });
        self.db.insert_many(head, values.collect(), "ON CONFLICT (uri) DO NOTHING").await?;
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
        let mut keys: Vec<&PublicKey> = keys.iter().collect();
        // In one order: two fetches at once do not wait for each other in a circle.
        keys.sort_unstable_by_key(|key| key.uri.as_str());
        let rows = keys
            .into_iter()
            .map(|key| {
                let algorithm = key.algorithm.as_str();
                let (uri, pem) = (key.uri.clone(), key.pem.clone());
                vec![uri.into(), id.0.into(), algorithm.into(), pem.into(), now.as_millis().into()]
            })
            .collect();
        let tail = "ON CONFLICT (uri) DO UPDATE SET algorithm = excluded.algorithm, \
                    public_pem = excluded.public_pem, fetched_at = excluded.fetched_at WHERE account_keys.account_id = excluded.account_id \
                    AND account_keys.private_sealed IS NULL";
        let head = "INSERT INTO account_keys (uri, account_id, algorithm, public_pem, fetched_at)";
        self.db.insert_many(head, rows, tail).await?;
        Ok(())
    }

    /// Keeps that an account came back with other keys.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_change(&self, id: i64, account: AccountId, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO key_changes (id, account_id, at) VALUES ($1, $2, $3)";
        self.db.run(sql, vec![id.into(), account.0.into(), now.as_millis().into()]).await?;
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
