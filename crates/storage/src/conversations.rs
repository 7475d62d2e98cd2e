//! Direct conversations of people here.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, ConversationId, StatusId};
use staffroom_domain::status::Status;
use staffroom_domain::{Page, PageRequest, Timestamp, Viewer};

use crate::db::in_order;
use crate::error::Result;
use crate::page::keyset;
use crate::statuses::visible_sql;
use crate::timelines::unwanted_sql;

crate::db::noun!();

/// A conversation of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The newest direct status of it.
    pub last_status: StatusId,
    /// Whether that was not read yet.
    pub unread: bool,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    last_status_id: i64,
    unread: bool,
}

impl From<Row> for Conversation {
    fn from(row: Row) -> Self {
        Self { id: ConversationId(row.id), last_status: StatusId(row.last_status_id), unread: row.unread }
    }
}

impl Reads<'_> {
    /// Conversations of `account`, the one with the newest status first; the cursor is that status. Those whose newest
    /// status the account may not see or wants nothing of are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, account: AccountId, now: Timestamp, page: &PageRequest) -> Result<Page<Conversation>> {
        // conversations_newest
        let viewer = Viewer::Account(account);
        let mut values: Vec<Value> = vec![account.0.into()];
        let visible = visible_sql(viewer, &mut values);
        let unwanted = unwanted_sql(viewer, now, "s.account_id", &mut values);
        let (bounds, order) = keyset(page, "c.last_status_id", &mut values);
        let sql = format!(
            "SELECT c.id, c.last_status_id, c.unread FROM conversations c JOIN statuses s ON s.id = c.last_status_id \
             WHERE c.account_id = $1 AND {visible}{unwanted}{bounds}{order}"
        );
        let rows: Vec<Conversation> = self.db.all::<Row>(sql, values).await?.into_iter().map(Into::into).collect();
        Ok(Page::from_rows(rows, page, |c| c.last_status.0))
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, account: AccountId, id: ConversationId) -> Result<Option<Conversation>> {
        let sql = "SELECT id, last_status_id, unread FROM conversations WHERE id = $1 AND account_id = $2 \
                   AND last_status_id IS NOT NULL";
        Ok(self.db.one::<Row>(sql, vec![id.0.into(), account.0.into()]).await?.map(Into::into))
    }
}

impl Writes<'_> {
    /// A direct status enters the conversations of `members`, people here: unread for all but its author.
    ///
    /// # Errors
    /// The database failed.
    pub async fn enter(&self, members: &[AccountId], status: &Status, mut next_id: impl FnMut() -> i64) -> Result<()> {
        // In one order: two answers in a thread at once do not wait for each other in a circle.
        let rows = in_order(members).into_iter().map(|member| {
            let unread = member != status.account_id;
            vec![next_id().into(), member.0.into(), status.thread_id.0.into(), status.id.0.into(), unread.into()]
        });
        let rows: Vec<Vec<Value>> = rows.collect();
        let head = "INSERT INTO conversations (id, account_id, thread_id, last_status_id, unread)";
        let tail = "ON CONFLICT (account_id, thread_id) DO UPDATE SET unread = excluded.unread, \
                    last_status_id = CASE WHEN excluded.last_status_id > conversations.last_status_id \
                    THEN excluded.last_status_id ELSE conversations.last_status_id END";
        self.db.insert_many(head, rows, tail).await?;
        Ok(())
    }

    /// Marks one as read; `false` when it is not the account's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn mark_read(&self, account: AccountId, id: ConversationId) -> Result<bool> {
        let sql = "UPDATE conversations SET unread = $3 WHERE id = $1 AND account_id = $2";
        Ok(self.db.run(sql, vec![id.0.into(), account.0.into(), false.into()]).await? > 0)
    }

    /// Removes one from the account's list, not its statuses; `false` when it is not the account's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, account: AccountId, id: ConversationId) -> Result<bool> {
        let sql = "DELETE FROM conversations WHERE id = $1 AND account_id = $2";
        Ok(self.db.run(sql, vec![id.0.into(), account.0.into()]).await? > 0)
    }

    /// Removes those of an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM conversations WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
