//! Queries about emoji that people elsewhere put to statuses.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use staffroom_domain::ids::{AccountId, ReactionId, StatusId};
use staffroom_domain::reaction::{MAX_BY_ACCOUNT, MAX_NAMES, Reaction};
use staffroom_domain::{Timestamp, Viewer};

use crate::db::in_list;
use crate::error::Result;

crate::db::noun!();

/// A reaction to be stored.
#[derive(Clone, Debug)]
pub struct NewReaction<'a> {
    /// Our id.
    pub id: ReactionId,
    /// Put to this status.
    pub status: StatusId,
    /// By this account.
    pub account: AccountId,
    /// The emoji, or `shortcode@host`.
    pub name: &'a str,
    /// The picture of a custom emoji.
    pub picture_url: Option<&'a str>,
    /// Network id of the activity.
    pub uri: &'a str,
    /// It came with a favourite.
    pub is_favourite: bool,
}

impl Reads<'_> {
    /// What was put to each of `statuses`, the most frequent first. Suspended people do not count, nor those who block
    /// or are blocked by the viewer, nor whom the author blocks.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(&self, viewer: Viewer, statuses: &[StatusId]) -> Result<HashMap<StatusId, Vec<Reaction>>> {
        #[derive(FromQueryResult)]
        struct Row {
            status_id: i64,
            name: String,
            picture_url: Option<String>,
            times: i64,
            own: i64,
        }
        let mut found: HashMap<StatusId, Vec<Reaction>> = HashMap::new();
        if statuses.is_empty() {
            return Ok(found);
        }
        // No account has the id 0.
        let mut values = vec![viewer.account().map_or(0, |id| id.0).into()];
        let list = in_list(&mut values, statuses.iter().map(|id| id.0));
        // reactions_once
        let sql = format!(
            "SELECT r.status_id, r.name, MIN(r.picture_url) AS picture_url, COUNT(*) AS times, \
             SUM(CASE WHEN r.account_id = $1 THEN 1 ELSE 0 END) AS own FROM reactions r \
             JOIN statuses s ON s.id = r.status_id JOIN accounts a ON a.id = r.account_id \
             WHERE r.status_id IN ({list}) AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
             AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id IN ($1, s.account_id) AND b.target_id = a.id) \
             AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = $1) \
             GROUP BY r.status_id, r.name ORDER BY COUNT(*) DESC, MIN(r.id)"
        );
        for row in self.db.all::<Row>(sql, values).await? {
            let reaction =
                Reaction { name: row.name, picture_url: row.picture_url, count: row.times, is_own: row.own > 0 };
            found.entry(StatusId(row.status_id)).or_default().push(reaction);
        }
        Ok(found)
    }

    /// How many `account` has on `status`, and how many of them came with a favourite.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_by(&self, account: AccountId, status: StatusId) -> Result<(i64, i64)> {
        #[derive(FromQueryResult)]
        struct Row {
            times: i64,
            favourites: i64,
        }
        // reactions_once
        let sql = "SELECT COUNT(*) AS times, COALESCE(SUM(CASE WHEN favourite THEN 1 ELSE 0 END), 0) AS favourites \
                   FROM reactions WHERE status_id = $1 AND account_id = $2";
        let row = self.db.one::<Row>(sql, vec![status.0.into(), account.0.into()]).await?;
        Ok(row.map_or((0, 0), |row| (row.times, row.favourites)))
    }

    /// The status `account` reacted to with the activity `uri`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reacted_to(&self, account: AccountId, uri: &str) -> Result<Option<StatusId>> {
        // reactions_account
        let sql = "SELECT status_id AS n FROM reactions WHERE account_id = $1 AND uri = $2";
        Ok(self.db.number(sql, vec![account.0.into(), uri.into()]).await?.map(StatusId))
    }
}

impl Writes<'_> {
    /// Stores a reaction; of the same emoji twice the later activity is kept. `false` when the account or the status has
    /// as many others as there may be.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add(&self, new: &NewReaction<'_>, now: Timestamp) -> Result<bool> {
        let key = || vec![new.status.0.into(), new.name.into()];
        // reactions_once
        let sql = "SELECT COUNT(DISTINCT name) AS n FROM reactions WHERE status_id = $1 AND name <> $2";
        let names = self.db.number(sql, key()).await?.unwrap_or(0);
        let sql = "SELECT COUNT(*) AS n FROM reactions WHERE status_id = $1 AND name <> $2 AND account_id = $3";
        let own = self.db.number(sql, [key(), vec![new.account.0.into()]].concat()).await?.unwrap_or(0);
        if names >= MAX_NAMES || own >= MAX_BY_ACCOUNT {
            return Ok(false);
        }
        let head = "INSERT INTO reactions (id, status_id, account_id, name, picture_url, uri, favourite, created_at)";
        let values = vec![
            new.id.0.into(),
            new.status.0.into(),
            new.account.0.into(),
            new.name.into(),
            new.picture_url.into(),
            new.uri.into(),
            new.is_favourite.into(),
            now.0.into(),
        ];
        let tail = "ON CONFLICT (status_id, account_id, name) DO UPDATE SET uri = excluded.uri, \
                    favourite = excluded.favourite";
        Ok(self.db.insert_many(head, vec![values], tail).await? == 1)
    }

    /// Takes back what `account` put to `status` with the activity `uri`; without one, all that came with a favourite.
    /// Whether there was such.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, account: AccountId, status: StatusId, uri: Option<&str>) -> Result<bool> {
        // reactions_once
        let (what, mut values) = ("status_id = $1 AND account_id = $2", vec![status.0.into(), account.0.into()]);
        let which = if let Some(uri) = uri {
            values.push(uri.into());
            "uri = $3"
        } else {
            "favourite"
        };
        Ok(self.db.run(format!("DELETE FROM reactions WHERE {what} AND {which}"), values).await? > 0)
    }
}
