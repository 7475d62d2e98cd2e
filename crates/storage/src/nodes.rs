//! News between nodes that share a PostgreSQL database: what one commits the others hear of by `NOTIFY` and `LISTEN`.
//! It travels as ids, and each node looks up what it is about. SQLite has one node, and nothing to do here.
//!
//! What is told after the commit may be lost: with its node, with a connection, behind a node that is too slow. Where
//! that may have happened, all who listen at a node are cut off, so that they read their timelines and listen again.
//! Only what a node took with it when it died is missed in silence, and read with the timelines.

use std::sync::Arc;

use sea_orm::{DbBackend, Value};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgListener, PgPoolOptions};
use staffroom_domain::ids::{AccountId, AnnouncementId, NotificationId, StatusId};
use staffroom_domain::news::{Gone, News};
use staffroom_domain::status::Status;
use staffroom_domain::{Tag, Visibility};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

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
    /// Something was not told.
    Missed,
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
            News::Announced(_) | News::AnnouncementEnded(_) | News::Missed | News::Stopped => return None,
        })
    }
}

/// What a node and the others tell each other. It knows what was committed here since it was made, also while the
/// database is away.
#[derive(Debug)]
pub struct NewsExchange {
    storage: Storage,
    node: u8,
    committed: Receiver<News>,
    /// It was shared before, and what comes next may not follow on that.
    has_begun: bool,
}

impl Storage {
    /// To exchange news with the other nodes; `node` is what tells this one from them.
    pub fn news_exchange(&self, node: u8) -> NewsExchange {
        NewsExchange { storage: self.clone(), node, committed: self.committed(), has_begun: false }
    }
}

impl NewsExchange {
    /// Tells and hears until something fails; goes on when called again, when listeners here and at the other nodes are
    /// told that something may be missing. On SQLite it returns at once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn share(&mut self) -> Result<()> {
        let Self { storage, node, committed, has_begun } = self;
        let DbBackend::Postgres = storage.backend() else { return Ok(()) };
        let goes_on = std::mem::replace(has_begun, true);
        let options = (*storage.reader().get_postgres_connection_pool().connect_options()).clone();
        // Listening keeps a connection for itself.
        let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.map_err(sqlx_error)?;
        let mut ear = PgListener::connect_with(&pool).await.map_err(sqlx_error)?;
        ear.listen(CHANNEL).await.map_err(sqlx_error)?;
        if goes_on {
            storage.spread_here(News::Missed);
        }
        let hear = async {
            loop {
                match ear.try_recv().await.map_err(sqlx_error)? {
                    Some(heard) => storage.hear(*node, heard.payload()).await?,
                    // The connection was lost; there is another one that listens.
                    None => storage.spread_here(News::Missed),
                }
            }
            #[expect(unreachable_code, reason = "the loop ends by a failure alone; this names its type")]
            Ok::<(), StorageError>(())
        };
        tokio::try_join!(hear, storage.tell_others(*node, committed, goes_on)).map(|((), ())| ())
    }
}

impl Storage {
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
            Told::Missed => Some(News::Missed),
        };
        if let Some(news) = news {
            self.spread_here(news);
        }
        Ok(())
    }

    /// Tells the others what is committed here, what has come together meanwhile with one statement; first, where
    /// something `is_missing`, that.
    async fn tell_others(&self, node: u8, committed: &mut Receiver<News>, is_missing: bool) -> Result<()> {
        let mut next = is_missing.then_some(Told::Missed);
        loop {
            let first = match next.take() {
                Some(told) => Some(told),
                None => match committed.recv().await {
                    Ok(news) => Told::of(&news),
                    // More than fits was committed meanwhile: the oldest is lost.
                    Err(RecvError::Lagged(_)) => Some(Told::Missed),
                    Err(RecvError::Closed) => return Ok(()),
                },
            };
            let more = waiting(committed, BATCH - 1);
            let messages = first.into_iter().chain(more).filter_map(|told| text(node, told));
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

/// What to tell of what is committed already, `most` pieces of it at most.
fn waiting(committed: &mut Receiver<News>, most: usize) -> Vec<Told> {
    let mut more = Vec::new();
    while more.len() < most {
        match committed.try_recv() {
            Ok(news) => more.extend(Told::of(&news)),
            Err(TryRecvError::Lagged(_)) => more.push(Told::Missed),
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
    more
}

/// A message that fits. Of a deleted status with very many hashtags some are left out, so that not everybody hears of
/// it there, but nearly everybody does.
fn text(node: u8, news: Told) -> Option<String> {
    let mut message = Message { node, news };
    loop {
        let text = serde_json::to_string(&message).ok()?;
        if text.len() <= MAX_BYTES {
            return Some(text);
        }
        let Told::Deleted { tags, named, .. } = &mut message.news else { return None };
        if !tags.is_empty() {
            tags.truncate(tags.len() / 2);
        } else if !named.is_empty() {
            named.truncate(named.len() / 2);
        } else {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deleted(tags: i64, named: i64) -> Told {
        Told::of(&News::Deleted(Arc::new(Gone {
            id: StatusId(7),
            author: AccountId(8),
            visibility: Visibility::Public,
            is_boost: false,
            local: true,
            has_media: false,
            tags: (0..tags).map(|n| Tag::parse(&format!("hashtag{n}")).unwrap()).collect(),
            named: (0..named).map(|n| AccountId(i64::MAX - n)).collect(),
        })))
        .unwrap()
    }

    #[test]
    fn a_deletion_is_told_however_much_the_status_named() {
        for (tags, named) in [(0, 0), (3, 2), (2_000, 2), (0, 2_000), (2_000, 2_000)] {
            let text = text(1, deleted(tags, named)).unwrap();
            assert!(text.len() <= MAX_BYTES, "{tags} {named}");
            let Message { node: 1, news: Told::Deleted { id: 7, author: 8, tags: told, named: who, .. } } =
                serde_json::from_str(&text).unwrap()
            else {
                panic!("{text}")
            };
            assert_eq!(told.len() == usize::try_from(tags).unwrap(), tags <= 3, "{tags} {named}");
            assert_eq!(who.len() == usize::try_from(named).unwrap(), named <= 2, "{tags} {named}");
        }
        assert!(text(1, Told::AnnouncementReacted(1, "x".repeat(MAX_BYTES))).is_none(), "nothing to leave out");
    }
}
