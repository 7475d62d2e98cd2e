//! The texts decisions were about: kept with what is held or quarantined because of them, and gone with it.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::StatusId;

use super::{Reads, Writes};
use crate::error::Result;

/// What a decision was about, and how long its texts are kept.
#[derive(Clone, Copy, Debug)]
pub enum KeptWith<'a> {
    /// Something held.
    Held(StatusId),
    /// Something quarantined, by its network id.
    Quarantined(&'a str),
}

impl Reads<'_> {
    /// The texts a decision was about, as they were kept; `None` once those of what it was about are gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn texts_of(&self, decision: i64) -> Result<Option<String>> {
        #[derive(FromQueryResult)]
        struct Row {
            texts: String,
        }
        let sql = "SELECT t.texts FROM judged_texts t LEFT JOIN held_statuses h ON h.id = t.held_id \
                   WHERE t.decision_id = $1 AND (t.held_id IS NULL OR h.draft <> '')";
        Ok(self.db.one::<Row>(sql, vec![decision.into()]).await?.map(|row| row.texts))
    }
}

impl Writes<'_> {
    /// Keeps the texts a decision was about, in the caller's own encoding, as long as what it was about has its texts. That
    /// must be there already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_texts(&self, decision: i64, with: KeptWith<'_>, texts: &str) -> Result<()> {
        let (held, uri): (Option<i64>, Option<String>) = match with {
            KeptWith::Held(id) => (Some(id.0), None),
            KeptWith::Quarantined(uri) => (None, Some(uri.to_owned())),
        };
        let values: Vec<Value> = vec![decision.into(), held.into(), uri.into(), texts.into()];
        let sql = "INSERT INTO judged_texts (decision_id, held_id, quarantined_uri, texts)";
        self.db.insert_many(sql, vec![values], "").await?;
        Ok(())
    }
}
