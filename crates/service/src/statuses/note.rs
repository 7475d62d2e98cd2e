//! What moderators say when they decide about something that waits for them.

use crate::{Result, ServiceError};

/// Longest word, in characters.
const MAX_NOTE: usize = 2_000;

/// A word, if there is one.
///
/// # Errors
/// [`ServiceError::Invalid`] when it is too long.
pub(super) fn checked(note: &str) -> Result<String> {
    let note = note.trim();
    if note.chars().count() > MAX_NOTE {
        return Err(ServiceError::invalid("note", format!("is longer than {MAX_NOTE} characters")));
    }
    Ok(note.to_owned())
}

/// A word, which must be there.
///
/// # Errors
/// [`ServiceError::Invalid`] when it is not, or too long.
pub(super) fn needed(note: &str, field: &'static str) -> Result<String> {
    let note = checked(note)?;
    if note.is_empty() { Err(ServiceError::invalid(field, "can't be blank")) } else { Ok(note) }
}
