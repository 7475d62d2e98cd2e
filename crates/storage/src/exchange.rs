//! Hashtag exchange: peers, our tag accounts, what was announced, whom a status reached, what feeds brought.

mod announces;
mod backlog;
mod feeds;
mod limits;
mod relays;
mod requests;

use sea_orm::{FromQueryResult, QueryResult};
use staffroom_domain::account::Account;
use staffroom_domain::exchange::PeerTrust;
use staffroom_domain::ids::{AccountId, PeerId, TagId};
use staffroom_domain::{Tag, Timestamp};

use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::db::in_list;
use crate::error::Result;

pub use announces::{Announce, Announced, TagInbox};
pub use backlog::{Backlog, FeedState};
pub use feeds::{HeldItem, NewHeldItem};
pub use limits::DayCount;
pub use relays::{Relay, RelayState};
pub use requests::FollowRequest;

crate::db::noun!();

/// A peer instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Our id.
    pub id: PeerId,
    /// Its public URL, no trailing slash.
    pub url: String,
    /// Its host, with port where one is written.
    pub host: String,
    /// Tags we want from it.
    pub tags: Vec<Tag>,
    /// How far its feed is trusted.
    pub trust: PeerTrust,
    /// Whether its tag accounts may pass on what was written elsewhere.
    pub is_hub: bool,
}

#[derive(FromQueryResult)]
struct PeerRow {
    id: i64,
    url: String,
    host: String,
    tags: String,
    trust: String,
    is_hub: bool,
}

const PEER: &str = "id, url, host, tags, trust, is_hub";

impl From<PeerRow> for Peer {
    fn from(row: PeerRow) -> Self {
        Self {
            id: PeerId(row.id),
            url: row.url,
            host: row.host,
            tags: row.tags.split('\n').filter_map(Tag::parse).collect(),
            // An unknown word lets nothing in unseen.
            trust: PeerTrust::parse(&row.trust).unwrap_or(PeerTrust::Queue),
            is_hub: row.is_hub,
        }
    }
}

struct PublishedRow {
    tag: TagId,
    account: Account,
}

impl FromQueryResult for PublishedRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self { tag: TagId(row.try_get("", "tag_id")?), account: AccountRow::from_query_result(row, pre)?.0 })
    }
}

impl Reads<'_> {
    /// All peers, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn peers(&self) -> Result<Vec<Peer>> {
        let rows = self.db.all::<PeerRow>(format!("SELECT {PEER} FROM peers ORDER BY id"), vec![]).await?;
        Ok(rows.into_iter().map(Peer::from).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn peer(&self, id: PeerId) -> Result<Option<Peer>> {
        let sql = format!("SELECT {PEER} FROM peers WHERE id = $1");
        Ok(self.db.one::<PeerRow>(sql, vec![id.0.into()]).await?.map(Peer::from))
    }

    /// The peer with this host.
    ///
    /// # Errors
    /// The database failed.
    pub async fn peer_by_host(&self, host: &str) -> Result<Option<Peer>> {
        let sql = format!("SELECT {PEER} FROM peers WHERE host = $1");
        Ok(self.db.one::<PeerRow>(sql, vec![host.into()]).await?.map(Peer::from))
    }

    /// All tags we publish, with their tag accounts, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn published(&self) -> Result<Vec<(TagId, Account)>> {
        let sql = format!(
            "SELECT p.tag_id, {ACCOUNT} FROM published_tags p JOIN accounts a ON a.id = p.account_id ORDER BY p.created_at, a.id"
        );
        let rows = self.db.all::<PublishedRow>(sql, vec![]).await?;
        Ok(rows.into_iter().map(|row| (row.tag, row.account)).collect())
    }

    /// The account with this network id, if we publish a tag through it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn published_at(&self, uri: &str) -> Result<Option<Account>> {
        let sql = format!(
            "SELECT {ACCOUNT} FROM accounts a WHERE a.uri = $1 \
             AND EXISTS (SELECT 1 FROM published_tags p WHERE p.account_id = a.id)"
        );
        Ok(self.db.one::<AccountRow>(sql, vec![uri.into()]).await?.map(|row| row.0))
    }

    /// Tag accounts for those of `tags` that we publish, in no particular order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn published_among(&self, tags: &[TagId]) -> Result<Vec<(TagId, Account)>> {
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, tags.iter().map(|t| t.0));
        let sql = format!(
            "SELECT p.tag_id, {ACCOUNT} FROM published_tags p JOIN accounts a ON a.id = p.account_id \
             WHERE p.tag_id IN ({list})"
        );
        let rows = self.db.all::<PublishedRow>(sql, values).await?;
        Ok(rows.into_iter().map(|row| (row.tag, row.account)).collect())
    }
}

impl Writes<'_> {
    /// Forgets the peer with this host; `false` when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_peer(&self, host: &str) -> Result<bool> {
        Ok(self.db.run("DELETE FROM peers WHERE host = $1", vec![host.into()]).await? > 0)
    }

    /// Adds a peer, or changes the one with this host; returns it as stored.
    ///
    /// # Errors
    /// The database failed.
    pub async fn upsert_peer(&self, peer: &Peer, now: Timestamp) -> Result<Peer> {
        let sql = format!(
            "INSERT INTO peers (id, url, host, tags, created_at, trust, is_hub) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (host) DO UPDATE SET tags = excluded.tags, url = excluded.url, trust = excluded.trust, \
             is_hub = excluded.is_hub RETURNING {PEER}"
        );
        let tags = peer.tags.iter().map(Tag::display).collect::<Vec<_>>().join("\n");
        let values = vec![
            peer.id.0.into(),
            peer.url.as_str().into(),
            peer.host.as_str().into(),
            tags.into(),
            now.0.into(),
            peer.trust.as_str().into(),
            peer.is_hub.into(),
        ];
        Ok(self.db.one::<PeerRow>(sql, values).await?.map_or_else(|| peer.clone(), Peer::from))
    }

    /// Lets a moderator look first at all that the peer with this host brings, where it was trusted further; `false` where
    /// it was not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn distrust(&self, host: &str) -> Result<bool> {
        let sql = "UPDATE peers SET trust = 'queue' WHERE host = $1 AND trust IN ('show', 'drop_media')";
        Ok(self.db.run(sql, vec![host.into()]).await? > 0)
    }

    /// Notes whether a peer's software speaks our exchange: then its instance account takes statuses themselves.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_speaks_profile(&self, peer: PeerId, speaks: bool) -> Result<()> {
        let sql = "UPDATE peers SET speaks_profile = $2 WHERE id = $1";
        self.db.run(sql, vec![peer.0.into(), speaks.into()]).await?;
        Ok(())
    }

    /// Publishes a tag through `account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn publish_tag(&self, tag: TagId, account: AccountId, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO published_tags (tag_id, account_id, created_at) VALUES ($1, $2, $3) \
                   ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![tag.0.into(), account.0.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Ends that; its account stays.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unpublish_tag(&self, tag: TagId) -> Result<()> {
        self.db.run("DELETE FROM published_tags WHERE tag_id = $1", vec![tag.0.into()]).await?;
        Ok(())
    }
}
