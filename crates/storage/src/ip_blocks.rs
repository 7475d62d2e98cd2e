//! Rules about blocks of internet addresses. They are few: whoever asks reads them all.

use sea_orm::FromQueryResult;
use staffroom_domain::cidr::Cidr;
use staffroom_domain::ids::IpBlockId;
use staffroom_domain::sign_up::{IpBlock, IpSeverity};
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::error::{Result, StorageError};
use crate::page::keyset;

crate::db::noun!();

const COLUMNS: &str = "id, network, severity, comment, expires_at, created_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    network: String,
    severity: String,
    comment: String,
    expires_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<Row> for IpBlock {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |what| StorageError::Corrupt { what };
        Ok(Self {
            id: IpBlockId(row.id),
            network: Cidr::parse(&row.network).ok_or_else(|| corrupt("ip_blocks.network"))?,
            severity: IpSeverity::parse(&row.severity).ok_or_else(|| corrupt("ip_blocks.severity"))?,
            comment: row.comment,
            expires_at: row.expires_at.map(Timestamp),
            since: Timestamp(row.created_at),
        })
    }
}

impl Reads<'_> {
    /// All that hold at `now`.
    ///
    /// # Errors
    /// The database failed, or holds something else.
    pub async fn all(&self, now: Timestamp) -> Result<Vec<IpBlock>> {
        let sql = format!("SELECT {COLUMNS} FROM ip_blocks WHERE expires_at IS NULL OR expires_at > $1 ORDER BY id");
        self.db.all::<Row>(sql, vec![now.0.into()]).await?.into_iter().map(IpBlock::try_from).collect()
    }

    /// Those that hold at `now`, newest first.
    ///
    /// # Errors
    /// The database failed, or holds something else.
    pub async fn page(&self, now: Timestamp, page: &PageRequest) -> Result<Page<IpBlock>> {
        let mut values = vec![now.0.into()];
        let (bounds, order) = keyset(page, "id", &mut values);
        let sql =
            format!("SELECT {COLUMNS} FROM ip_blocks WHERE (expires_at IS NULL OR expires_at > $1){bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let blocks = rows.into_iter().map(IpBlock::try_from).collect::<Result<_>>()?;
        Ok(Page::from_rows(blocks, page, |block: &IpBlock| block.id.0))
    }

    /// The one with this id, if it holds at `now`.
    ///
    /// # Errors
    /// The database failed, or holds something else.
    pub async fn by_id(&self, id: IpBlockId, now: Timestamp) -> Result<Option<IpBlock>> {
        let sql = format!("SELECT {COLUMNS} FROM ip_blocks WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)");
        self.db.one::<Row>(sql, vec![id.0.into(), now.0.into()]).await?.map(IpBlock::try_from).transpose()
    }
}

impl Writes<'_> {
    /// Keeps a rule; false when there is another about the same addresses.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, block: &IpBlock) -> Result<bool> {
        let head = "INSERT INTO ip_blocks (id, network, severity, comment, expires_at, created_at)";
        let values = vec![
            block.id.0.into(),
            block.network.to_string().into(),
            block.severity.as_str().into(),
            block.comment.as_str().into(),
            block.expires_at.map(|at| at.0).into(),
            block.since.0.into(),
        ];
        Ok(self.db.insert_many(head, vec![values], "ON CONFLICT DO NOTHING").await? > 0)
    }

    /// Changes a rule; false when there is another about the same addresses, or it is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, block: &IpBlock) -> Result<bool> {
        let sql = "UPDATE ip_blocks SET network = $2, severity = $3, comment = $4, expires_at = $5 WHERE id = $1 \
                   AND NOT EXISTS (SELECT 1 FROM ip_blocks other WHERE other.network = $2 AND other.id <> $1)";
        let values = vec![
            block.id.0.into(),
            block.network.to_string().into(),
            block.severity.as_str().into(),
            block.comment.as_str().into(),
            block.expires_at.map(|at| at.0).into(),
        ];
        Ok(self.db.run(sql, values).await? > 0)
    }

    /// Removes a rule; false when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: IpBlockId) -> Result<bool> {
        Ok(self.db.run("DELETE FROM ip_blocks WHERE id = $1", vec![id.0.into()]).await? > 0)
    }

    /// Forgets rules that ended by `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_ended(&self, now: Timestamp) -> Result<u64> {
        self.db.run("DELETE FROM ip_blocks WHERE expires_at <= $1", vec![now.0.into()]).await
    }
}
