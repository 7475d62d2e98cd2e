//! Which rules judge: what somebody wrote may have to be explained by the rules of that day.

use serde_json::{Map, Value, json};
use staffroom_domain::moderation_log::{Deed, Subject};

use super::{Entry, ModerationLog, form};
use crate::Result;
use crate::auth::Authority;

impl ModerationLog<'_> {
    /// Logs which rule packs are in use, where they are others than at the start before. To be called when a server starts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_rules(&self) -> Result<()> {
        let running = self.service.inner.rules.now();
        let packs = running.packs().iter();
        let packs: Map<String, Value> =
            packs.map(|pack| (pack.id.clone(), json!({ "version": pack.version, "digest": pack.digest }))).collect();
        let details = form::canonical(&json!({ "packs": packs }));
        let known = self.service.storage().read().moderation_log().newest(Deed::ChangeRules).await?;
        if known.map(|entry| entry.details) == details {
            return Ok(());
        }
        let subject = Subject::new("rules", &"instance");
        let done = Entry::new(&Authority::operator(), Deed::ChangeRules, subject).with("packs", packs);
        let tx = self.service.storage().begin().await?;
        self.service.commit_deed(tx, done).await
    }
}
