//! Held statuses in the order in which moderators decide about them.

use sea_orm::Value;
use staffroom_domain::hold::{Hold, QueuePlace};
use staffroom_domain::ids::AccountId;
use staffroom_domain::organisation::Reach;

use super::{FOR_MODERATORS, OPEN, Reads, decided_by};
use crate::error::Result;

/// What the queue is ordered by, in the words of the index `held_statuses_queue`.
const ORDER: &str = "CASE h.state WHEN 'in-review' THEN 0 ELSE 1 END, COALESCE(h.deadline, 9223372036854775807), h.id";

impl Reads<'_> {
    /// Open ones a rule asks for and a moderator decides about, by people within `reach` who are for `by` to decide about
    /// (`None`: all), behind `after`, those first that should be decided first; at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn queue(
        &self,
        reach: &Reach,
        by: Option<AccountId>,
        after: Option<QueuePlace>,
        limit: u64,
    ) -> Result<Vec<Hold>> {
        let mut values: Vec<Value> = Vec::new();
        let mut condition = decided_by(reach, by, &mut values);
        if let Some(QueuePlace { in_review, deadline, id }) = after {
            let n = values.len();
            let deadline = deadline.map_or(i64::MAX, |at| at.0);
            values.extend([Value::from(i64::from(!in_review)), deadline.into(), id.0.into()]);
            condition.push_str(&format!(" AND ({ORDER}) > (${}, ${}, ${})", n + 1, n + 2, n + 3));
        }
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        // held_statuses_queue; accounts_organisation
        let rest = format!(
            "WHERE h.is_ruled AND {OPEN} AND {FOR_MODERATORS}{condition} ORDER BY {ORDER} LIMIT +${}",
            values.len()
        );
        self.several(&rest, values).await
    }

    /// How many there are.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_queue(&self, reach: &Reach, by: Option<AccountId>) -> Result<i64> {
        let mut values: Vec<Value> = Vec::new();
        let condition = decided_by(reach, by, &mut values);
        // held_statuses_queue; accounts_organisation
        let sql = format!(
            "SELECT COUNT(*) AS n FROM held_statuses h WHERE h.is_ruled AND {OPEN} AND {FOR_MODERATORS}{condition}"
        );
        Ok(self.db.number(sql, values).await?.unwrap_or(0))
    }
}
