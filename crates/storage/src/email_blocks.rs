//! E-mail domains and addresses nobody makes an account with, and who tried.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{CanonicalEmailBlockId, EmailDomainBlockId};
use staffroom_domain::sign_up::{CanonicalEmailBlock, DayOfTries, EmailDomainBlock};
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::db::{in_list, pad, placeholders};
use crate::error::Result;
use crate::page::keyset;

crate::db::noun!();

#[derive(FromQueryResult)]
struct DomainRow {
    id: i64,
    domain: String,
    allow_with_approval: bool,
    created_at: i64,
}

impl From<DomainRow> for EmailDomainBlock {
    fn from(row: DomainRow) -> Self {
        Self {
            id: EmailDomainBlockId(row.id),
            domain: row.domain,
            allow_with_approval: row.allow_with_approval,
            since: Timestamp(row.created_at),
        }
    }
}

#[derive(FromQueryResult)]
struct HashRow {
    id: i64,
    hash: String,
}

impl From<HashRow> for CanonicalEmailBlock {
    fn from(row: HashRow) -> Self {
        Self { id: CanonicalEmailBlockId(row.id), hash: row.hash }
    }
}

#[derive(FromQueryResult)]
struct TriesRow {
    block_id: i64,
    day: i64,
    clients: i64,
    tries: i64,
}

const DOMAIN: &str = "id, domain, allow_with_approval, created_at";

impl Reads<'_> {
    /// Domains, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn domains(&self, page: &PageRequest) -> Result<Page<EmailDomainBlock>> {
        let mut values = Vec::new();
        let (bounds, order) = keyset(page, "id", &mut values);
        let sql = format!("SELECT {DOMAIN} FROM email_domain_blocks WHERE id > 0{bounds}{order}");
        let rows = self.db.all::<DomainRow>(sql, values).await?;
        Ok(Page::from_rows(rows, page, |row| row.id).map(EmailDomainBlock::from))
    }

    /// The domain with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn domain(&self, id: EmailDomainBlockId) -> Result<Option<EmailDomainBlock>> {
        let sql = format!("SELECT {DOMAIN} FROM email_domain_blocks WHERE id = $1");
        Ok(self.db.one::<DomainRow>(sql, vec![id.0.into()]).await?.map(EmailDomainBlock::from))
    }

    /// Those of `domains` that are blocked, the longest name first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn among(&self, domains: &[&str]) -> Result<Vec<EmailDomainBlock>> {
        let mut values: Vec<Value> = domains.iter().map(|domain| (*domain).into()).collect();
        pad(&mut values);
        let list = placeholders(1, values.len());
        let sql =
            format!("SELECT {DOMAIN} FROM email_domain_blocks WHERE domain IN ({list}) ORDER BY LENGTH(domain) DESC");
        Ok(self.db.all::<DomainRow>(sql, values).await?.into_iter().map(EmailDomainBlock::from).collect())
    }

    /// Who was turned away by these rules since `day`, by rule and day.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tries(&self, ids: &[EmailDomainBlockId], day: i64) -> Result<Vec<(EmailDomainBlockId, DayOfTries)>> {
        let mut values = vec![day.into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT block_id, day, COUNT(*) AS clients, CAST(SUM(tries) AS BIGINT) AS tries FROM email_domain_tries \
             WHERE block_id IN ({list}) AND day >= $1 GROUP BY block_id, day"
        );
        let of = |row: TriesRow| {
            let day = DayOfTries { day: row.day, clients: row.clients, tries: row.tries };
            (EmailDomainBlockId(row.block_id), day)
        };
        Ok(self.db.all::<TriesRow>(sql, values).await?.into_iter().map(of).collect())
    }

    /// Hashes of addresses, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hashes(&self, page: &PageRequest) -> Result<Page<CanonicalEmailBlock>> {
        let mut values = Vec::new();
        let (bounds, order) = keyset(page, "id", &mut values);
        let sql = format!("SELECT id, hash FROM canonical_email_blocks WHERE id > 0{bounds}{order}");
        let rows = self.db.all::<HashRow>(sql, values).await?;
        Ok(Page::from_rows(rows, page, |row| row.id).map(CanonicalEmailBlock::from))
    }

    /// The hash with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hash(&self, id: CanonicalEmailBlockId) -> Result<Option<CanonicalEmailBlock>> {
        let sql = "SELECT id, hash FROM canonical_email_blocks WHERE id = $1";
        Ok(self.db.one::<HashRow>(sql, vec![id.0.into()]).await?.map(CanonicalEmailBlock::from))
    }

    /// The rule about this hash.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_hash(&self, hash: &str) -> Result<Option<CanonicalEmailBlock>> {
        let sql = "SELECT id, hash FROM canonical_email_blocks WHERE hash = $1";
        Ok(self.db.one::<HashRow>(sql, vec![hash.into()]).await?.map(CanonicalEmailBlock::from))
    }
}

impl Writes<'_> {
    /// Blocks a domain; false when it is blocked already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn block_domain(&self, block: &EmailDomainBlock) -> Result<bool> {
        let head = "INSERT INTO email_domain_blocks (id, domain, allow_with_approval, created_at)";
        let values = vec![
            block.id.0.into(),
            block.domain.as_str().into(),
            block.allow_with_approval.into(),
            block.since.0.into(),
        ];
        Ok(self.db.insert_many(head, vec![values], "ON CONFLICT DO NOTHING").await? > 0)
    }

    /// Blocks a domain no longer; false when there is no such rule.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unblock_domain(&self, id: EmailDomainBlockId) -> Result<bool> {
        self.db.run("DELETE FROM email_domain_tries WHERE block_id = $1", vec![id.0.into()]).await?;
        Ok(self.db.run("DELETE FROM email_domain_blocks WHERE id = $1", vec![id.0.into()]).await? > 0)
    }

    /// Counts that somebody was turned away by a rule on `day`; `client` tells them from others, and is no address.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_try(&self, id: EmailDomainBlockId, day: i64, client: &str) -> Result<()> {
        let sql = "INSERT INTO email_domain_tries (block_id, day, client, tries) VALUES ($1, $2, $3, 1) \
                   ON CONFLICT (block_id, day, client) DO UPDATE SET tries = email_domain_tries.tries + 1";
        self.db.run(sql, vec![id.0.into(), day.into(), client.into()]).await?;
        Ok(())
    }

    /// Forgets who was turned away before `day`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_tries(&self, day: i64) -> Result<u64> {
        // email_domain_tries_day
        self.db.run("DELETE FROM email_domain_tries WHERE day < $1", vec![day.into()]).await
    }

    /// Blocks addresses with this hash; false when they are already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn block_hash(&self, block: &CanonicalEmailBlock, now: Timestamp) -> Result<bool> {
        let head = "INSERT INTO canonical_email_blocks (id, hash, created_at)";
        let values = vec![block.id.0.into(), block.hash.as_str().into(), now.0.into()];
        Ok(self.db.insert_many(head, vec![values], "ON CONFLICT DO NOTHING").await? > 0)
    }

    /// Blocks a hash no longer; false when there is no such rule.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unblock_hash(&self, id: CanonicalEmailBlockId) -> Result<bool> {
        Ok(self.db.run("DELETE FROM canonical_email_blocks WHERE id = $1", vec![id.0.into()]).await? > 0)
    }
}
