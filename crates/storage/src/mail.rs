//! Queries about mail to people here: letters that wait, how many were sent, and the links in them.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, LetterId};
use staffroom_domain::mail::{LetterKind, Link, LinkPurpose};

use crate::error::Result;

crate::db::noun!();

#[derive(FromQueryResult)]
struct LinkRow {
    account_id: i64,
    email: String,
}

impl From<LinkRow> for Link {
    fn from(row: LinkRow) -> Self {
        Self { account_id: AccountId(row.account_id), email: row.email }
    }
}

impl Reads<'_> {
    /// Letters of one kind written to somebody since `since`, sent or not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_since(&self, to: AccountId, kind: LetterKind, since: Timestamp) -> Result<i64> {
        // letters_account
        let sql = "SELECT COUNT(*) AS n FROM letters WHERE account_id = $1 AND kind = $2 AND created_at > $3";
        let values = vec![to.0.into(), kind.as_str().into(), since.0.into()];
        Ok(self.db.number(sql, values).await?.unwrap_or(0))
    }

    /// A letter that waits, sealed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting(&self, id: LetterId) -> Result<Option<Vec<u8>>> {
        #[derive(FromQueryResult)]
        struct Row {
            sealed: Vec<u8>,
        }
        let sql = "SELECT sealed FROM letters WHERE id = $1 AND sealed IS NOT NULL";
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(|row| row.sealed))
    }

    /// A link that still counts at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn link(&self, token_hash: &[u8; 32], purpose: LinkPurpose, now: Timestamp) -> Result<Option<Link>> {
        let sql =
            "SELECT account_id, email FROM letter_links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3";
        let values = vec![token_hash.to_vec().into(), purpose.as_str().into(), now.0.into()];
        Ok(self.db.one::<LinkRow>(sql, values).await?.map(Link::from))
    }
}

impl Writes<'_> {
    /// Keeps a letter until it is sent.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep(
        &self,
        id: LetterId,
        to: AccountId,
        kind: LetterKind,
        sealed: Vec<u8>,
        now: Timestamp,
    ) -> Result<()> {
        let head = "INSERT INTO letters (id, account_id, kind, sealed, created_at)";
        let values = vec![id.0.into(), to.0.into(), kind.as_str().into(), sealed.into(), now.0.into()];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Forgets what a letter said; that there was one is still counted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sent(&self, id: LetterId) -> Result<()> {
        self.db.run("UPDATE letters SET sealed = NULL WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Keeps a link.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_link(
        &self,
        token_hash: &[u8; 32],
        purpose: LinkPurpose,
        link: &Link,
        expires_at: Timestamp,
    ) -> Result<()> {
        let head = "INSERT INTO letter_links (token_hash, account_id, purpose, email, expires_at)";
        let values = vec![
            token_hash.to_vec().into(),
            link.account_id.0.into(),
            purpose.as_str().into(),
            link.email.clone().into(),
            expires_at.0.into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Uses a link that still counts at `now`, and with it all of its kind that the same person was sent; `None` when
    /// there is none, or somebody was quicker.
    ///
    /// # Errors
    /// The database failed.
    pub async fn use_link(&self, token_hash: &[u8; 32], purpose: LinkPurpose, now: Timestamp) -> Result<Option<Link>> {
        let sql = "DELETE FROM letter_links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3 \
                   RETURNING account_id, email";
        let values = vec![token_hash.to_vec().into(), purpose.as_str().into(), now.0.into()];
        let used = self.db.one::<LinkRow>(sql, values).await?.map(Link::from);
        if let Some(link) = &used {
            self.remove_links(link.account_id, purpose).await?;
        }
        Ok(used)
    }

    /// Ends all links of one kind that somebody was sent.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_links(&self, account: AccountId, purpose: LinkPurpose) -> Result<()> {
        let sql = "DELETE FROM letter_links WHERE account_id = $1 AND purpose = $2";
        self.db.run(sql, vec![account.0.into(), purpose.as_str().into()]).await?;
        Ok(())
    }
}
