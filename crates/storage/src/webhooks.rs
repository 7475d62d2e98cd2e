//! Queries about webhooks, and the jobs that tell them.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::WebhookId;
use staffroom_domain::job::Job;
use staffroom_domain::webhook::{Webhook, WebhookEvent};

use crate::error::Result;
use crate::jobs;

crate::db::noun!();

const COLUMNS: &str = "id, url, events, secret_sealed, enabled, created_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    url: String,
    events: String,
    secret_sealed: Vec<u8>,
    enabled: bool,
    created_at: i64,
}

/// A webhook with the secret it shares with us.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The webhook.
    pub webhook: Webhook,
    /// Its secret, sealed.
    pub secret: Vec<u8>,
}

impl From<Row> for Sealed {
    fn from(row: Row) -> Self {
        Self {
            webhook: Webhook {
                id: WebhookId(row.id),
                url: row.url,
                // what this version does not know is not told
                events: row.events.split(' ').filter_map(WebhookEvent::parse).collect(),
                is_enabled: row.enabled,
                created_at: Timestamp(row.created_at),
            },
            secret: row.secret_sealed,
        }
    }
}

impl Reads<'_> {
    /// All of them, the oldest first: an operator has a few.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self) -> Result<Vec<Webhook>> {
        let rows = self.db.all::<Row>(format!("SELECT {COLUMNS} FROM webhooks ORDER BY id"), vec![]).await?;
        Ok(rows.into_iter().map(|row| Sealed::from(row).webhook).collect())
    }

    /// The one with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: WebhookId) -> Result<Option<Sealed>> {
        let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE id = $1");
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Into::into))
    }
}

impl Writes<'_> {
    /// Keeps a new one; `false` when one with its address is there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, new: &Sealed) -> Result<bool> {
        let hook = &new.webhook;
        let words: Vec<&str> = hook.events.iter().map(|event| event.as_str()).collect();
        let head = "INSERT INTO webhooks (id, url, events, secret_sealed, enabled, created_at, updated_at)";
        let values = vec![
            hook.id.0.into(),
            hook.url.as_str().into(),
            words.join(" ").into(),
            new.secret.clone().into(),
            hook.is_enabled.into(),
            hook.created_at.0.into(),
            hook.created_at.0.into(),
        ];
        Ok(self.db.insert_many(head, vec![values], "ON CONFLICT (url) DO NOTHING").await? > 0)
    }

    /// Gives one another secret; `false` when it is not there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_secret(&self, id: WebhookId, sealed: Vec<u8>, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE webhooks SET secret_sealed = $2, updated_at = $3 WHERE id = $1";
        Ok(self.db.run(sql, vec![id.0.into(), sealed.into(), now.0.into()]).await? > 0)
    }

    /// Switches one on or off; `false` when it is not there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_enabled(&self, id: WebhookId, on: bool, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE webhooks SET enabled = $2, updated_at = $3 WHERE id = $1";
        Ok(self.db.run(sql, vec![id.0.into(), on.into(), now.0.into()]).await? > 0)
    }

    /// Removes one; `false` when it is not there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: WebhookId) -> Result<bool> {
        Ok(self.db.run("DELETE FROM webhooks WHERE id = $1", vec![id.0.into()]).await? > 0)
    }

    /// Queues a job for each that listens for `event`, about each of `objects`. Whether it still does is looked at again
    /// when the job runs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn queue(
        &self,
        event: WebhookEvent,
        objects: &[i64],
        now: Timestamp,
        mut next_id: impl FnMut() -> i64,
    ) -> Result<()> {
        if objects.is_empty() {
            return Ok(());
        }
        let mut rows = Vec::new();
        for hook in self.list().await?.iter().filter(|hook| hook.listens_for(event)) {
            for object in objects {
                rows.push((next_id(), Job::TellWebhook { webhook: hook.id, event, object: *object, at: now }));
            }
        }
        jobs::insert_all(self.db, &rows, now).await
    }
}
