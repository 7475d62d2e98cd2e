//! Tying attachments to what is published, described as they were when the rules looked at them.

use staffroom_domain::ids::{AccountId, MediaId, StatusId};
use staffroom_domain::media::MediaAttachment;
use staffroom_storage::Tx;

use super::prepare::media_missing;
use crate::{Result, ServiceError};

/// Ties free attachments of `author` to a status.
///
/// # Errors
/// [`ServiceError::Invalid`] when one is not there or not free any more.
pub(super) async fn attach(tx: &Tx, author: AccountId, status: StatusId, media: &[MediaAttachment]) -> Result<()> {
    if media.is_empty() {
        return Ok(());
    }
    let attached = tx.media().attach(author, status, &ids_of(media)).await?;
    if usize::try_from(attached) == Ok(media.len()) { Ok(()) } else { Err(media_missing()) }
}

/// Makes sure that nobody described attachments of a status otherwise since the rules looked at `media`. Once they are
/// tied to it that cannot happen any more.
///
/// # Errors
/// [`ServiceError::Conflict`] when somebody did.
pub(super) async fn check_described(tx: &Tx, media: &[MediaAttachment]) -> Result<()> {
    if media.is_empty() {
        return Ok(());
    }
    let stored = tx.media().find_many(&ids_of(media)).await?;
    let is_same = |judged: &MediaAttachment| {
        stored.iter().any(|now| now.id == judged.id && now.description == judged.description)
    };
    if media.iter().all(is_same) {
        return Ok(());
    }
    Err(ServiceError::Conflict("an attachment was described anew in the meantime; try again".to_owned()))
}

fn ids_of(media: &[MediaAttachment]) -> Vec<MediaId> {
    media.iter().map(|one| one.id).collect()
}
