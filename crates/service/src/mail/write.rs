//! Writing a letter, in the transaction of what it is about.

use std::time::Duration;

use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, LetterId};
use staffroom_domain::job::Job;
use staffroom_domain::mail::LetterKind;
use staffroom_storage::Tx;

use super::Matter;
use super::words::to_others;
use crate::ports::Letter;
use crate::{Cx, Result, Service, ServiceError};

const HOUR: Duration = Duration::from_hours(1);

/// Writes to a person about `matter`, and queues the letter to be sent; `false` when they got too many of its kind in
/// the last hour.
///
/// # Errors
/// The database failed.
pub(crate) async fn write(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    account: &Account,
    user: &User,
    matter: Matter<'_>,
) -> Result<bool> {
    let kind = matter.kind();
    if let Some(most) = kind.most_in_an_hour()
        && tx.mail().count_since(account.id, kind, cx.now().minus(HOUR)).await? >= most
    {
        tracing::info!(account.id = %account.id, letter.kind = kind.as_str(), "too many letters, this one is not written");
        return Ok(false);
    }
    let words = matter.words(service.settings(), &account.username);
    queue(tx, service, cx, account.id, kind, &user.email, words).await?;
    Ok(true)
}

/// Writes to somebody who has no account here, and queues the letter to be sent. It is filed under the instance's own
/// account.
///
/// # Errors
/// The database failed.
pub(crate) async fn write_to_address(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    to: &str,
    kind: LetterKind,
    subject: &str,
    text: &str,
) -> Result<()> {
    let uri = service.settings().identity.instance_account_uri();
    let instance = tx.accounts().by_uri(&uri).await?.ok_or(ServiceError::NotFound("account"))?;
    let words = to_others(service.settings(), subject, text);
    queue(tx, service, cx, instance.id, kind, to, words).await
}

async fn queue(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    filed_under: AccountId,
    kind: LetterKind,
    to: &str,
    (subject, text): (String, String),
) -> Result<()> {
    let id: LetterId = cx.id();
    let letter = Letter { id, to: to.to_owned(), subject, text };
    let sealed = service.storage().vault().seal(&label(id), &encode(&letter)?)?;
    tx.mail().keep(id, filed_under, kind, sealed, cx.now()).await?;
    tx.jobs().push(cx.id(), &Job::SendLetter(id), cx.now(), None).await?;
    Ok(())
}

/// What a letter is sealed under.
pub(super) fn label(id: LetterId) -> String {
    format!("letter:{id}")
}

fn encode(letter: &Letter) -> Result<Vec<u8>> {
    let parts = (&letter.to, &letter.subject, &letter.text);
    serde_json::to_vec(&parts).map_err(|error| ServiceError::Internal(format!("letter: {error}")))
}

/// Reads what [`write`] kept.
///
/// # Errors
/// It is damaged.
pub(super) fn decode(id: LetterId, bytes: &[u8]) -> Result<Letter> {
    let parts = serde_json::from_slice(bytes);
    let (to, subject, text) = parts.map_err(|error| ServiceError::Internal(format!("letter: {error}")))?;
    Ok(Letter { id, to, subject, text })
}
