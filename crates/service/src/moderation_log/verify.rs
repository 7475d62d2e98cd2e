//! Checking the log from its first entry to its end.

use staffroom_domain::account::KeyPair;
use staffroom_domain::ids::LogEntryId;
use staffroom_domain::moderation_log::{Head, LogEntry, LogFilter, SignedHead};

use super::{ModerationLog, form};
use crate::Result;

/// Entries read at a time.
const CHUNK: u64 = 500;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Entries that are as they were written, from the first on.
    pub right: u64,
    /// Signatures among them that hold.
    pub signed: u64,
    /// The first that is not.
    pub fault: Option<Fault>,
}

/// What is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which entry.
    pub entry: LogEntryId,
    /// What is wrong about it.
    pub why: &'static str,
}

impl ModerationLog<'_> {
    /// Checks hashes, order, signatures and the end of the log. Entries may be added meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify(&self) -> Result<Verified> {
        let key = self.key().await?;
        let log = self.service.storage().read();
        let mut found = Verified { right: 0, signed: 0, fault: None };
        let mut last = Head::start();
        loop {
            // In this order: what is signed is in the log, and what the end names is read after it.
            let last_signed = log.moderation_log().last_signed().await?;
            let end = log.moderation_log().head().await?;
            let entries = log.moderation_log().following(last.entry_id, &LogFilter::default(), CHUNK).await?;
            let Some(until) = entries.last().map(|entry| entry.id) else {
                found.fault = fault_at_end(&last, &end, last_signed.as_ref());
                return Ok(found);
            };
            let signed = log.moderation_log().signed(last.entry_id, until).await?;
            found.fault = self.check(&entries, signed, key.as_ref(), &mut last, &mut found)?;
            if found.fault.is_some() {
                return Ok(found);
            }
        }
    }

    /// The first fault in entries that follow `last`, which moves on with each that is right, and in what was signed of
    /// them.
    fn check(
        self,
        entries: &[LogEntry],
        signed: Vec<SignedHead>,
        key: Option<&KeyPair>,
        last: &mut Head,
        found: &mut Verified,
    ) -> Result<Option<Fault>> {
        let mut signed = signed.into_iter().peekable();
        for entry in entries {
            let fault = |why| Some(Fault { entry: entry.id, why });
            if let Some(gone) = signed.next_if(|one| one.head.entry_id < entry.id) {
                return Ok(Some(Fault { entry: gone.head.entry_id, why: "was signed, and is gone" }));
            }
            if entry.prev_hash != last.hash {
                return Ok(fault("does not follow the entry before it"));
            }
            if form::hash(entry).as_ref() != Some(&entry.hash) {
                return Ok(fault("was changed after it was written"));
            }
            if let Some(one) = signed.next_if(|one| one.head.entry_id == entry.id) {
                let is_genuine = match key {
                    Some(key) => self.is_genuine(key, &one)?,
                    None => false,
                };
                if one.head.hash != entry.hash || !is_genuine {
                    return Ok(fault("is not what the instance signed"));
                }
                found.signed += 1;
            }
            *last = Head { entry_id: entry.id, hash: entry.hash.clone() };
            found.right += 1;
        }
        Ok(None)
    }
}

/// What is wrong where no entry follows `last`.
fn fault_at_end(last: &Head, end: &Head, last_signed: Option<&SignedHead>) -> Option<Fault> {
    let gone = last_signed.filter(|signed| signed.head.entry_id > last.entry_id);
    if let Some(signed) = gone {
        return Some(Fault { entry: signed.head.entry_id, why: "was signed, and is gone" });
    }
    if end.entry_id > last.entry_id {
        return Some(Fault { entry: end.entry_id, why: "was the last, and is gone" });
    }
    (end != last).then_some(Fault { entry: last.entry_id, why: "is not the end of the log" })
}
