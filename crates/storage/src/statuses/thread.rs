//! Threads: what answers what.

use sea_orm::FromQueryResult;
use staffroom_domain::ids::StatusId;
use staffroom_domain::{Page, PageRequest, Viewer};

use super::{Reads, visible_sql};
use crate::error::Result;
use crate::page::keyset;
use crate::timelines::heard_sql;

/// Most statuses of a thread looked at.
const MAX_THREAD: i64 = 2000;
/// Most ancestors shown.
const MAX_ANCESTORS: i64 = 200;

/// A status and the one it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The status.
    pub id: StatusId,
    /// The one it answers, if we have it.
    pub parent: Option<StatusId>,
    /// Whether it is shown to who asked: not where its author is silenced and not followed. Answers to it are.
    pub heard: bool,
}

impl Reads<'_> {
    /// The statuses of a thread that `viewer` may see, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn thread(&self, viewer: Viewer, thread: StatusId) -> Result<Vec<Edge>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: i64,
            parent: Option<i64>,
            heard: bool,
        }
        // statuses_thread
        let mut values = vec![thread.0.into()];
        let visible = visible_sql(viewer, &mut values);
        let heard = heard_sql(viewer, &mut values);
        values.push(MAX_THREAD.into());
        let limit = values.len();
        let sql = format!(
            "SELECT s.id, s.in_reply_to_id AS parent, {heard} AS heard FROM statuses s \
             WHERE s.thread_id = $1 AND s.reblog_of IS NULL AND {visible} ORDER BY s.id LIMIT +${limit}"
        );
        let rows = self.db.all::<Row>(sql, values).await?;
        let edge = |r: Row| Edge { id: StatusId(r.id), parent: r.parent.map(StatusId), heard: r.heard };
        Ok(rows.into_iter().map(edge).collect())
    }

    /// How many statuses a thread has, deleted ones included.
    ///
    /// # Errors
    /// The database failed.
    pub async fn thread_size(&self, thread: StatusId) -> Result<i64> {
        // statuses_thread
        let sql = "SELECT COUNT(*) AS n FROM statuses WHERE thread_id = $1";
        Ok(self.db.number(sql, vec![thread.0.into()]).await?.unwrap_or(0))
    }

    /// Network ids of the statuses of a thread that everybody may see.
    ///
    /// # Errors
    /// The database failed.
    pub async fn thread_uris(&self, thread: StatusId, page: PageRequest) -> Result<Page<String>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: i64,
            uri: String,
        }
        // statuses_thread
        let mut values = vec![thread.0.into()];
        let visible = visible_sql(Viewer::Anonymous, &mut values);
        let (bounds, order) = keyset(&page, "s.id", &mut values);
        let sql = format!(
            "SELECT s.id, s.uri FROM statuses s WHERE s.thread_id = $1 AND s.reblog_of IS NULL AND {visible}{bounds}{order}"
        );
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(Page::from_rows(rows, &page, |row| row.id).map(|row| row.uri))
    }

    /// What a status answers, what that answers, and so on: nearest first, whoever may see it; what silenced authors wrote
    /// for who follows them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ancestors(&self, viewer: Viewer, id: StatusId) -> Result<Vec<StatusId>> {
        let mut values = vec![id.0.into(), MAX_ANCESTORS.into()];
        let heard = heard_sql(viewer, &mut values);
        let sql = format!(
            "WITH RECURSIVE up (id, parent, depth) AS ( \
             SELECT s.id, s.in_reply_to_id, CAST(0 AS BIGINT) FROM statuses s WHERE s.id = $1 \
             UNION ALL SELECT p.id, p.in_reply_to_id, up.depth + 1 FROM up JOIN statuses p ON p.id = up.parent \
             WHERE up.depth < $2) SELECT s.id AS n FROM up JOIN statuses s ON s.id = up.id \
             WHERE up.depth > 0 AND {heard} ORDER BY up.depth"
        );
        let ids = self.db.numbers(sql, values).await?;
        Ok(ids.into_iter().map(StatusId).collect())
    }
}
