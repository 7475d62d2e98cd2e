//! The form in which entries and ends of the log are hashed and signed: canonical JSON (RFC 8785).

use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::moderation_log::{Head, LogEntry};

use crate::digest::sha256_hex;

/// Canonical JSON; `None` for what has none.
pub(super) fn canonical(value: &Value) -> Option<String> {
    String::from_utf8(serde_json_canonicalizer::to_vec(value).ok()?).ok()
}

/// All of an entry but its own hash; `None` where its details are not as they were written.
pub(super) fn of(entry: &LogEntry) -> Option<Value> {
    let details: Value = serde_json::from_str(&entry.details).ok()?;
    if canonical(&details)? != entry.details {
        return None;
    }
    Some(json!({
        "id": entry.id.to_string(),
        "created_at": entry.created_at.to_rfc3339(),
        "account_id": entry.account_id.map(|id| id.to_string()),
        "organisation_id": entry.organisation_id.map(|id| id.to_string()),
        "kind": entry.kind,
        "subject": { "kind": entry.subject.kind, "id": entry.subject.id },
        "target_id": entry.target_id.map(|id| id.to_string()),
        "details": details,
        "salt": entry.salt,
        "prev_hash": entry.prev_hash,
    }))
}

/// SHA-256 of that, in hexadecimal digits.
pub(super) fn hash(entry: &LogEntry) -> Option<String> {
    Some(sha256_hex(&canonical(&of(entry)?)?))
}

/// What is signed of an end of the log.
pub(super) fn to_sign(head: &Head, created_at: Timestamp, key_uri: &str) -> Option<String> {
    canonical(&json!({
        "entry_id": head.entry_id.to_string(),
        "hash": head.hash,
        "created_at": created_at.to_rfc3339(),
        "key": key_uri,
    }))
}
