//! Rules about other servers' domains, and what they do to the accounts we have of them.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::domain_rule::{DomainBlock, Severity};
use staffroom_domain::ids::AccountId;

use crate::error::{Result, StorageError};

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

#[derive(FromQueryResult)]
struct Row {
    domain: String,
    severity: String,
    reject_media: bool,
    reject_reports: bool,
    comment: String,
    created_at: i64,
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
        let sql = "SELECT domain, severity, reject_media, reject_reports, comment, created_at FROM domain_blocks ORDER BY domain";
        let rows = self.db.all::<Row>(sql, vec![]).await?;
        let block = |row: Row| {
            let severity = Severity::parse(&row.severity);
            Ok(DomainBlock {
                domain: row.domain,
                severity: severity.ok_or(StorageError::Corrupt { what: "domain_blocks.severity" })?,
                reject_media: row.reject_media,
                reject_reports: row.reject_reports,
                comment: row.comment,
                since: Timestamp(row.created_at),
            })
        };
        rows.into_iter().map(block).collect()
    }

    /// All domains that are allowed by name, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn allows(&self) -> Result<Vec<String>> {
        let rows = self.db.all::<Name>("SELECT domain FROM domain_allows ORDER BY domain", vec![]).await?;
        Ok(rows.into_iter().map(|row| row.domain).collect())
    }

    /// When the limit on exactly this domain was made.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blocked_at(&self, domain: &str) -> Result<Option<Timestamp>> {
        let sql = "SELECT created_at AS n FROM domain_blocks WHERE domain = $1";
        Ok(self.db.number(sql, vec![domain.into()]).await?.map(Timestamp))
    }
}

impl Writes<'_> {
    /// Keeps a limit in place of an older one on the same domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_block(&self, block: &DomainBlock) -> Result<()> {
        let sql = "INSERT INTO domain_blocks (domain, severity, reject_media, reject_reports, comment, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (domain) DO UPDATE SET severity = excluded.severity, \
                   reject_media = excluded.reject_media, reject_reports = excluded.reject_reports, \
                   comment = excluded.comment, created_at = excluded.created_at";
        let values = vec![
            block.domain.clone().into(),
            block.severity.as_str().into(),
            block.reject_media.into(),
            block.reject_reports.into(),
            block.comment.clone().into(),
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
    pub async fn put_allow(&self, domain: &str, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO domain_allows (domain, created_at) VALUES ($1, $2) ON CONFLICT (domain) DO NOTHING";
        self.db.run(sql, vec![domain.into(), now.0.into()]).await?;
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
