//! What came to us only through feeds (tag accounts elsewhere that we follow), and what of it waits for a moderator.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, HeldItemId, StatusId};
use staffroom_domain::{Tag, Timestamp};

use super::{Reads, Writes};
use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::db::in_order;
use crate::error::Result;

/// A status of a feed that waits for a moderator, or was decided about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldItem {
    /// Our id.
    pub id: HeldItemId,
    /// Network id of the status.
    pub uri: String,
    /// Network id of its author.
    pub author_uri: String,
    /// Host of the feed.
    pub host: String,
    /// The tag account that passed it on.
    pub tag_account: AccountId,
    /// Its words, plain.
    pub content: String,
    /// Whether it may be shown; `None` while nobody decided.
    pub allowed: Option<bool>,
    /// When it came.
    pub created_at: Timestamp,
}

/// What is held of a status.
#[derive(Clone, Copy, Debug)]
pub struct NewHeldItem<'a> {
    /// Network id of the status.
    pub uri: &'a str,
    /// Network id of its author.
    pub author_uri: &'a str,
    /// Host of the feed.
    pub host: &'a str,
    /// The tag account that passed it on.
    pub tag_account: AccountId,
    /// Its words, plain.
    pub content: &'a str,
}

/// A tag account elsewhere that was asked to be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFeed {
    /// Its network id.
    pub uri: String,
    /// Its hashtag.
    pub tag: Option<Tag>,
    /// Whether it said yes.
    pub is_accepted: bool,
}

#[derive(FromQueryResult)]
struct HeldRow {
    id: i64,
    uri: String,
    author_uri: String,
    host: String,
    account_id: i64,
    content: String,
    decision: Option<String>,
    created_at: i64,
}

const HELD: &str = "SELECT id, uri, author_uri, host, account_id, content, decision, created_at FROM held_feed_items";

impl From<HeldRow> for HeldItem {
    fn from(row: HeldRow) -> Self {
        Self {
            id: HeldItemId(row.id),
            uri: row.uri,
            author_uri: row.author_uri,
            host: row.host,
            tag_account: AccountId(row.account_id),
            content: row.content,
            allowed: row.decision.map(|word| word == "allowed"),
            created_at: Timestamp(row.created_at),
        }
    }
}

/// `host` is this one or below it, with any port. Dots and letters of a normalised domain mean nothing to `LIKE`.
const OF_DOMAIN: &str =
    "(host = $1 OR host LIKE $2 ESCAPE '\\' OR host LIKE $3 ESCAPE '\\' OR host LIKE $4 ESCAPE '\\')";

fn of_domain(domain: &str) -> Vec<Value> {
    let escaped = domain.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    vec![domain.into(), format!("%.{escaped}").into(), format!("{escaped}:%").into(), format!("%.{escaped}:%").into()]
}

impl Reads<'_> {
    /// Those of the tag accounts `uris` that somebody here (a person, the instance, a tag account of ours) follows.
    ///
    /// # Errors
    /// The database failed.
    pub async fn followed_feeds(&self, uris: &[String]) -> Result<Vec<Account>> {
        if uris.is_empty() {
            return Ok(Vec::new());
        }
        let list = crate::db::placeholders(1, uris.len());
        // follows_target
        let sql = format!(
            "SELECT {ACCOUNT} FROM accounts a WHERE a.uri IN ({list}) AND a.tag IS NOT NULL AND a.domain IS NOT NULL \
             AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
             AND EXISTS (SELECT 1 FROM follows f JOIN accounts l ON l.id = f.account_id \
             WHERE f.target_id = a.id AND f.accepted AND l.domain IS NULL) ORDER BY a.id"
        );
        let rows = self.db.all::<AccountRow>(sql, uris.iter().map(|uri| uri.as_str().into()).collect()).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Tag accounts elsewhere that one of `followers` follows or asked to follow.
    ///
    /// # Errors
    /// The database failed.
    pub async fn feeds_asked(&self, followers: &[AccountId]) -> Result<Vec<AskedFeed>> {
        #[derive(FromQueryResult)]
        struct Row {
            uri: String,
            tag: String,
            accepted: bool,
        }
        let sql = format!(
            "SELECT a.uri, a.tag, f.accepted FROM follows f JOIN accounts a ON a.id = f.target_id \
             WHERE f.account_id IN ({}) AND a.tag IS NOT NULL AND a.domain IS NOT NULL",
            crate::db::placeholders(1, followers.len())
        );
        let rows = self.db.all::<Row>(sql, followers.iter().map(|id| id.0.into()).collect()).await?;
        let asked = |row: Row| AskedFeed { uri: row.uri, tag: Tag::parse(&row.tag), is_accepted: row.accepted };
        Ok(rows.into_iter().map(asked).collect())
    }

    /// A held item by the network id of its status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn held(&self, uri: &str) -> Result<Option<HeldItem>> {
        let row = self.db.one::<HeldRow>(format!("{HELD} WHERE uri = $1"), vec![uri.into()]).await?;
        Ok(row.map(HeldItem::from))
    }

    /// A held item.
    ///
    /// # Errors
    /// The database failed.
    pub async fn held_by_id(&self, id: HeldItemId) -> Result<Option<HeldItem>> {
        let row = self.db.one::<HeldRow>(format!("{HELD} WHERE id = $1"), vec![id.0.into()]).await?;
        Ok(row.map(HeldItem::from))
    }

    /// The tag accounts that brought a status, each with its host, those first that brought it first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn brought_by(&self, status: StatusId) -> Result<Vec<(AccountId, String)>> {
        #[derive(FromQueryResult)]
        struct Row {
            account_id: i64,
            host: String,
        }
        let sql = "SELECT account_id, host FROM feed_items WHERE status_id = $1 ORDER BY created_at, account_id";
        let rows = self.db.all::<Row>(sql, vec![status.0.into()]).await?;
        Ok(rows.into_iter().map(|row| (AccountId(row.account_id), row.host)).collect())
    }

    /// Items nobody has decided about, oldest first, after `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting(&self, after: HeldItemId, limit: u64) -> Result<Vec<HeldItem>> {
        let sql = format!("{HELD} WHERE decision IS NULL AND id > $1 ORDER BY id LIMIT +$2");
        let values = vec![after.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        Ok(self.db.all::<HeldRow>(sql, values).await?.into_iter().map(HeldItem::from).collect())
    }
}

