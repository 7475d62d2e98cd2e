//! Reading timelines. Every query decides itself who may see what.

use std::fmt::Write as _;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, ListId, StatusId, TagId};
use staffroom_domain::status::Status;
use staffroom_domain::{Page, PageRequest, Timestamp, Viewer};

use super::Reads;
use crate::db::in_list;
use crate::dialect;
use crate::error::Result;
use crate::page::keyset;
use crate::statuses::{COLUMNS, Row, statuses_from, visible_sql};

/// Where the statuses of a public or hashtag timeline come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Only from here.
    pub local: bool,
    /// Only from elsewhere.
    pub remote: bool,
    /// Only with attachments.
    pub only_media: bool,
}

/// Which statuses with which hashtags.
#[derive(Clone, Debug, Default)]
pub struct TagTimeline {
    /// With one of these.
    pub any: Vec<TagId>,
    /// And with each of these.
    pub all: Vec<TagId>,
    /// And with none of these.
    pub none: Vec<TagId>,
    /// Where from.
    pub origin: Origin,
}

/// Which statuses of an account.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent choice of the client")]
pub struct AccountTimeline {
    /// Only with attachments.
    pub only_media: bool,
    /// No answers to others.
    pub exclude_replies: bool,
    /// No boosts.
    pub exclude_reblogs: bool,
    /// Only public ones.
    pub only_public: bool,
    /// Only pinned ones.
    pub pinned: bool,
    /// Only with this hashtag.
    pub tagged: Option<TagId>,
}

/// What makes a status public; the words of the partial indexes.
pub(crate) const PUBLIC: &str = "s.visibility = 0 AND s.reblog_of IS NULL AND s.deleted_at IS NULL";

/// Authors that do not show in public: suspended, silenced and deleted ones.
pub(crate) const AUTHOR_IS_HERE: &str = " AND NOT EXISTS (SELECT 1 FROM accounts va WHERE va.id = s.account_id \
     AND (va.suspended_at IS NOT NULL OR va.silenced_at IS NOT NULL OR va.deleted_at IS NOT NULL))";

/// Conditions that keep out whom the viewer blocks (by name or with their domain) or mutes, and who blocks the viewer,
/// for the authors in `authors`.
pub(crate) fn unwanted_sql(viewer: Viewer, now: Timestamp, authors: &str, values: &mut Vec<Value>) -> String {
    let Some(viewer) = viewer.account() else { return String::new() };
    values.push(viewer.0.into());
    let v = values.len();
    values.push(now.0.into());
    let now = values.len();
    format!(
        " AND NOT EXISTS (SELECT 1 FROM blocks ub WHERE ub.account_id = ${v} AND ub.target_id IN ({authors})) \
         AND NOT EXISTS (SELECT 1 FROM blocks bu WHERE bu.account_id IN ({authors}) AND bu.target_id = ${v}) \
         AND NOT EXISTS (SELECT 1 FROM mutes um WHERE um.account_id = ${v} AND um.target_id IN ({authors}) \
         AND (um.expires_at IS NULL OR um.expires_at > ${now})) \
         AND NOT EXISTS (SELECT 1 FROM account_domain_blocks ud JOIN accounts ua ON ua.domain = ud.domain \
         WHERE ud.account_id = ${v} AND ua.id IN ({authors}))"
    )
}

/// A condition that holds for who is heard by `viewer`: silenced authors by themselves and those who follow them.
pub(crate) fn heard_sql(viewer: Viewer, values: &mut Vec<Value>) -> String {
    let silenced = "EXISTS (SELECT 1 FROM accounts ha WHERE ha.id = s.account_id AND ha.silenced_at IS NOT NULL)";
    let Some(viewer) = viewer.account() else { return format!("NOT {silenced}") };
    values.push(viewer.0.into());
    let v = values.len();
    format!(
        "(s.account_id = ${v} OR NOT {silenced} OR EXISTS (SELECT 1 FROM follows hf \
         WHERE hf.account_id = ${v} AND hf.target_id = s.account_id AND hf.accepted))"
    )
}

fn origin_sql(origin: Origin) -> String {
    let mut sql = String::new();
    if origin.local {
        sql.push_str(" AND s.local");
    }
    if origin.remote {
        sql.push_str(" AND NOT s.local");
    }
    if origin.only_media {
        sql.push_str(" AND s.media_ids <> ''");
    }
    sql
}

