//! Taking an author out of a home timeline.

use staffroom_domain::ids::AccountId;

use super::Writes;
use crate::error::Result;

impl Writes<'_> {
    /// Takes everything by `author` (statuses and boosts) out of the home timeline of `owner`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_author(&self, owner: AccountId, author: AccountId) -> Result<()> {
        let sql = "DELETE FROM home_entries WHERE account_id = $1 \
                   AND status_id IN (SELECT id FROM statuses WHERE account_id = $2)";
        self.db.run(sql, vec![owner.0.into(), author.0.into()]).await?;
        Ok(())
    }
}