impl Writes<'_> {
    /// Holds a status until somebody decides (anew, if its words changed).
    ///
    /// # Errors
    /// The database failed.
    pub async fn hold(&self, id: HeldItemId, item: NewHeldItem<'_>, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO held_feed_items (id, uri, author_uri, host, account_id, content, decision, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, NULL, $7) ON CONFLICT (uri) DO UPDATE \
                   SET content = excluded.content, decision = NULL";
        let values = vec![
            id.0.into(),
            item.uri.into(),
            item.author_uri.into(),
            item.host.into(),
            item.tag_account.0.into(),
            item.content.into(),
            now.0.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Keeps a decision; `false` when there is no such item.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide(&self, id: HeldItemId, allowed: bool) -> Result<bool> {
        let word = if allowed { "allowed" } else { "refused" };
        let sql = "UPDATE held_feed_items SET decision = $2 WHERE id = $1";
        Ok(self.db.run(sql, vec![id.0.into(), word.into()]).await? > 0)
    }

    /// Takes a decision back: it waits as before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn undecide(&self, id: HeldItemId) -> Result<()> {
        self.db.run("UPDATE held_feed_items SET decision = NULL WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Forgets a held item: its status was let in, or is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_held(&self, uri: &str) -> Result<()> {
        self.db.run("DELETE FROM held_feed_items WHERE uri = $1", vec![uri.into()]).await?;
        Ok(())
    }

    /// Notes that feeds on `host` brought a status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_feed_items(
        &self,
        status: StatusId,
        feeds: &[AccountId],
        host: &str,
        now: Timestamp,
    ) -> Result<()> {
        let row = |feed: AccountId| vec![status.0.into(), feed.0.into(), host.into(), now.0.into()];
        let head = "INSERT INTO feed_items (status_id, account_id, host, created_at)";
        // In one order: two that bring the same status do not wait for each other in a circle.
        self.db.insert_many(head, in_order(feeds).into_iter().map(row).collect(), "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }

    /// A feed takes a status back. Unless another feed brought it too, or a person here follows its author, it leaves
    /// the hashtag timelines and the home timelines it was in for its hashtags. `false` when the feed had not brought
    /// it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn withdraw(&self, status: StatusId, feed: AccountId) -> Result<bool> {
        let sql = "DELETE FROM feed_items WHERE status_id = $1 AND account_id = $2";
        if self.db.run(sql, vec![status.0.into(), feed.0.into()]).await? == 0 {
            return Ok(false);
        }
        self.untag("x.status_id = $1", vec![status.0.into()]).await?;
        Ok(true)
    }

    /// The same for everything that feeds of a domain (and what is below it) brought.
    ///
    /// # Errors
    /// The database failed.
    pub async fn withdraw_domain(&self, domain: &str) -> Result<()> {
        #[derive(FromQueryResult)]
        struct Brought {
            status_id: i64,
        }
        self.db.run(format!("DELETE FROM held_feed_items WHERE {OF_DOMAIN}"), of_domain(domain)).await?;
        let sql = format!("DELETE FROM feed_items WHERE {OF_DOMAIN} RETURNING status_id");
        let brought = self.db.all::<Brought>(sql, of_domain(domain)).await?;
        for some in brought.chunks(500) {
            let mut values = Vec::new();
            let list = crate::db::in_list(&mut values, some.iter().map(|row| row.status_id));
            self.untag(&format!("x.status_id IN ({list})"), values).await?;
        }
        Ok(())
    }

    /// Takes statuses that no feed and no person here stands for any more out of hashtag timelines, and out of the
    /// home timelines they were in for their hashtags.
    async fn untag(&self, which: &str, values: Vec<Value>) -> Result<()> {
        let unwanted = format!(
            "{which} AND NOT EXISTS (SELECT 1 FROM feed_items i WHERE i.status_id = x.status_id) \
             AND NOT EXISTS (SELECT 1 FROM statuses s JOIN follows f ON f.target_id = s.account_id AND f.accepted \
             JOIN users u ON u.account_id = f.account_id WHERE s.id = x.status_id)"
        );
        for table in ["home_entries", "status_tags"] {
            self.db.run(format!("DELETE FROM {table} AS x WHERE {unwanted}"), values.clone()).await?;
        }
        Ok(())
    }
}
