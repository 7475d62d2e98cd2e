//! What people noted about others, for themselves. Read with the relationship (`follows::relationships`).

use staffroom_domain::ids::AccountId;

use crate::error::Result;

crate::db::noun!();

impl Writes<'_> {
    /// Keeps a note in place of an older one; an empty one is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set(&self, account: AccountId, target: AccountId, comment: &str) -> Result<()> {
        if comment.is_empty() {
            let sql = "DELETE FROM account_notes WHERE account_id = $1 AND target_id = $2";
            self.db.run(sql, vec![account.0.into(), target.0.into()]).await?;
            return Ok(());
        }
        let sql = "INSERT INTO account_notes (account_id, target_id, comment) VALUES ($1, $2, $3) \
                   ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment";
        self.db.run(sql, vec![account.0.into(), target.0.into(), comment.into()]).await?;
        Ok(())
    }

    /// Removes all notes by and about an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        let sql = "DELETE FROM account_notes WHERE account_id = $1 OR target_id = $1";
        self.db.run(sql, vec![account.0.into()]).await?;
        Ok(())
    }
}