impl Reads<'_> {
    /// The home timeline.
    ///
    /// # Errors
    /// The database failed.
    pub async fn home(&self, account: AccountId, now: Timestamp, page: PageRequest) -> Result<Page<Status>> {
        // primary key of home_entries
        let mut values = vec![account.0.into()];
        let viewer = Viewer::Account(account);
        let visible = visible_sql(viewer, &mut values);
        let unwanted = unwanted_sql(viewer, now, "s.account_id, o.account_id", &mut values);
        let (bounds, order) = keyset(&page, "h.status_id", &mut values);
        let sql = format!(
            "SELECT {COLUMNS} FROM home_entries h JOIN statuses s ON s.id = h.status_id \
             LEFT JOIN statuses o ON o.id = s.reblog_of WHERE h.account_id = $1 AND {visible}{unwanted}{bounds}{order}"
        );
        self.page(sql, values, &page).await
    }

    /// Public statuses, answers to others left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn public(
        &self,
        viewer: Viewer,
        origin: Origin,
        now: Timestamp,
        page: PageRequest,
    ) -> Result<Page<Status>> {
        // statuses_public, statuses_public_local
        let mut values = Vec::new();
        let unwanted = unwanted_sql(viewer, now, "s.account_id", &mut values);
        let (bounds, order) = keyset(&page, "s.id", &mut values);
        let origin = origin_sql(origin);
        let sql = format!(
            "SELECT {COLUMNS} FROM statuses s WHERE {PUBLIC} \
             AND (s.in_reply_to_uri IS NULL OR s.in_reply_to_account_id = s.account_id)\
             {origin}{AUTHOR_IS_HERE}{unwanted}{bounds}{order}"
        );
        self.page(sql, values, &page).await
    }

    /// Public statuses with hashtags.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tag(
        &self,
        viewer: Viewer,
        wanted: &TagTimeline,
        now: Timestamp,
        page: PageRequest,
    ) -> Result<Page<Status>> {
        let mut values = Vec::new();
        let unwanted = unwanted_sql(viewer, now, "s.account_id", &mut values);
        let mut more = origin_sql(wanted.origin);
        more.push_str(AUTHOR_IS_HERE);
        more.push_str(&unwanted);
        for tag in &wanted.all {
            values.push(tag.0.into());
            // Writing to a String cannot fail.
            let _ = write!(
                more,
                " AND EXISTS (SELECT 1 FROM status_tags x WHERE x.tag_id = ${} AND x.status_id = s.id)",
                values.len()
            );
        }
        if !wanted.none.is_empty() {
            let list = in_list(&mut values, wanted.none.iter().map(|t| t.0));
            // Writing to a String cannot fail.
            let _ = write!(
                more,
                " AND NOT EXISTS (SELECT 1 FROM status_tags y WHERE y.tag_id IN ({list}) AND y.status_id = s.id)"
            );
        }
        let list = in_list(&mut values, wanted.any.iter().map(|t| t.0));
        let sql = if wanted.any.len() == 1 {
            // primary key of status_tags
            let (bounds, order) = keyset(&page, "t.status_id", &mut values);
            format!(
                "SELECT {COLUMNS} FROM status_tags t JOIN statuses s ON s.id = t.status_id \
                 WHERE t.tag_id = {list} AND {PUBLIC}{more}{bounds}{order}"
            )
        } else {
            // statuses_public
            let (bounds, order) = keyset(&page, "s.id", &mut values);
            format!(
                "SELECT {COLUMNS} FROM statuses s WHERE {PUBLIC} AND EXISTS (SELECT 1 FROM status_tags t \
                 WHERE t.tag_id IN ({list}) AND t.status_id = s.id){more}{bounds}{order}"
            )
        };
        self.page(sql, values, &page).await
    }

    /// Statuses and boosts of the members of a list of `owner`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        owner: AccountId,
        list: ListId,
        now: Timestamp,
        page: PageRequest,
    ) -> Result<Page<Status>> {
        // primary key of statuses, newest first, until enough members' statuses were met
        let mut values = vec![list.0.into(), owner.0.into()];
        let viewer = Viewer::Account(owner);
        let visible = visible_sql(viewer, &mut values);
        let unwanted = unwanted_sql(viewer, now, "s.account_id", &mut values);
        let (bounds, order) = keyset(&page, "s.id", &mut values);
        let author = dialect::unindexed(self.db.backend, "s.account_id");
        let sql = format!(
            "SELECT {COLUMNS} FROM statuses s JOIN lists l ON l.id = $1 AND l.account_id = $2 \
             WHERE {author} IN (SELECT m.account_id FROM list_accounts m WHERE m.list_id = $1) \
             AND s.visibility <= 2 AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id \
             OR (l.replies_policy = 'list' AND EXISTS (SELECT 1 FROM list_accounts r \
             WHERE r.list_id = $1 AND r.account_id = s.in_reply_to_account_id)) \
             OR (l.replies_policy = 'followed' AND (s.in_reply_to_account_id = $2 OR EXISTS (SELECT 1 FROM follows f \
             WHERE f.account_id = $2 AND f.target_id = s.in_reply_to_account_id AND f.accepted)))) \
             AND {visible}{unwanted}{bounds}{order}"
        );
        self.page(sql, values, &page).await
    }

    /// Statuses of one account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn account(
        &self,
        viewer: Viewer,
        account: AccountId,
        wanted: AccountTimeline,
        page: PageRequest,
    ) -> Result<Page<Status>> {
        // statuses_account
        let mut values = vec![account.0.into()];
        let mut more = String::new();
        if wanted.only_media {
            more.push_str(" AND s.media_ids <> '' AND s.reblog_of IS NULL");
        }
        if wanted.exclude_replies {
            more.push_str(" AND (s.in_reply_to_uri IS NULL OR s.in_reply_to_account_id = s.account_id)");
        }
        if wanted.exclude_reblogs {
            more.push_str(" AND s.reblog_of IS NULL");
        }
        if wanted.only_public {
            more.push_str(" AND s.visibility = 0");
        }
        if wanted.pinned {
            more.push_str(" AND EXISTS (SELECT 1 FROM pins p WHERE p.account_id = $1 AND p.status_id = s.id)");
        }
        if let Some(tag) = wanted.tagged {
            values.push(tag.0.into());
            let tag = values.len();
            // Writing to a String cannot fail.
            let _ = write!(
                more,
                " AND EXISTS (SELECT 1 FROM status_tags t WHERE t.tag_id = ${tag} AND t.status_id = s.id)"
            );
        }
        let visible = visible_sql(viewer, &mut values);
        let (bounds, order) = keyset(&page, "s.id", &mut values);
        let sql =
            format!("SELECT {COLUMNS} FROM statuses s WHERE s.account_id = $1 AND {visible}{more}{bounds}{order}");
        self.page(sql, values, &page).await
    }

    /// Direct statuses `account` wrote or is named in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn direct(&self, account: AccountId, now: Timestamp, page: PageRequest) -> Result<Page<Status>> {
        // statuses_direct, status_mentions_account
        let mut values = vec![account.0.into()];
        let viewer = Viewer::Account(account);
        let visible = visible_sql(viewer, &mut values);
        let unwanted = unwanted_sql(viewer, now, "s.account_id", &mut values);
        let (bounds, order) = keyset(&page, "s.id", &mut values);
        let sql = format!(
            "SELECT {COLUMNS} FROM statuses s WHERE s.id IN (SELECT o.id FROM statuses o WHERE o.account_id = $1 \
             AND o.visibility = 3 UNION SELECT m.status_id FROM status_mentions m JOIN statuses d \
             ON d.id = m.status_id AND d.visibility = 3 WHERE m.account_id = $1) \
             AND {visible}{unwanted}{bounds}{order}"
        );
        self.page(sql, values, &page).await
    }

    /// Bookmarks of `account`: (cursor, status), newest bookmark first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bookmarks(&self, account: AccountId, page: PageRequest) -> Result<Page<(i64, StatusId)>> {
        // bookmarks_pair, sorted: one person's bookmarks are few
        self.marked("bookmarks", account, page).await
    }

    /// Favourites of `account`: (cursor, status), newest favourite first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn favourites(&self, account: AccountId, page: PageRequest) -> Result<Page<(i64, StatusId)>> {
        // favourites_pair, sorted
        self.marked("favourites", account, page).await
    }

    async fn marked(&self, table: &str, account: AccountId, page: PageRequest) -> Result<Page<(i64, StatusId)>> {
        #[derive(FromQueryResult)]
        struct Marked {
            id: i64,
            status_id: i64,
        }
        let mut values = vec![account.0.into()];
        let visible = visible_sql(Viewer::Account(account), &mut values);
        let (bounds, order) = keyset(&page, "m.id", &mut values);
        let sql = format!(
            "SELECT m.id, m.status_id FROM {table} m JOIN statuses s ON s.id = m.status_id \
             WHERE m.account_id = $1 AND {visible}{bounds}{order}"
        );
        let rows = self.db.all::<Marked>(sql, values).await?;
        Ok(Page::from_rows(rows, &page, |r| r.id).map(|r| (r.id, StatusId(r.status_id))))
    }

    pub(super) async fn page(&self, sql: String, values: Vec<Value>, page: &PageRequest) -> Result<Page<Status>> {
        let rows = statuses_from(self.db.all::<Row>(sql, values).await?)?;
        Ok(Page::from_rows(rows, page, |s| s.id.0))
    }
}
