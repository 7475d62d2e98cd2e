//! Rules about other servers' domains, and what they do to the accounts we have of them.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::domain_rule::{DomainAllow, DomainBlock, Severity};
use staffroom_domain::ids::{AccountId, DomainRuleId};
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::error::{Result, StorageError};
use crate::page::keyset;

crate::db::noun!();

/// Accounts of the domain `$1` and of everything below it, by their handles and by their network ids. The dots and
/// letters of a normalised domain mean nothing to `LIKE`, underscores are escaped.
pub(crate) const OF_DOMAIN: &str = "a.domain IS NOT NULL AND (a.domain = $1 OR a.domain LIKE $2 ESCAPE '\\' \
     OR a.domain LIKE $3 ESCAPE '\\' OR a.domain LIKE $4 ESCAPE '\\' OR a.uri LIKE $5 ESCAPE '\\' \
     OR a.uri LIKE $6 ESCAPE '\\' OR a.uri LIKE $7 ESCAPE '\\' OR a.uri LIKE $8 ESCAPE '\\')";

/// Placeholders [`OF_DOMAIN`] takes.
const OF_DOMAIN_VALUES: usize = 8;

pub(crate) fn of_domain(domain: &str) -> Vec<Value> {
    let escaped = domain.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    vec![
        domain.into(),
        format!("%.{escaped}").into(),
        format!("{escaped}:%").into(),
        format!("%.{escaped}:%").into(),
        format!("http%://{escaped}/%").into(),
        format!("http%://{escaped}:%").into(),
        format!("http%://%.{escaped}/%").into(),
        format!("http%://%.{escaped}:%").into(),
    ]
}

const COLUMNS: &str =
    "id, domain, severity, reject_media, reject_reports, comment, public_comment, obfuscate, created_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    domain: String,
    severity: String,
    reject_media: bool,
    reject_reports: bool,
    comment: String,
    public_comment: String,
    obfuscate: bool,
    created_at: i64,
}

impl TryFrom<Row> for DomainBlock {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        let severity = Severity::parse(&row.severity);
        Ok(Self {
            id: DomainRuleId(row.id),
            domain: row.domain,
            severity: severity.ok_or(StorageError::Corrupt { what: "domain_blocks.severity" })?,
            reject_media: row.reject_media,
            reject_reports: row.reject_reports,
            comment: row.comment,
            public_comment: row.public_comment,
            obfuscate: row.obfuscate,
            since: Timestamp(row.created_at),
        })
    }
}

#[derive(FromQueryResult)]
struct AllowRow {
    id: i64,
    domain: String,
    created_at: i64,
}

impl From<AllowRow> for DomainAllow {
    fn from(row: AllowRow) -> Self {
        Self { id: DomainRuleId(row.id), domain: row.domain, since: Timestamp(row.created_at) }
    }
}

#[derive(FromQueryResult)]
struct Name {
    domain: String,
}

impl Reads<'_> {
    /// All limits, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blocks(&self) -> Result<Vec<DomainBlock>> {
        let sql = format!("SELECT {COLUMNS} FROM domain_blocks ORDER BY domain");
        self.db.all::<Row>(sql, vec![]).await?.into_iter().map(DomainBlock::try_from).collect()
    }

    /// Limits, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn block_page(&self, page: &PageRequest) -> Result<Page<DomainBlock>> {
        let mut values = Vec::new();
        let (bounds, order) = keyset(page, "id", &mut values);
        // domain_blocks_id
        let sql = format!("SELECT {COLUMNS} FROM domain_blocks WHERE id > 0{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let blocks = rows.into_iter().map(DomainBlock::try_from).collect::<Result<_>>()?;
        Ok(Page::from_rows(blocks, page, |block: &DomainBlock| block.id.0))
    }

    /// Follows and requests between us and others, in both directions, by the domain of their handles.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follows_by_domain(&self) -> Result<Vec<(String, i64)>> {
        #[derive(FromQueryResult)]
        struct Counted {
            domain: String,
            n: i64,
        }
        // follows_account, follows_target
        let sql = "SELECT a.domain AS domain, CAST(SUM(c.n) AS BIGINT) AS n FROM (\
                   SELECT account_id AS id, COUNT(*) AS n FROM follows GROUP BY account_id UNION ALL \
                   SELECT target_id AS id, COUNT(*) AS n FROM follows GROUP BY target_id) c \
                   JOIN accounts a ON a.id = c.id WHERE a.domain IS NOT NULL GROUP BY a.domain";
        let rows = self.db.all::<Counted>(sql, vec![]).await?;
        Ok(rows.into_iter().map(|row| (row.domain, row.n)).collect())
    }

    /// The limit with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn block_by_id(&self, id: DomainRuleId) -> Result<Option<DomainBlock>> {
        let sql = format!("SELECT {COLUMNS} FROM domain_blocks WHERE id = $1");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(DomainBlock::try_from).transpose()
    }

    /// The limit on exactly this domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn block_of(&self, domain: &str) -> Result<Option<DomainBlock>> {
        let sql = format!("SELECT {COLUMNS} FROM domain_blocks WHERE domain = $1");
        self.db.one::<Row>(sql, vec![domain.into()]).await?.map(DomainBlock::try_from).transpose()
    }

    /// Allowances, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn allow_page(&self, page: &PageRequest) -> Result<Page<DomainAllow>> {
        let mut values = Vec::new();
        let (bounds, order) = keyset(page, "id", &mut values);
        // domain_allows_id
        let sql = format!("SELECT id, domain, created_at FROM domain_allows WHERE id > 0{bounds}{order}");
        let rows = self.db.all::<AllowRow>(sql, values).await?.into_iter().map(DomainAllow::from).collect();
        Ok(Page::from_rows(rows, page, |allow: &DomainAllow| allow.id.0))
    }

    /// The allowance with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn allow_by_id(&self, id: DomainRuleId) -> Result<Option<DomainAllow>> {
        let sql = "SELECT id, domain, created_at FROM domain_allows WHERE id = $1";
        Ok(self.db.one::<AllowRow>(sql, vec![id.0.into()]).await?.map(DomainAllow::from))
    }

    /// The allowance of exactly this domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn allow_of(&self, domain: &str) -> Result<Option<DomainAllow>> {
        let sql = "SELECT id, domain, created_at FROM domain_allows WHERE domain = $1";
        Ok(self.db.one::<AllowRow>(sql, vec![domain.into()]).await?.map(DomainAllow::from))
    }

    /// All domains that are allowed by name, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn allows(&self) -> Result<Vec<String>> {
        let rows = self.db.all::<Name>("SELECT domain FROM domain_allows ORDER BY domain", vec![]).await?;
        Ok(rows.into_iter().map(|row| row.domain).collect())
    }
}

