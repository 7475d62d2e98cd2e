//! Queries about what people here asked authors elsewhere leave for.

use sea_orm::FromQueryResult;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::interaction::{AskedInteraction, Interaction};
use staffroom_domain::{Timestamp, Visibility};

use crate::error::Result;

crate::db::noun!();

const COLUMNS: &str = "uri, interaction, account_id, target_id, made_id, made_uri, visibility, rejected";

#[derive(FromQueryResult)]
struct Row {
    uri: String,
    interaction: i16,
    account_id: i64,
    target_id: i64,
    made_id: i64,
    made_uri: String,
    visibility: i16,
    rejected: bool,
}

impl Row {
    /// `None` for a kind this version does not know.
    fn into_asked(self) -> Option<AskedInteraction> {
        Some(AskedInteraction {
            uri: self.uri,
            what: Interaction::from_code(self.interaction)?,
            account_id: AccountId(self.account_id),
            target_id: StatusId(self.target_id),
            made_id: StatusId(self.made_id),
            made_uri: self.made_uri,
            visibility: Visibility::from_code(self.visibility),
            is_rejected: self.rejected,
        })
    }
}

impl Reads<'_> {
    /// What was asked under this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<AskedInteraction>> {
        let sql = format!("SELECT {COLUMNS} FROM interaction_requests WHERE uri = $1");
        Ok(self.db.one::<Row>(sql, vec![uri.into()]).await?.and_then(Row::into_asked))
    }

    /// What `account` asked to do with `target`; of answers there can be several, which are not looked for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn asked(
        &self,
        account: AccountId,
        target: StatusId,
        what: Interaction,
    ) -> Result<Option<AskedInteraction>> {
        // interaction_requests_once
        let sql = format!(
            "SELECT {COLUMNS} FROM interaction_requests \
             WHERE account_id = $1 AND target_id = $2 AND interaction = $3 AND interaction <> 1"
        );
        let values = vec![account.0.into(), target.0.into(), what.code().into()];
        Ok(self.db.one::<Row>(sql, values).await?.and_then(Row::into_asked))
    }

    /// The leave a status of ours, an answer, waits for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting(&self, made: StatusId) -> Result<Option<AskedInteraction>> {
        // interaction_requests_made
        let sql = format!(
            "SELECT {COLUMNS} FROM interaction_requests WHERE made_id = $1 AND interaction = 1 AND NOT rejected"
        );
        Ok(self.db.one::<Row>(sql, vec![made.0.into()]).await?.and_then(Row::into_asked))
    }
}

impl Writes<'_> {
    /// Keeps what is asked; `false` when the same was asked before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, asked: &AskedInteraction, now: Timestamp) -> Result<bool> {
        let head = format!("INSERT INTO interaction_requests ({COLUMNS}, created_at)");
        let values = vec![
            asked.uri.as_str().into(),
            asked.what.code().into(),
            asked.account_id.0.into(),
            asked.target_id.0.into(),
            asked.made_id.0.into(),
            asked.made_uri.as_str().into(),
            asked.visibility.code().into(),
            asked.is_rejected.into(),
            now.0.into(),
        ];
        Ok(self.db.insert_many(&head, vec![values], "ON CONFLICT DO NOTHING").await? == 1)
    }

    /// Forgets what was asked; `false` when somebody else did already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, uri: &str) -> Result<bool> {
        Ok(self.db.run("DELETE FROM interaction_requests WHERE uri = $1", vec![uri.into()]).await? == 1)
    }

    /// Remembers that the answer was no.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reject(&self, uri: &str) -> Result<()> {
        self.db.run("UPDATE interaction_requests SET rejected = TRUE WHERE uri = $1", vec![uri.into()]).await?;
        Ok(())
    }
}
