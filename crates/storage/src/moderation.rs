//! Queries about moderation decisions, and what rules ask about authors and texts.

mod facts;
mod texts;

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, StatusId};

use crate::error::Result;
pub use facts::{AskedOf, FoundOf, KnownName};
pub use texts::KeptWith;

crate::db::noun!();

/// A decision of the rules, to be kept.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Our id.
    pub id: i64,
    /// Whether it was on its way in.
    pub is_inbound: bool,
    /// Network id of what was judged.
    pub subject_uri: Option<String>,
    /// Its author, where known.
    pub account_id: Option<AccountId>,
    /// What was decided, in one word.
    pub action: String,
    /// Rules and places as JSON, without the words found.
    pub findings: String,
    /// When.
    pub created_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    direction: i16,
    subject_uri: Option<String>,
    account_id: Option<i64>,
    action: String,
    findings: String,
    created_at: i64,
}

impl From<Row> for Decision {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            is_inbound: row.direction == 1,
            subject_uri: row.subject_uri,
            account_id: row.account_id.map(AccountId),
            action: row.action,
            findings: row.findings,
            created_at: Timestamp(row.created_at),
        }
    }
}

impl Reads<'_> {
    /// The newest decisions before `before` (newest first), at most `limit`. Walks the primary key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_decisions(&self, before: i64, limit: u32) -> Result<Vec<Decision>> {
        let sql = "SELECT id, direction, subject_uri, account_id, action, findings, created_at \
                   FROM moderation_decisions WHERE id < $1 ORDER BY id DESC LIMIT +$2";
        let rows = self.db.all::<Row>(sql, vec![before.into(), i64::from(limit).into()]).await?;
        Ok(rows.into_iter().map(Decision::from).collect())
    }

    /// Decisions about something held of `author`, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn about_held(&self, author: AccountId, held: StatusId, limit: u32) -> Result<Vec<Decision>> {
        // moderation_decisions_account; ids grow with time, so what is older is about something else
        let sql = "SELECT id, direction, subject_uri, account_id, action, findings, created_at \
                   FROM moderation_decisions WHERE account_id = $1 AND id > $2 AND findings LIKE $3 ORDER BY id LIMIT +$4";
        let named = format!("%\"held\":\"{held}\"%");
        let values = vec![author.0.into(), held.0.into(), named.into(), i64::from(limit).into()];
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(Decision::from).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: i64) -> Result<Option<Decision>> {
        let sql = "SELECT id, direction, subject_uri, account_id, action, findings, created_at \
                   FROM moderation_decisions WHERE id = $1";
        Ok(self.db.one::<Row>(sql, vec![id.into()]).await?.map(Decision::from))
    }
}

impl Writes<'_> {
    /// Keeps a decision.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record(&self, decision: &Decision) -> Result<()> {
        let head = "INSERT INTO moderation_decisions \
                    (id, direction, subject_uri, account_id, action, findings, created_at)";
        let values = vec![
            decision.id.into(),
            i16::from(decision.is_inbound).into(),
            decision.subject_uri.clone().into(),
            decision.account_id.map(|id| id.0).into(),
            decision.action.clone().into(),
            decision.findings.clone().into(),
            decision.created_at.as_millis().into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }
}
