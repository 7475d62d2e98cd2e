//! The rules that ran, kept so that old decisions can be made again and a start never fails for want of rules.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;

use super::{Reads, Writes};
use crate::db::placeholders;
use crate::error::Result;

/// A text of rules under its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptText {
    /// SHA-256, in hexadecimal.
    pub digest: String,
    /// The text.
    pub body: String,
}

#[derive(FromQueryResult)]
struct Row {
    digest: String,
    body: String,
}

#[derive(FromQueryResult)]
struct Set {
    sources: String,
}

impl Reads<'_> {
    /// Texts by their digests; those that are not kept are not in the map.
    ///
    /// # Errors
    /// The database failed.
    pub async fn texts(&self, digests: &[String]) -> Result<HashMap<String, String>> {
        if digests.is_empty() {
            return Ok(HashMap::new());
        }
        let list = placeholders(1, digests.len());
        let sql = format!("SELECT digest, body FROM rule_texts WHERE digest IN ({list})");
        let values = digests.iter().map(|digest| digest.as_str().into()).collect();
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(rows.into_iter().map(|row| (row.digest, row.body)).collect())
    }

    /// The rules that ran last, as they were kept.
    ///
    /// # Errors
    /// The database failed.
    pub async fn last_set(&self) -> Result<Option<String>> {
        let sql = "SELECT sources FROM rule_sets ORDER BY revision DESC LIMIT 1";
        Ok(self.db.one::<Set>(sql, vec![]).await?.map(|set| set.sources))
    }
}

impl Writes<'_> {
    /// Keeps the rules that run since `revision`: their texts, and which of them together.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_set(&self, revision: i64, sources: &str, texts: &[KeptText], now: Timestamp) -> Result<()> {
        let rows = texts.iter().map(|text| vec![text.digest.as_str().into(), text.body.as_str().into(), now.0.into()]);
        let head = "INSERT INTO rule_texts (digest, body, kept_at)";
        self.db.insert_many(head, rows.collect(), "ON CONFLICT (digest) DO NOTHING").await?;
        let sql = "INSERT INTO rule_sets (revision, sources, kept_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (revision) DO UPDATE SET sources = excluded.sources, kept_at = excluded.kept_at";
        self.db.run(sql, vec![revision.into(), sources.into(), now.0.into()]).await?;
        Ok(())
    }
}
