//! Reading the log.

use serde_json::{Value, json};
use staffroom_domain::ids::LogEntryId;
use staffroom_domain::moderation_log::{LogEntry, LogFilter};
use staffroom_domain::{Page, PageRequest};

use super::{ModerationLog, form};
use crate::Result;
use crate::auth::Authority;

impl ModerationLog<'_> {
    /// Entries about what `who` reaches, newest first. What was done against themselves, or against somebody as high, is
    /// not theirs to know, as with reports.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, who: &Authority, filter: &LogFilter, page: PageRequest) -> Result<Page<LogEntry>> {
        Ok(self.service.storage().read().moderation_log().list(who.reach(), who.by(), filter, &page).await?)
    }

    /// All entries after `after`, oldest first, at most `limit`: for whoever runs the server.
    ///
    /// # Errors
    /// The database failed.
    pub async fn following(&self, after: LogEntryId, filter: &LogFilter, limit: u64) -> Result<Vec<LogEntry>> {
        Ok(self.service.storage().read().moderation_log().following(after, filter, limit).await?)
    }
}

/// An entry as it is handed out: the form it is hashed in, and its `hash`. Without that form, because it was tampered
/// with, only its id and its hash.
pub fn shown(entry: &LogEntry) -> Value {
    let mut shown = form::of(entry).unwrap_or_else(|| json!({ "id": entry.id.to_string() }));
    if let Value::Object(members) = &mut shown {
        members.insert("hash".to_owned(), entry.hash.clone().into());
    }
    shown
}