impl Writes<'_> {
    /// Keeps a limit in place of an older one on the same domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_block(&self, block: &DomainBlock) -> Result<()> {
        let sql = format!(
            "INSERT INTO domain_blocks ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (domain) DO UPDATE SET severity = excluded.severity, \
             reject_media = excluded.reject_media, reject_reports = excluded.reject_reports, \
             comment = excluded.comment, public_comment = excluded.public_comment, \
             obfuscate = excluded.obfuscate, created_at = excluded.created_at"
        );
        let values = vec![
            block.id.0.into(),
            block.domain.clone().into(),
            block.severity.as_str().into(),
            block.reject_media.into(),
            block.reject_reports.into(),
            block.comment.clone().into(),
            block.public_comment.clone().into(),
            block.obfuscate.into(),
            block.since.0.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Takes a limit back; `false` if there was none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_block(&self, domain: &str) -> Result<bool> {
        Ok(self.db.run("DELETE FROM domain_blocks WHERE domain = $1", vec![domain.into()]).await? > 0)
    }

    /// Allows a domain by name; allowing it again changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_allow(&self, id: DomainRuleId, domain: &str, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO domain_allows (id, domain, created_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (domain) DO NOTHING";
        self.db.run(sql, vec![id.0.into(), domain.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Takes that back; `false` if it was not allowed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_allow(&self, domain: &str) -> Result<bool> {
        Ok(self.db.run("DELETE FROM domain_allows WHERE domain = $1", vec![domain.into()]).await? > 0)
    }

    /// Suspends or silences what is known of a domain. Who is so already stays so, since then.
    ///
    /// # Errors
    /// The database failed.
    pub async fn limit_accounts(&self, block: &DomainBlock) -> Result<()> {
        let column = match block.severity {
            Severity::Noop => return Ok(()),
            Severity::Silence => "silenced_at",
            Severity::Suspend => "suspended_at",
        };
        let mut values = of_domain(&block.domain);
        values.push(block.since.0.into());
        let sql = format!(
            "UPDATE accounts AS a SET {column} = ${} WHERE {column} IS NULL AND {OF_DOMAIN}",
            OF_DOMAIN_VALUES + 1
        );
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Lifts what [`Writes::limit_accounts`] did at `since`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lift_accounts(&self, domain: &str, since: Timestamp) -> Result<()> {
        for column in ["silenced_at", "suspended_at"] {
            let mut values = of_domain(domain);
            values.push(since.0.into());
            let sql = format!(
                "UPDATE accounts AS a SET {column} = NULL WHERE {column} = ${} AND {OF_DOMAIN}",
                OF_DOMAIN_VALUES + 1
            );
            self.db.run(sql, values).await?;
        }
        Ok(())
    }

    /// Silences one account, when it is met after its domain was.
    ///
    /// # Errors
    /// The database failed.
    pub async fn silence(&self, account: AccountId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE accounts SET silenced_at = $2 WHERE id = $1 AND silenced_at IS NULL";
        self.db.run(sql, vec![account.0.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Forgets the pictures we show of a domain's people and statuses.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_media(&self, domain: &str) -> Result<()> {
        for sql in [
            format!("UPDATE accounts AS a SET avatar = NULL, header = NULL, emojis = '[]' WHERE {OF_DOMAIN}"),
            format!(
                "DELETE FROM media_attachments WHERE account_id IN (SELECT a.id FROM accounts a WHERE {OF_DOMAIN})"
            ),
        ] {
            self.db.run(sql, of_domain(domain)).await?;
        }
        Ok(())
    }
}
