//! Queries about moderation decisions.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::AccountId;

use crate::error::Result;

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

impl Reads<'_> {
    /// The newest decisions before `before` (newest first), at most `limit`. Walks the primary key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_decisions(&self, before: i64, limit: u32) -> Result<Vec<Decision>> {
        let sql = "SELECT id, direction, subject_uri, account_id, action, findings, created_at \
                   FROM moderation_decisions WHERE id < $1 ORDER BY id DESC LIMIT +$2";
        let rows = self.db.all::<Row>(sql, vec![before.into(), i64::from(limit).into()]).await?;
        let decision = |row: Row| Decision {
            id: row.id,
            is_inbound: row.direction == 1,
            subject_uri: row.subject_uri,
            account_id: row.account_id.map(AccountId),
            action: row.action,
            findings: row.findings,
            created_at: Timestamp(row.created_at),
        };
        Ok(rows.into_iter().map(decision).collect())
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
