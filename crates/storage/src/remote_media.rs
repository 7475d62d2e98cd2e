//! Copies of files of other servers: where each lies, how large it is, when it was last used.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;

use crate::db::placeholders;
use crate::error::Result;

crate::db::noun!();

/// A copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteCopy {
    /// Digest of its address there.
    pub digest: String,
    /// Path below the media folder.
    pub path: String,
    /// Media type, as determined from its bytes.
    pub content_type: String,
    /// Size.
    pub bytes: i64,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// When somebody last wanted it, to the hour.
    pub used_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    digest: String,
    path: String,
    content_type: String,
    bytes: i64,
    fetched_at: i64,
    used_at: i64,
}

impl From<Row> for RemoteCopy {
    fn from(row: Row) -> Self {
        Self {
            digest: row.digest,
            path: row.path,
            content_type: row.content_type,
            bytes: row.bytes,
            fetched_at: Timestamp(row.fetched_at),
            used_at: Timestamp(row.used_at),
        }
    }
}

const COLUMNS: &str = "digest, path, content_type, bytes, fetched_at, used_at";

impl Reads<'_> {
    /// Copies of files with these addresses.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(&self, digests: &[String]) -> Result<Vec<RemoteCopy>> {
        let list = placeholders(1, digests.len());
        let sql = format!("SELECT {COLUMNS} FROM remote_media WHERE digest IN ({list})");
        let values = digests.iter().map(|digest| digest.as_str().into()).collect();
        self.many(sql, values).await
    }

    /// Bytes of all copies. Index `remote_media_used`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn total_bytes(&self) -> Result<i64> {
        let sql = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS n FROM remote_media";
        Ok(self.db.number(sql, vec![]).await?.unwrap_or(0))
    }

    /// The copies nobody has wanted for longest, at most `limit`. Index `remote_media_used`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn least_used(&self, limit: u64) -> Result<Vec<RemoteCopy>> {
        let sql = format!("SELECT {COLUMNS} FROM remote_media ORDER BY used_at LIMIT +$1");
        self.many(sql, vec![i64::try_from(limit).unwrap_or(i64::MAX).into()]).await
    }

    /// Copies fetched before `before`, at most `limit`. Index `remote_media_fetched`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn older(&self, before: Timestamp, limit: u64) -> Result<Vec<RemoteCopy>> {
        let sql = format!("SELECT {COLUMNS} FROM remote_media WHERE fetched_at < $1 LIMIT +$2");
        self.many(sql, vec![before.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()]).await
    }

    async fn many(&self, sql: String, values: Vec<Value>) -> Result<Vec<RemoteCopy>> {
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(RemoteCopy::from).collect())
    }
}

impl Writes<'_> {
    /// Keeps a copy in place of a former one with the same address.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put(&self, copy: &RemoteCopy) -> Result<()> {
        let sql = format!(
            "INSERT INTO remote_media ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO UPDATE SET \
             path = excluded.path, content_type = excluded.content_type, bytes = excluded.bytes, \
             fetched_at = excluded.fetched_at, used_at = excluded.used_at"
        );
        let values = vec![
            copy.digest.as_str().into(),
            copy.path.as_str().into(),
            copy.content_type.as_str().into(),
            copy.bytes.into(),
            copy.fetched_at.0.into(),
            copy.used_at.0.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Somebody wants it now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn touch(&self, digest: &str, now: Timestamp) -> Result<()> {
        let sql = "UPDATE remote_media SET used_at = $2 WHERE digest = $1";
        self.db.run(sql, vec![digest.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Forgets copies, but not others that were fetched in their place since. The files are the caller's to remove.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget(&self, copies: &[RemoteCopy]) -> Result<()> {
        if copies.is_empty() {
            return Ok(());
        }
        let (digests, paths) = (placeholders(1, copies.len()), placeholders(copies.len() + 1, copies.len()));
        let sql = format!("DELETE FROM remote_media WHERE digest IN ({digests}) AND path IN ({paths})");
        let texts = copies.iter().map(|copy| &copy.digest).chain(copies.iter().map(|copy| &copy.path));
        self.db.run(sql, texts.map(|text| text.as_str().into()).collect()).await?;
        Ok(())
    }
}
