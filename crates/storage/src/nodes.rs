//! News between nodes that share a PostgreSQL database: what one commits the others hear of by `NOTIFY` and `LISTEN`.
//! It travels as ids, and each node looks up what it is about. SQLite has one node, and nothing to do here.
//!
//! What is told after the commit may be lost with its node: listeners miss it, and read it with their timelines.

use std::sync::Arc;

use sea_orm::{DbBackend, Value};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgListener, PgPoolOptions};
use staffroom_domain::ids::{AccountId, AnnouncementId, NotificationId, StatusId};
use staffroom_domain::news::{Gone, News};
use staffroom_domain::status::Status;
use staffroom_domain::{Tag, Visibility};
use tokio::sync::broadcast::error::RecvError;

use crate::connect::sqlx_error;
use crate::db::push_placeholders;
use crate::error::{Result, StorageError};
use crate::tx::Storage;

const CHANNEL: &str = "staffroom_news";
/// PostgreSQL takes less than 8000 bytes.
const MAX_BYTES: usize = 7_900;
/// Told with one statement.
const BATCH: usize = 100;

/// A message of one node to the others.
#[derive(Serialize, Deserialize)]
struct Message {
    node: u8,
    news: Told,
}

/// News as ids.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Told {
    Published(i64),
    Edited(i64),
    Deleted {
        id: i64,
        author: i64,
        visibility: i16,
        is_boost: bool,
        local: bool,
        has_media: bool,
        tags: Vec<String>,
        named: Vec<i64>,
    },
    Notified(i64, i64),
    FiltersChanged(i64),
    NotificationsMerged(i64),
    ConversationRead(i64, i64),
    AnnouncementReacted(i64, String),
    AccessChanged(i64),
}

impl Told {
    /// What other nodes are told of; nothing of what each finds out itself.
    fn of(news: &News) -> Option<Self> {
        Some(match news {
            News::Published(status) => Self::Published(status.id.0),
            News::Edited(status) => Self::Edited(status.id.0),
            News::Deleted(gone) => Self::Deleted {
                id: gone.id.0,
                author: gone.author.0,
                visibility: gone.visibility.code(),
                is_boost: gone.is_boost,
                local: gone.local,
                has_media: gone.has_media,
                tags: gone.tags.iter().map(|tag| tag.name().to_owned()).collect(),
                named: gone.named.iter().map(|id| id.0).collect(),
            },
            News::Notified(to, id) => Self::Notified(to.0, id.0),
            News::FiltersChanged(of) => Self::FiltersChanged(of.0),
            News::NotificationsMerged(of) => Self::NotificationsMerged(of.0),
            News::ConversationRead(of, last_status) => Self::ConversationRead(of.0, last_status.0),
            News::AnnouncementReacted(id, name) => Self::AnnouncementReacted(id.0, name.clone()),
            News::AccessChanged(of) => Self::AccessChanged(of.0),
            News::Announced(_) | News::AnnouncementEnded(_) | News::Stopped => return None,
        })
    }
}

impl Storage {
    /// Exchanges news with the other nodes until something fails; begins anew when called again. `node` is what tells
    /// this one from the others. On SQLite it returns at once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn share_news(&self, node: u8) -> Result<()> {
        let DbBackend::Postgres = self.backend() else { return Ok(()) };
        let options = (*self.reader().get_postgres_connection_pool().connect_options()).clone();
        // Listening keeps a connection for itself.
        let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.map_err(sqlx_error)?;
        let mut ear = PgListener::connect_with(&pool).await.map_err(sqlx_error)?;
        ear.listen(CHANNEL).await.map_err(sqlx_error)?;
        let hear = async {
            loop {
                let heard = ear.recv().await.map_err(sqlx_error)?;
                self.hear(node, heard.payload()).await?;
            }
            #[expect(unreachable_code, reason = "the loop ends by a failure alone; this names its type")]
            Ok::<(), StorageError>(())
        };
        tokio::try_join!(hear, self.tell_others(node)).map(|((), ())| ())
    }

    /// What another node told is news here too. What cannot be read is of a later version, and skipped.
    async fn hear(&self, node: u8, payload: &str) -> Result<()> {
        let Ok(message) = serde_json::from_str::<Message>(payload) else { return Ok(()) };
        if message.node == node {
            return Ok(());
        }
        let status = async |id: i64| -> Result<Option<Arc<Status>>> {
            let found = self.read().statuses().by_ids(&[StatusId(id)]).await?;
            Ok(found.into_iter().next().map(Arc::new))
        };
        let news = match message.news {
            Told::Published(id) => status(id).await?.map(News::Published),
            Told::Edited(id) => status(id).await?.map(News::Edited),
            Told::Deleted { id, author, visibility, is_boost, local, has_media, tags, named } => {
                Some(News::Deleted(Arc::new(Gone {
                    id: StatusId(id),
                    author: AccountId(author),
                    visibility: Visibility::from_code(visibility),
                    is_boost,
                    local,
                    has_media,
                    tags: tags.iter().filter_map(|name| Tag::parse(name)).collect(),
                    named: named.into_iter().map(AccountId).collect(),
                })))
            }
            Told::Notified(to, id) => Some(News::Notified(AccountId(to), NotificationId(id))),
            Told::FiltersChanged(of) => Some(News::FiltersChanged(AccountId(of))),
            Told::NotificationsMerged(of) => Some(News::NotificationsMerged(AccountId(of))),
            Told::ConversationRead(of, last) => Some(News::ConversationRead(AccountId(of), StatusId(last))),
            Told::AnnouncementReacted(id, name) => Some(News::AnnouncementReacted(AnnouncementId(id), name)),
            Told::AccessChanged(of) => Some(News::AccessChanged(AccountId(of))),
        };
        if let Some(news) = news {
            self.spread_here(news);
        }
        Ok(())
    }

    /// Tells the others what is committed here, what has come together meanwhile with one statement.
    async fn tell_others(&self, node: u8) -> Result<()> {
        let mut committed = self.committed();
        loop {
            let first = match committed.recv().await {
                Ok(news) => Some(news),
                // More than fits: the oldest is not told.
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => return Ok(()),
            };
            let more = std::iter::from_fn(|| committed.try_recv().ok());
            let messages = first.into_iter().chain(more).take(BATCH).filter_map(|news| text(node, &news));
            let mut values: Vec<Value> = vec![CHANNEL.into()];
            values.extend(messages.map(Value::from));
            if values.len() > 1 {
                let mut sql = "SELECT pg_notify($1, told) FROM UNNEST(ARRAY[".to_owned();
                push_placeholders(&mut sql, 2, values.len() - 1);
                sql.push_str("]::TEXT[]) AS told");
                self.reading().run(sql, values).await?;
            }
        }
    }
}

/// A message that fits.
fn text(node: u8, news: &News) -> Option<String> {
    let message = Message { node, news: Told::of(news)? };
    serde_json::to_string(&message).ok().filter(|text| text.len() <= MAX_BYTES)
}
