//! Adding to the log, in the transaction of what is logged.

use serde_json::{Map, Value};
use staffroom_domain::Account;
use staffroom_domain::ids::{AccountId, LogEntryId, OrganisationId};
use staffroom_domain::moderation_log::{Deed, Head, LogEntry, Subject};
use staffroom_storage::Tx;

use super::form;
use crate::auth::Authority;
use crate::{Cx, Result, Service, ServiceError};

/// Random bytes in each entry.
const SALT_BYTES: usize = 16;

/// What was done, to be logged. No names of people, nothing they wrote, no addresses: ids, and words of ours.
#[derive(Clone, Debug)]
#[must_use = "nothing is logged until it is committed with what was done"]
pub(crate) struct Entry {
    by: Option<AccountId>,
    organisation: Option<OrganisationId>,
    deed: Deed,
    subject: Subject,
    target: Option<AccountId>,
    details: Map<String, Value>,
}

impl Entry {
    /// Something `who` did, which is the instance's affair unless [`Self::about`] or [`Self::within`] says otherwise.
    pub(crate) fn new(who: &Authority, deed: Deed, subject: Subject) -> Self {
        Self { by: who.by(), organisation: None, deed, subject, target: None, details: Map::new() }
    }

    /// Something done about the conduct of an account: its school's affair, for those above it to know.
    pub(crate) fn about(self, account: &Account) -> Self {
        let organisation = account.organisation.filter(|_| account.is_local());
        Self { organisation, target: Some(account.id), ..self }
    }

    /// Something done to this account and about its conduct.
    pub(crate) fn on(who: &Authority, deed: Deed, account: &Account) -> Self {
        Self::new(who, deed, Subject::new("account", &account.id)).about(account)
    }

    /// Something that is about the conduct of this account, if there is one: for those above it to know.
    pub(crate) fn against(self, target: Option<AccountId>) -> Self {
        Self { target, ..self }
    }

    /// The affair of whoever something belongs to; `None`: the instance's.
    pub(crate) fn of(self, organisation: Option<OrganisationId>) -> Self {
        Self { organisation, ..self }
    }

    /// The affair of an organisation.
    pub(crate) fn within(self, organisation: OrganisationId) -> Self {
        Self { organisation: Some(organisation), ..self }
    }

    /// With more to know. Ids are texts, for JSON keeps no numbers so large.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// As it stands in the log after `head`.
    fn after(self, head: &Head, cx: &Cx) -> Result<LogEntry> {
        let details = form::canonical(&Value::Object(self.details)).ok_or_else(unwritable)?;
        let entry = LogEntry {
            id: LogEntryId(cx.id::<i64>().max(head.entry_id.0.saturating_add(1))),
            created_at: cx.now(),
            account_id: self.by,
            organisation_id: self.organisation,
            kind: self.deed.as_str().to_owned(),
            subject: self.subject,
            target_id: self.target,
            details,
            salt: cx.secret(SALT_BYTES),
            prev_hash: head.hash.clone(),
            hash: String::new(),
        };
        let hash = form::hash(&entry).ok_or_else(unwritable)?;
        Ok(LogEntry { hash, ..entry })
    }
}

impl Service {
    /// Logs what was done and commits; nothing can be done in the transaction after it.
    pub(crate) async fn commit_deed(&self, tx: Tx, done: Entry) -> Result<()> {
        self.commit_deeds(tx, vec![done]).await
    }

    /// The same where several things were done together, in their order.
    pub(crate) async fn commit_deeds(&self, tx: Tx, done: Vec<Entry>) -> Result<()> {
        let mut head = tx.moderation_log().lock_head().await?;
        // Only now: whoever appended before us did so earlier.
        let cx = self.cx();
        let mut entries = Vec::with_capacity(done.len());
        for entry in done {
            let entry = entry.after(&head, &cx)?;
            head = Head { entry_id: entry.id, hash: entry.hash.clone() };
            entries.push(entry);
        }
        tx.moderation_log().append(&entries).await?;
        self.commit(tx).await
    }
}

fn unwritable() -> ServiceError {
    ServiceError::Internal("an entry of the moderation log has no canonical form".to_owned())
}
