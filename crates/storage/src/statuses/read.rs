//! Statuses by id and by network id.

use sea_orm::FromQueryResult;
use staffroom_domain::ids::{AccountId, AppId, StatusId};
use staffroom_domain::status::{ApplicationView, Status, StatusVersion};
use staffroom_domain::{Page, PageRequest, Timestamp, Viewer};

use super::{COLUMNS, Reads, Row, statuses_from, visible_sql};
use crate::db::{in_list, placeholders};
use crate::error::Result;
use crate::page::keyset;

/// A status that is there although it, or its author, was deleted.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct StoredThoughDeleted {
    /// Network id of its author.
    pub author_uri: String,
    /// The author is gone.
    pub author_is_gone: bool,
    /// Who said that the status is gone.
    pub by_uri: Option<String>,
}

impl Reads<'_> {
    /// A status, whoever looks; `None` once deleted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, id: StatusId) -> Result<Option<Status>> {
        let sql = format!("SELECT {COLUMNS} FROM statuses s WHERE s.id = $1 AND s.deleted_at IS NULL");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Status::try_from).transpose()
    }

    /// A status if `viewer` may see it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn visible_to(&self, viewer: Viewer, id: StatusId) -> Result<Option<Status>> {
        let mut values = vec![id.0.into()];
        let visible = visible_sql(viewer, &mut values);
        let sql = format!("SELECT {COLUMNS} FROM statuses s WHERE s.id = $1 AND {visible}");
        self.db.one::<Row>(sql, values).await?.map(Status::try_from).transpose()
    }

    /// Those of `ids` that `viewer` may see, in no particular order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn visible_of(&self, viewer: Viewer, ids: &[StatusId]) -> Result<Vec<Status>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let visible = visible_sql(viewer, &mut values);
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!("SELECT {COLUMNS} FROM statuses s WHERE s.id IN ({list}) AND {visible}");
        statuses_from(self.db.all(sql, values).await?)
    }

    /// Statuses not deleted, whoever looks, in no particular order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_ids(&self, ids: &[StatusId]) -> Result<Vec<Status>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!("SELECT {COLUMNS} FROM statuses s WHERE s.id IN ({list}) AND s.deleted_at IS NULL");
        statuses_from(self.db.all(sql, values).await?)
    }

    /// A status by network id, also when deleted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<Status>> {
        let sql = format!("SELECT {COLUMNS} FROM statuses s WHERE s.uri = $1");
        self.db.one::<Row>(sql, vec![uri.into()]).await?.map(Status::try_from).transpose()
    }

    /// Statuses not deleted, by network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uris(&self, uris: &[String]) -> Result<Vec<Status>> {
        if uris.is_empty() {
            return Ok(Vec::new());
        }
        let list = placeholders(1, uris.len());
        let sql = format!("SELECT {COLUMNS} FROM statuses s WHERE s.uri IN ({list}) AND s.deleted_at IS NULL");
        statuses_from(self.db.all(sql, uris.iter().map(|u| u.as_str().into()).collect()).await?)
    }

    /// The boost of `original` by `account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reblog_by(&self, account: AccountId, original: StatusId) -> Result<Option<Status>> {
        // statuses_one_reblog
        let sql = format!(
            "SELECT {COLUMNS} FROM statuses s WHERE s.reblog_of = $1 AND s.account_id = $2 AND s.deleted_at IS NULL"
        );
        self.db.one::<Row>(sql, vec![original.0.into(), account.0.into()]).await?.map(Status::try_from).transpose()
    }

    /// People here who boosted a status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn local_boosters(&self, id: StatusId) -> Result<Vec<AccountId>> {
        // statuses_one_reblog
        let sql =
            "SELECT r.account_id AS n FROM statuses r WHERE r.reblog_of = $1 AND r.deleted_at IS NULL AND r.local";
        Ok(self.db.numbers(sql, vec![id.0.into()]).await?.into_iter().map(AccountId).collect())
    }

    /// Who deleted an object with this network id that we may never have seen.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tombstone(&self, uri: &str) -> Result<Option<String>> {
        #[derive(FromQueryResult)]
        struct Row {
            by_uri: String,
        }
        let row = self.db.one::<Row>("SELECT by_uri FROM tombstones WHERE uri = $1", vec![uri.into()]).await?;
        Ok(row.map(|row| row.by_uri))
    }

    /// A stored status of elsewhere whose deletion, or whose author's, is known all the same.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stored_though_deleted(&self, uri: &str) -> Result<Option<StoredThoughDeleted>> {
        let sql = "SELECT a.uri AS author_uri, a.deleted_at IS NOT NULL AS author_is_gone, t.by_uri FROM statuses s \
                   JOIN accounts a ON a.id = s.account_id LEFT JOIN tombstones t ON t.uri = s.uri \
                   WHERE s.uri = $1 AND s.deleted_at IS NULL AND a.domain IS NOT NULL \
                   AND (a.deleted_at IS NOT NULL OR t.by_uri IS NOT NULL)";
        self.db.one(sql, vec![uri.into()]).await
    }

    /// Former versions, oldest first, with the ids of their attachments.
    ///
    /// # Errors
    /// The database failed.
    pub async fn versions(&self, id: StatusId) -> Result<Vec<(StatusVersion, Vec<staffroom_domain::ids::MediaId>)>> {
        #[derive(FromQueryResult)]
        struct Version {
            created_at: i64,
            content: String,
            spoiler_text: String,
            sensitive: bool,
            media_ids: String,
        }
        let sql = "SELECT created_at, content, spoiler_text, sensitive, media_ids FROM status_versions \
                   WHERE status_id = $1 ORDER BY created_at";
        let rows = self.db.all::<Version>(sql, vec![id.0.into()]).await?;
        let version = |row: Version| {
            let version = StatusVersion {
                content: row.content,
                spoiler_text: row.spoiler_text,
                sensitive: row.sensitive,
                created_at: Timestamp(row.created_at),
                media: Vec::new(),
                emojis: Vec::new(),
                poll_options: None,
            };
            (version, super::row::media_ids_from(&row.media_ids))
        };
        Ok(rows.into_iter().map(version).collect())
    }

    /// Names of the clients statuses were written with.
    ///
    /// # Errors
    /// The database failed.
    pub async fn applications(&self, ids: &[AppId]) -> Result<Vec<(AppId, ApplicationView)>> {
        #[derive(FromQueryResult)]
        struct App {
            id: i64,
            name: String,
            website: Option<String>,
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let rows =
            self.db.all::<App>(format!("SELECT id, name, website FROM apps WHERE id IN ({list})"), values).await?;
        Ok(rows.into_iter().map(|a| (AppId(a.id), ApplicationView { name: a.name, website: a.website })).collect())
    }

    /// Public and unlisted statuses and boosts of an account, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outbox(&self, account: AccountId, page: PageRequest) -> Result<Page<Status>> {
        // statuses_account
        let mut values = vec![account.0.into()];
        let visible = visible_sql(Viewer::Anonymous, &mut values);
        let (bounds, order) = keyset(&page, "s.id", &mut values);
        let sql = format!("SELECT {COLUMNS} FROM statuses s WHERE s.account_id = $1 AND {visible}{bounds}{order}");
        Ok(Page::from_rows(statuses_from(self.db.all(sql, values).await?)?, &page, |s| s.id.0))
    }

    /// Network ids of open answers to a status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reply_uris(&self, id: StatusId, page: PageRequest) -> Result<Page<String>> {
        #[derive(FromQueryResult)]
        struct Reply {
            id: i64,
            uri: String,
        }
        // statuses_in_reply_to
        let mut values = vec![id.0.into()];
        let visible = visible_sql(Viewer::Anonymous, &mut values);
        let (bounds, order) = keyset(&page, "s.id", &mut values);
        let sql =
            format!("SELECT s.id, s.uri FROM statuses s WHERE s.in_reply_to_id = $1 AND {visible}{bounds}{order}");
        let rows = self.db.all::<Reply>(sql, values).await?;
        Ok(Page::from_rows(rows, &page, |r| r.id).map(|r| r.uri))
    }

    /// A status, also an erased one: what is left of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn even_erased(&self, id: StatusId) -> Result<Option<Status>> {
        let sql = format!("SELECT {COLUMNS} FROM statuses s WHERE s.id = $1");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Status::try_from).transpose()
    }

    /// Those of `uris` that are stored, also erased ones.
    ///
    /// # Errors
    /// The database failed.
    pub async fn known_uris(&self, uris: &[String]) -> Result<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Known {
            uri: String,
        }
        if uris.is_empty() {
            return Ok(Vec::new());
        }
        let list = placeholders(1, uris.len());
        let sql = format!("SELECT uri FROM statuses WHERE uri IN ({list})");
        let rows = self.db.all::<Known>(sql, uris.iter().map(|uri| uri.as_str().into()).collect()).await?;
        Ok(rows.into_iter().map(|row| row.uri).collect())
    }

    /// Whether somebody who lives here (a hashtag of ours does not) follows `author`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_followed_here(&self, author: AccountId) -> Result<bool> {
        // follows_target
        let sql = "SELECT f.id AS n FROM follows f WHERE f.target_id = $1 AND f.accepted \
                   AND EXISTS (SELECT 1 FROM accounts l WHERE l.id = f.account_id AND l.domain IS NULL AND l.tag IS NULL) LIMIT 1";
        Ok(self.db.number(sql, vec![author.0.into()]).await?.is_some())
    }
}
