//! Queries about polls. Votes are counted from the votes themselves.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, PollId, StatusId};
use staffroom_domain::poll::{Poll, PollOption};

use crate::db::in_list;
use crate::dialect;
use crate::error::{Result, StorageError};

crate::db::noun!();

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    status_id: i64,
    expires_at: Option<i64>,
    multiple: bool,
    hide_totals: bool,
    options: String,
    voters: i64,
    tallies: Option<String>,
    counted_at: Option<i64>,
}

impl TryFrom<Row> for Poll {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        let titles: Vec<String> =
            serde_json::from_str(&row.options).map_err(|_| StorageError::Corrupt { what: "poll options" })?;
        let tallies: Vec<i64> = match row.tallies.as_deref().map(serde_json::from_str) {
            None => Vec::new(),
            Some(read) => read.map_err(|_| StorageError::Corrupt { what: "poll tallies" })?,
        };
        let votes = tallies.into_iter().chain(std::iter::repeat(0));
        Ok(Self {
            id: PollId(row.id),
            status_id: StatusId(row.status_id),
            expires_at: row.expires_at.map(Timestamp),
            multiple: row.multiple,
            hide_totals: row.hide_totals,
            options: titles.into_iter().zip(votes).map(|(title, votes)| PollOption { title, votes }).collect(),
            voters: row.voters,
            own_votes: Vec::new(),
            counted_at: row.counted_at.map(Timestamp),
        })
    }
}

/// Votes of the options, in order, as kept.
fn tallies(options: &[PollOption]) -> String {
    crate::db::json(&options.iter().map(|option| option.votes).collect::<Vec<_>>())
}

impl Reads<'_> {
    /// Polls with their votes and the choices of `viewer`, by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_ids(&self, ids: &[PollId], viewer: Option<AccountId>) -> Result<HashMap<PollId, Poll>> {
        #[derive(FromQueryResult)]
        struct Counted {
            poll_id: i64,
            choice: i16,
            votes: i64,
            own: i64,
        }
        let mut polls = HashMap::new();
        if ids.is_empty() {
            return Ok(polls);
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT id, status_id, expires_at, multiple, hide_totals, options, voters, tallies, counted_at \
             FROM polls WHERE id IN ({list})"
        );
        for row in self.db.all::<Row>(sql, values).await? {
            polls.insert(PollId(row.id), Poll::try_from(row)?);
        }
        // primary key of poll_votes; no account has the id 0
        let mut values = vec![viewer.map_or(0, |v| v.0).into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT poll_id, choice, COUNT(*) AS votes, \
             CAST(SUM(CASE WHEN account_id = $1 THEN 1 ELSE 0 END) AS BIGINT) AS own \
             FROM poll_votes WHERE poll_id IN ({list}) GROUP BY poll_id, choice ORDER BY choice"
        );
        for vote in self.db.all::<Counted>(sql, values).await? {
            let Some(poll) = polls.get_mut(&PollId(vote.poll_id)) else { continue };
            let Ok(choice) = usize::try_from(vote.choice) else { continue };
            // of another server's poll we know but the votes from here: its own count has them too
            if poll.counted_at.is_none()
                && let Some(option) = poll.options.get_mut(choice)
            {
                option.votes = vote.votes;
            }
            if vote.own > 0 {
                poll.own_votes.push(choice);
            }
        }
        Ok(polls)
    }

    /// Local accounts that voted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn local_voters(&self, id: PollId) -> Result<Vec<AccountId>> {
        let sql = "SELECT DISTINCT v.account_id AS n FROM poll_votes v JOIN users u ON u.account_id = v.account_id \
                   WHERE v.poll_id = $1";
        Ok(self.db.numbers(sql, vec![id.0.into()]).await?.into_iter().map(AccountId).collect())
    }
}

impl Writes<'_> {
    /// Stores a new poll; one of another server (`counted_at`) with the counts told there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, poll: &Poll) -> Result<()> {
        let sql = "INSERT INTO polls \
                   (id, status_id, expires_at, multiple, hide_totals, options, voters, tallies, counted_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let titles: Vec<&str> = poll.options.iter().map(|o| o.title.as_str()).collect();
        let values = vec![
            poll.id.0.into(),
            poll.status_id.0.into(),
            poll.expires_at.map(|t| t.0).into(),
            poll.multiple.into(),
            poll.hide_totals.into(),
            crate::db::json(&titles).into(),
            poll.voters.into(),
            poll.counted_at.map(|_| tallies(&poll.options)).into(),
            poll.counted_at.map(|t| t.0).into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Replaces the counts and the end of another server's poll.
    ///
    /// # Errors
    /// The database failed.
    pub async fn recount(&self, poll: &Poll) -> Result<()> {
        let sql = "UPDATE polls SET tallies = $2, voters = $3, expires_at = $4, counted_at = $5 WHERE id = $1";
        let values = vec![
            poll.id.0.into(),
            tallies(&poll.options).into(),
            poll.voters.into(),
            poll.expires_at.map(|t| t.0).into(),
            poll.counted_at.map(|t| t.0).into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Forgets a poll with its votes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: PollId) -> Result<()> {
        self.db.run("DELETE FROM poll_votes WHERE poll_id = $1", vec![id.0.into()]).await?;
        self.db.run("DELETE FROM polls WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Stores the choices of `account`, who must not have voted yet. `false` when they have.
    ///
    /// # Errors
    /// The database failed.
    pub async fn vote(&self, id: PollId, account: AccountId, choices: &[i16]) -> Result<bool> {
        if self.has_voted(id, account).await? {
            return Ok(false);
        }
        self.add_votes(id, account, choices).await?;
        self.db.run("UPDATE polls SET voters = voters + 1 WHERE id = $1", vec![id.0.into()]).await?;
        Ok(true)
    }

    /// Stores choices of `account`, who may have made others before. `false` when they had made these.
    ///
    /// # Errors
    /// The database failed.
    pub async fn vote_further(&self, id: PollId, account: AccountId, choices: &[i16]) -> Result<bool> {
        let is_first = !self.has_voted(id, account).await?;
        let added = self.add_votes(id, account, choices).await?;
        if is_first {
            self.db.run("UPDATE polls SET voters = voters + 1 WHERE id = $1", vec![id.0.into()]).await?;
        }
        Ok(added > 0)
    }

    async fn has_voted(&self, id: PollId, account: AccountId) -> Result<bool> {
        // The poll's row is the lock: two votes of one person at once are one after the other.
        let lock = dialect::for_update(self.db.backend);
        self.db.number(format!("SELECT id AS n FROM polls WHERE id = $1{lock}"), vec![id.0.into()]).await?;
        let sql = "SELECT poll_id AS n FROM poll_votes WHERE poll_id = $1 AND account_id = $2 LIMIT 1";
        Ok(self.db.number(sql, vec![id.0.into(), account.0.into()]).await?.is_some())
    }

    async fn add_votes(&self, id: PollId, account: AccountId, choices: &[i16]) -> Result<u64> {
        let rows = choices.iter().map(|choice| vec![id.0.into(), account.0.into(), (*choice).into()]).collect();
        self.db
            .insert_many("INSERT INTO poll_votes (poll_id, account_id, choice)", rows, "ON CONFLICT DO NOTHING")
            .await
    }
}
