//! Relays we listen to, servers that push to us, and who joined: everything that brings statuses beside feeds.

use sea_orm::FromQueryResult;
use staffroom_domain::Tag;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, RelayId};

use super::{Reads, Writes};
use crate::db::placeholders;
use crate::error::Result;

/// How an asked relay answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayState {
    /// Not yet.
    Asked,
    /// It sends.
    Accepted,
    /// It does not.
    Rejected,
}

impl RelayState {
    /// The word kept in the database and shown to operators.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "accepted" => Self::Accepted,
            "rejected" => Self::Rejected,
            _ => Self::Asked,
        }
    }
}

/// A relay we listen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// Our id.
    pub id: RelayId,
    /// Its inbox (asked with everybody as object, as Mastodon does) or its actor (followed, as `LitePub` does).
    pub url: String,
    /// Network id of its actor, once known.
    pub actor_uri: Option<String>,
    /// Network id of our `Follow`.
    pub follow_uri: String,
    /// How it answered.
    pub state: RelayState,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    url: String,
    actor_uri: Option<String>,
    follow_uri: String,
    state: String,
}

impl From<Row> for Relay {
    fn from(row: Row) -> Self {
        Self {
            id: RelayId(row.id),
            url: row.url,
            actor_uri: row.actor_uri,
            follow_uri: row.follow_uri,
            state: RelayState::parse(&row.state),
        }
    }
}

const RELAY: &str = "SELECT id, url, actor_uri, follow_uri, state FROM relays";

impl Reads<'_> {
    /// All relays, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn relays(&self) -> Result<Vec<Relay>> {
        let rows = self.db.all::<Row>(format!("{RELAY} ORDER BY id"), vec![]).await?;
        Ok(rows.into_iter().map(Relay::from).collect())
    }

    /// The relay asked by the follow with this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn relay_by_follow(&self, follow_uri: &str) -> Result<Option<Relay>> {
        let row = self.db.one::<Row>(format!("{RELAY} WHERE follow_uri = $1"), vec![follow_uri.into()]).await?;
        Ok(row.map(Relay::from))
    }

    /// Whether this actor is a relay that accepted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_relay(&self, actor_uri: &str) -> Result<bool> {
        let sql = "SELECT id AS n FROM relays WHERE actor_uri = $1 AND state = 'accepted'";
        Ok(self.db.number(sql, vec![actor_uri.into()]).await?.is_some())
    }

    /// Whether servers of `host` (with port where one is written) may push to us: an account of theirs asked to follow
    /// the instance as a relay, and was accepted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn admits(&self, host: &str) -> Result<bool> {
        let escaped = host.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        // accounts_domain_username finds the instance, follows_target the rest
        let sql = "SELECT f.id AS n FROM accounts t JOIN follows f ON f.target_id = t.id \
                   JOIN accounts a ON a.id = f.account_id WHERE t.domain IS NULL AND t.kind = 2 AND f.relay \
                   AND f.accepted AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
                   AND (a.uri LIKE $1 ESCAPE '\\' OR a.uri LIKE $2 ESCAPE '\\') LIMIT 1";
        Ok(self
            .db
            .number(sql, vec![format!("https://{escaped}/%").into(), format!("http://{escaped}/%").into()])
            .await?
            .is_some())
    }

    /// The hashtags whose tag accounts here follow `author`: those the author joined.
    ///
    /// # Errors
    /// The database failed.
    pub async fn joined(&self, author: AccountId) -> Result<Vec<Tag>> {
        #[derive(FromQueryResult)]
        struct Joined {
            tag: String,
        }
        // follows_target
        let sql = "SELECT t.tag FROM follows f JOIN accounts t ON t.id = f.account_id \
                   WHERE f.target_id = $1 AND t.domain IS NULL AND t.tag IS NOT NULL";
        let rows = self.db.all::<Joined>(sql, vec![author.0.into()]).await?;
        Ok(rows.iter().filter_map(|row| Tag::parse(&row.tag)).collect())
    }

    /// Whether one of `tags` is published or followed here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_any_wanted(&self, tags: &[Tag]) -> Result<bool> {
        if tags.is_empty() {
            return Ok(false);
        }
        let list = placeholders(1, tags.len());
        let sql = format!(
            "SELECT h.id AS n FROM hashtags h WHERE h.name IN ({list}) \
             AND (EXISTS (SELECT 1 FROM published_tags p WHERE p.tag_id = h.id) \
             OR EXISTS (SELECT 1 FROM tag_follows f WHERE f.tag_id = h.id)) LIMIT 1"
        );
        Ok(self.db.number(sql, tags.iter().map(|t| t.name().into()).collect()).await?.is_some())
    }

    /// Whether one of `tags` is published here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_any_published(&self, tags: &[Tag]) -> Result<bool> {
        if tags.is_empty() {
            return Ok(false);
        }
        let list = placeholders(1, tags.len());
        let sql = format!(
            "SELECT p.tag_id AS n FROM published_tags p JOIN hashtags h ON h.id = p.tag_id WHERE h.name IN ({list}) LIMIT 1"
        );
        Ok(self.db.number(sql, tags.iter().map(|t| t.name().into()).collect()).await?.is_some())
    }

    /// Network ids of the tag accounts elsewhere (hubs') that follow our tag accounts which announced a status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hubs_told(&self, status: staffroom_domain::ids::StatusId) -> Result<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Hub {
            uri: String,
        }
        let sql = "SELECT DISTINCT a.uri FROM status_announces n JOIN follows f ON f.target_id = n.account_id \
                   AND f.accepted JOIN accounts a ON a.id = f.account_id WHERE n.status_id = $1 \
                   AND a.domain IS NOT NULL AND a.tag IS NOT NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL";
        Ok(self.db.all::<Hub>(sql, vec![status.0.into()]).await?.into_iter().map(|hub| hub.uri).collect())
    }

    /// Whether a feed on the author's own server brought a status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_brought_by(&self, status: staffroom_domain::ids::StatusId, host: &str) -> Result<bool> {
        let sql = "SELECT status_id AS n FROM feed_items WHERE status_id = $1 AND host = $2 LIMIT 1";
        Ok(self.db.number(sql, vec![status.0.into(), host.into()]).await?.is_some())
    }
}

impl Writes<'_> {
    /// Adds a relay; `false` when it is there already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_relay(&self, relay: &Relay, now: Timestamp) -> Result<bool> {
        let sql = "INSERT INTO relays (id, url, actor_uri, follow_uri, state, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let values = vec![
            relay.id.0.into(),
            relay.url.as_str().into(),
            relay.actor_uri.clone().into(),
            relay.follow_uri.as_str().into(),
            relay.state.as_str().into(),
            now.0.into(),
        ];
        Ok(self.db.run(sql, values).await? > 0)
    }

    /// Keeps how a relay answered, and who it is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn relay_answered(&self, id: RelayId, actor_uri: &str, state: RelayState) -> Result<()> {
        let sql = "UPDATE relays SET actor_uri = $2, state = $3 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), actor_uri.into(), state.as_str().into()]).await?;
        Ok(())
    }

    /// Forgets a relay.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_relay(&self, id: RelayId) -> Result<()> {
        self.db.run("DELETE FROM relays WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }
}
