//! What our tag accounts announced, who follows them, and which inboxes a status reached.

use sea_orm::FromQueryResult;
use staffroom_domain::ids::{AccountId, InboxId, StatusId, TagId};
use staffroom_domain::{Page, PageRequest, Tag, Timestamp};

use super::{Reads, Writes};
use crate::db::{in_list, in_order, json};
use crate::dialect::items;
use crate::error::Result;
use crate::follows::FollowerInbox;
use crate::page::keyset;

/// An inbox that follows one of our tag accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagInbox {
    /// Its URL.
    pub url: String,
    /// Whether the whole host shares it.
    pub shared: bool,
    /// The tag account followed.
    pub tag_account: AccountId,
    /// A peer's instance or hub account: it takes the status itself instead of an announcement.
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

/// An announcement that stands, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The status.
    pub status_id: StatusId,
    /// Network id of the announcement.
    pub uri: String,
    /// Network id of the status.
    pub status_uri: String,
    /// When.
    pub created_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    status_id: i64,
    account_id: i64,
    uri: String,
    created_at: i64,
    undone_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct ShownRow {
    status_id: i64,
    uri: String,
    status_uri: String,
    created_at: i64,
}

impl From<ShownRow> for Announced {
    fn from(row: ShownRow) -> Self {
        Self {
            status_id: StatusId(row.status_id),
            uri: row.uri,
            status_uri: row.status_uri,
            created_at: Timestamp(row.created_at),
        }
    }
}

const SHOWN: &str = "SELECT n.status_id, n.uri, s.uri AS status_uri, n.created_at FROM status_announces n \
     JOIN statuses s ON s.id = n.status_id WHERE n.account_id = $1 AND n.undone_at IS NULL \
     AND s.deleted_at IS NULL AND s.visibility = 0";

