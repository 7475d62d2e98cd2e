//! Hashtag exchange: peers, our tag accounts, what was announced, and whom a status reached.

use sea_orm::{FromQueryResult, QueryResult};
use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, InboxId, PeerId, StatusId, TagId};
use staffroom_domain::{Page, PageRequest, Tag, Timestamp};

use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::db::in_list;
use crate::error::Result;
use crate::follows::FollowerInbox;
use crate::page::keyset;

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
}

/// An inbox that follows one of our tag accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagInbox {
    /// Its URL.
    pub url: String,
    /// Whether the whole host shares it.
    pub shared: bool,
    /// A peer's instance account: it takes the status itself instead of an announcement.
    pub is_peer: bool,
}

/// An announcement of a status by a tag account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announce {
    /// The status.
    pub status_id: StatusId,
    /// Our tag account.
    pub account_id: AccountId,
    /// Network id of the announcement.
    pub uri: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct PeerRow {
    id: i64,
    url: String,
    host: String,
    tags: String,
}

impl From<PeerRow> for Peer {
    fn from(row: PeerRow) -> Self {
        Self {
            id: PeerId(row.id),
            url: row.url,
            host: row.host,
            tags: row.tags.split('\n').filter_map(Tag::parse).collect(),
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
        let rows = self.db.all::<PeerRow>("SELECT id, url, host, tags FROM peers ORDER BY id", vec![]).await?;
        Ok(rows.into_iter().map(Peer::from).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn peer(&self, id: PeerId) -> Result<Option<Peer>> {
        let sql = "SELECT id, url, host, tags FROM peers WHERE id = $1";
        Ok(self.db.one::<PeerRow>(sql, vec![id.0.into()]).await?.map(Peer::from))
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

    /// When statuses of `author` with each of `tags` were announced, among statuses with ids from `floor` on, oldest
    /// first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announced_at(&self, author: AccountId, tags: &[TagId], floor: i64) -> Result<Vec<(TagId, Timestamp)>> {
        #[derive(FromQueryResult)]
        struct Announced {
            tag_id: i64,
            created_at: i64,
        }
        // statuses_account
        let mut values = vec![author.0.into(), floor.into()];
        let list = in_list(&mut values, tags.iter().map(|t| t.0));
        let sql = format!(
            "SELECT t.tag_id, n.created_at FROM statuses s JOIN tag_announces n ON n.status_id = s.id \
             JOIN status_tags t ON t.status_id = s.id \
             WHERE s.account_id = $1 AND s.id >= $2 AND t.tag_id IN ({list}) ORDER BY n.created_at"
        );
        let rows = self.db.all::<Announced>(sql, values).await?;
        Ok(rows.into_iter().map(|r| (TagId(r.tag_id), Timestamp(r.created_at))).collect())
    }

    /// The inboxes of the remote followers of our tag accounts, each once; a peer's counts as a peer's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tag_inboxes(&self, tag_accounts: &[AccountId]) -> Result<Vec<TagInbox>> {
        #[derive(FromQueryResult)]
        struct Row {
            url: String,
            shared: bool,
            is_peer: i64,
        }
        if tag_accounts.is_empty() {
            return Ok(Vec::new());
        }
        // follows_target; kind 2 is an instance account. A peer is known by the host of its network ids.
        let mut values = Vec::new();
        let list = in_list(&mut values, tag_accounts.iter().map(|a| a.0));
        let sql = format!(
            "SELECT COALESCE(a.shared_inbox, a.inbox) AS url, a.shared_inbox IS NOT NULL AS shared, \
             MAX(CASE WHEN a.kind = 2 AND EXISTS (SELECT 1 FROM peers p WHERE a.uri LIKE 'http%://' || p.host || '/%') \
             THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS is_peer \
             FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id IN ({list}) AND f.accepted \
             AND a.domain IS NOT NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
             AND COALESCE(a.shared_inbox, a.inbox) IS NOT NULL \
             GROUP BY COALESCE(a.shared_inbox, a.inbox), a.shared_inbox IS NOT NULL"
        );
        let rows = self.db.all::<Row>(sql, values).await?;
        let inbox = |r: Row| TagInbox { url: r.url, shared: r.shared, is_peer: r.is_peer == 1 };
        Ok(rows.into_iter().map(inbox).collect())
    }

    /// The announcement of a status, also when taken back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announce_of(&self, status: StatusId) -> Result<Option<Announce>> {
        #[derive(FromQueryResult)]
        struct Row {
            account_id: i64,
            uri: String,
            created_at: i64,
            undone_at: Option<i64>,
        }
        let sql = "SELECT account_id, uri, created_at, undone_at FROM tag_announces WHERE status_id = $1";
        let row = self.db.one::<Row>(sql, vec![status.0.into()]).await?;
        Ok(row.map(|r| Announce {
            status_id: status,
            account_id: AccountId(r.account_id),
            uri: r.uri,
            created_at: Timestamp(r.created_at),
            undone_at: r.undone_at.map(Timestamp),
        }))
    }

    /// Announcements of a tag account that stand, newest first: (id of the announcement, network id of the status,
    /// time).
    ///
    /// # Errors
    /// The database failed.
    pub async fn announcements(
        &self,
        tag_account: AccountId,
        page: PageRequest,
    ) -> Result<Page<(String, String, Timestamp)>> {
        #[derive(FromQueryResult)]
        struct Row {
            status_id: i64,
            uri: String,
            status_uri: String,
            created_at: i64,
        }
        // tag_announces_account
        let mut values = vec![tag_account.0.into()];
        let (bounds, order) = keyset(&page, "n.status_id", &mut values);
        let sql = format!(
            "SELECT n.status_id, n.uri, s.uri AS status_uri, n.created_at FROM tag_announces n \
             JOIN statuses s ON s.id = n.status_id WHERE n.account_id = $1 AND n.undone_at IS NULL \
             AND s.deleted_at IS NULL AND s.visibility = 0{bounds}{order}"
        );
        let rows = self.db.all::<Row>(sql, values).await?;
        let page = Page::from_rows(rows, &page, |r| r.status_id);
        Ok(page.map(|r| (r.uri, r.status_uri, Timestamp(r.created_at))))
    }

    /// Inboxes a status was sent to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reach(&self, status: StatusId) -> Result<Vec<InboxId>> {
        let sql = "SELECT inbox_id AS n FROM status_reach WHERE status_id = $1";
        Ok(self.db.numbers(sql, vec![status.0.into()]).await?.into_iter().map(InboxId).collect())
    }