impl Reads<'_> {
    /// When tag accounts of each of `tags` announced statuses of `author`, among statuses with ids from `floor` on,
    /// oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announced_at(&self, author: AccountId, tags: &[TagId], floor: i64) -> Result<Vec<(TagId, Timestamp)>> {
        #[derive(FromQueryResult)]
        struct When {
            tag_id: i64,
            created_at: i64,
        }
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        // statuses_account
        let mut values = vec![author.0.into(), floor.into()];
        let list = in_list(&mut values, tags.iter().map(|t| t.0));
        let sql = format!(
            "SELECT p.tag_id, n.created_at FROM statuses s JOIN status_announces n ON n.status_id = s.id \
             JOIN published_tags p ON p.account_id = n.account_id \
             WHERE s.account_id = $1 AND s.id >= $2 AND p.tag_id IN ({list}) ORDER BY n.created_at"
        );
        let rows = self.db.all::<When>(sql, values).await?;
        Ok(rows.into_iter().map(|r| (TagId(r.tag_id), Timestamp(r.created_at))).collect())
    }

    /// The inboxes of the remote followers of our tag accounts, once for each account followed; a peer's counts as a
    /// peer's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tag_inboxes(&self, tag_accounts: &[AccountId]) -> Result<Vec<TagInbox>> {
        #[derive(FromQueryResult)]
        struct InboxRow {
            url: String,
            shared: bool,
            target_id: i64,
            is_peer: i64,
        }
        if tag_accounts.is_empty() {
            return Ok(Vec::new());
        }
        // follows_target; kind 2 is an instance account, a tag account follows for a hub. A peer is known by the host
        // of its network ids.
        let mut values = Vec::new();
        let list = in_list(&mut values, tag_accounts.iter().map(|a| a.0));
        let sql = format!(
            "SELECT COALESCE(a.shared_inbox, a.inbox) AS url, a.shared_inbox IS NOT NULL AS shared, f.target_id, \
             MAX(CASE WHEN (a.kind = 2 OR a.tag IS NOT NULL) AND EXISTS (SELECT 1 FROM peers p \
             WHERE p.speaks_profile AND (a.uri LIKE 'https://' || p.host || '/%' OR a.uri LIKE 'http://' || p.host || '/%')) \
             THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS is_peer \
             FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id IN ({list}) AND f.accepted \
             AND a.domain IS NOT NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
             AND COALESCE(a.shared_inbox, a.inbox) IS NOT NULL \
             GROUP BY COALESCE(a.shared_inbox, a.inbox), a.shared_inbox IS NOT NULL, f.target_id"
        );
        let rows = self.db.all::<InboxRow>(sql, values).await?;
        let inbox = |r: InboxRow| TagInbox {
            url: r.url,
            shared: r.shared,
            tag_account: AccountId(r.target_id),
            is_peer: r.is_peer == 1,
        };
        Ok(rows.into_iter().map(inbox).collect())
    }

    /// The announcements of a status, also those taken back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announces_of(&self, status: StatusId) -> Result<Vec<Announce>> {
        let sql = "SELECT status_id, account_id, uri, created_at, undone_at FROM status_announces \
                   WHERE status_id = $1 ORDER BY account_id";
        let rows = self.db.all::<Row>(sql, vec![status.0.into()]).await?;
        let announce = |r: Row| Announce {
            status_id: StatusId(r.status_id),
            account_id: AccountId(r.account_id),
            uri: r.uri,
            created_at: Timestamp(r.created_at),
            undone_at: r.undone_at.map(Timestamp),
        };
        Ok(rows.into_iter().map(announce).collect())
    }

    /// Announcements of a tag account that stand, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announcements(&self, tag_account: AccountId, page: PageRequest) -> Result<Page<Announced>> {
        // status_announces_account
        let mut values = vec![tag_account.0.into()];
        let (bounds, order) = keyset(&page, "n.status_id", &mut values);
        let rows = self.db.all::<ShownRow>(format!("{SHOWN}{bounds}{order}"), values).await?;
        let page = Page::from_rows(rows, &page, |r| r.status_id);
        Ok(page.map(Announced::from))
    }

    /// The announcement with this network id, if it stands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announcement(&self, tag_account: AccountId, uri: &str) -> Result<Option<Announced>> {
        let values = vec![tag_account.0.into(), uri.into()];
        Ok(self.db.one::<ShownRow>(format!("{SHOWN} AND n.uri = $2"), values).await?.map(Announced::from))
    }

    /// The hashtags by which `statuses` are announced, as long as that stands, in the order they were published.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announcing(&self, statuses: &[StatusId]) -> Result<Vec<(StatusId, Tag)>> {
        #[derive(FromQueryResult)]
        struct By {
            status_id: i64,
            display_name: String,
        }
        if statuses.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, statuses.iter().map(|id| id.0));
        let sql = format!(
            "SELECT n.status_id, a.display_name FROM status_announces n JOIN accounts a ON a.id = n.account_id \
             WHERE n.status_id IN ({list}) AND n.undone_at IS NULL ORDER BY a.id"
        );
        let rows = self.db.all::<By>(sql, values).await?;
        Ok(rows.into_iter().filter_map(|r| Some((StatusId(r.status_id), Tag::parse(&r.display_name)?))).collect())
    }

    /// Of the newest `keep` announcements of a tag account those after `since` (when, and which status), oldest first,
    /// at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announcements_since(
        &self,
        tag_account: AccountId,
        since: (Timestamp, StatusId),
        keep: u32,
        limit: u32,
    ) -> Result<Vec<Announced>> {
        // status_announces_account
        let sql = format!(
            "SELECT * FROM ({SHOWN} AND (n.created_at > $2 OR (n.created_at = $2 AND n.status_id > $3)) \
             ORDER BY n.created_at DESC, n.status_id DESC LIMIT +$4) newest ORDER BY created_at, status_id LIMIT +$5"
        );
        let (at, after) = since;
        let values =
            vec![tag_account.0.into(), at.0.into(), after.0.into(), i64::from(keep).into(), i64::from(limit).into()];
        Ok(self.db.all::<ShownRow>(sql, values).await?.into_iter().map(Announced::from).collect())
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
    /// Notes that `account` announces a status, in place of an announcement it took back. `false` when one of its
    /// stands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announce(&self, announce: &Announce) -> Result<bool> {
        let sql = "INSERT INTO status_announces (status_id, account_id, uri, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (status_id, account_id) DO UPDATE SET uri = excluded.uri, \
                   created_at = excluded.created_at, undone_at = NULL WHERE status_announces.undone_at IS NOT NULL";
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
    pub async fn undo_announce(&self, status: StatusId, account: AccountId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE status_announces SET undone_at = $3 WHERE status_id = $1 AND account_id = $2 \
                   AND undone_at IS NULL";
        Ok(self.db.run(sql, vec![status.0.into(), account.0.into(), now.0.into()]).await? == 1)
    }

    /// Notes the inboxes a status is sent to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_reach(&self, status: StatusId, inboxes: &[InboxId]) -> Result<()> {
        let sql = format!(
            "INSERT INTO status_reach (status_id, inbox_id) SELECT $2, list.item FROM {} list WHERE TRUE \
             ON CONFLICT DO NOTHING",
            items(self.db.backend, 1, "BIGINT")
        );
        // In one order: two that send the same status do not wait for each other in a circle.
        let inboxes: Vec<i64> = in_order(inboxes).into_iter().map(|inbox| inbox.0).collect();
        self.db.run(sql, vec![json(&inboxes).into(), status.0.into()]).await?;
        Ok(())
    }
}