    /// Inboxes of remote accounts that boosted, favourited or answered a status: they hold a copy too.
    ///
    /// # Errors
    /// The database failed.
    pub async fn interested_inboxes(&self, status: StatusId) -> Result<Vec<FollowerInbox>> {
        // statuses_one_reblog, favourites_status, statuses_in_reply_to
        let sql = "SELECT DISTINCT COALESCE(a.shared_inbox, a.inbox) AS url, a.shared_inbox IS NOT NULL AS shared \
                   FROM accounts a WHERE a.domain IS NOT NULL AND a.deleted_at IS NULL \
                   AND COALESCE(a.shared_inbox, a.inbox) IS NOT NULL AND a.id IN \
                   (SELECT account_id FROM statuses WHERE reblog_of = $1 AND deleted_at IS NULL \
                    UNION SELECT account_id FROM favourites WHERE status_id = $1 \
                    UNION SELECT account_id FROM statuses WHERE in_reply_to_id = $1 AND deleted_at IS NULL)";
        self.db.all(sql, vec![status.0.into()]).await
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

    /// Adds a peer, or changes the tags wanted from the one with this URL; returns it as stored.
    ///
    /// # Errors
    /// The database failed.
    pub async fn upsert_peer(&self, peer: &Peer, now: Timestamp) -> Result<Peer> {
        let sql = "INSERT INTO peers (id, url, host, tags, created_at) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (host) DO UPDATE SET tags = excluded.tags, url = excluded.url \
                   RETURNING id, url, host, tags";
        let tags = peer.tags.iter().map(Tag::display).collect::<Vec<_>>().join("\n");
        let values =
            vec![peer.id.0.into(), peer.url.as_str().into(), peer.host.as_str().into(), tags.into(), now.0.into()];
        Ok(self.db.one::<PeerRow>(sql, values).await?.map_or_else(|| peer.clone(), Peer::from))
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

    /// Notes that `account` announces a status. `false` when one of our tag accounts already did.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announce(&self, announce: &Announce) -> Result<bool> {
        let sql = "INSERT INTO tag_announces (status_id, account_id, uri, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT DO NOTHING";
        let values = vec![
            announce.status_id.0.into(),
            announce.account_id.0.into(),
            announce.uri.as_str().into(),
            announce.created_at.0.into(),
        ];
        Ok(self.db.run(sql, values).await? == 1)
    }

    /// Notes that an announcement was taken back. `false` when it already was.
    ///
    /// # Errors
    /// The database failed.
    pub async fn undo_announce(&self, status: StatusId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE tag_announces SET undone_at = $2 WHERE status_id = $1 AND undone_at IS NULL";
        Ok(self.db.run(sql, vec![status.0.into(), now.0.into()]).await? == 1)
    }

    /// Notes the inboxes a status is sent to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_reach(&self, status: StatusId, inboxes: &[InboxId]) -> Result<()> {
        let rows = inboxes.iter().map(|inbox| vec![status.0.into(), inbox.0.into()]).collect();
        let head = "INSERT INTO status_reach (status_id, inbox_id)";
        self.db.insert_many(head, rows, "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }
}
