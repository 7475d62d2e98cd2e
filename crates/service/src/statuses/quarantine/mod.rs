//! What came from elsewhere and a rule wants a person to look at first: kept apart from statuses, in a table nothing else
//! reads, whichever way it came. Nobody is told of it and nothing of it is fetched.
//!
//! A new version of a status that is here waits in the same way; the version that was let in before stays shown, as with
//! edits of our own people. `keep.rs` keeps, `listing.rs` shows to moderators, `decide.rs` is what they say. What they let in
//! is taken in by `ingest.rs` like everything else, as if it came now. Start with `keep.rs`.

mod decide;
mod keep;
mod listing;
mod stored;
#[cfg(test)]
mod tests;

use staffroom_domain::Timestamp;
use staffroom_domain::ids::StatusId;
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::quarantine::{QuarantineState, Quarantined};
use staffroom_domain::status::IncomingStatus;
use staffroom_storage::{Tx, accounts};

pub(super) use keep::Came;

use super::Arrival;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, Service, ServiceError};

/// A moderator lets something in that waited.
pub(super) struct Release<'r> {
    who: &'r Authority,
    waited: &'r Quarantined,
    note: &'r str,
}

/// What of a status waited when a version of it is taken in.
#[derive(Clone, Copy)]
pub(super) enum Waited<'w> {
    /// Nothing, or something newer.
    Nothing,
    /// A version of the status with this network id that is no newer: nobody has to look at it any more.
    Older(&'w str),
    /// This version, and a moderator lets it in.
    Released(&'w Release<'w>),
}

impl Release<'_> {
    /// When it came.
    pub(super) const fn came_at(&self) -> Timestamp {
        self.waited.created_at
    }
}

impl<'w> Waited<'w> {
    /// What `waited` is for a version that the rules let in.
    pub(super) fn before(waited: Option<&'w Quarantined>, incoming: &IncomingStatus) -> Self {
        match waited {
            Some(one) if one.state == QuarantineState::Waiting && one.version_at <= version(incoming) => {
                Self::Older(&one.uri)
            }
            _ => Self::Nothing,
        }
    }

    /// When what is taken in came; `now` unless it waited.
    pub(super) const fn came_at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Released(release) => release.came_at(),
            Self::Nothing | Self::Older(_) => now,
        }
    }

    /// Commits what was taken in as `status`, and with it what that means for what waited.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] when somebody decided about it first, or its author changed it.
    pub(super) async fn commit(self, service: &Service, cx: &Cx, tx: Tx, status: StatusId) -> Result<()> {
        match self {
            Self::Nothing => service.commit(tx).await,
            Self::Older(uri) => {
                tx.quarantine().remove(uri).await?;
                service.commit(tx).await
            }
            Self::Released(Release { who, waited, note }) => {
                who.now(&tx).await?.check_instance()?;
                let released = Quarantined {
                    state: QuarantineState::Released,
                    note: (*note).to_owned(),
                    released_as: Some(status),
                    ..(*waited).clone()
                };
                keep_decision(&tx, cx, who, released).await?;
                let done = entry(who, Deed::ReleaseQuarantined, waited).with("status", status.to_string());
                metrics::counter!("moderation_quarantine_released_total").increment(1);
                service.commit_deed(tx, done).await
            }
        }
    }
}

/// A decision about something quarantined, for the log.
fn entry(who: &Authority, deed: Deed, about: &Quarantined) -> Entry {
    Entry::new(who, deed, Subject::new("quarantined_status", &about.id))
}

/// Keeps what `who` decided, in the transaction of what follows from it.
///
/// # Errors
/// [`ServiceError::Conflict`] when somebody decided, or its author changed it, since it was read.
async fn keep_decision(tx: &Tx, cx: &Cx, who: &Authority, decided: Quarantined) -> Result<()> {
    let now = cx.now();
    let decided = Quarantined { updated_at: now, decided_at: Some(now), decided_by: who.by(), ..decided };
    if tx.quarantine().decide(&decided).await? {
        return Ok(());
    }
    let now = tx.quarantine().by_id(decided.id).await?;
    Err(overtaken(now.as_ref(), &tx.accounts()).await?)
}

/// Why nothing can be decided any more about something that stands as `now`, or not about what was seen of it.
async fn overtaken(now: Option<&Quarantined>, accounts: &accounts::Reads<'_>) -> Result<ServiceError> {
    let Some(now) = now else {
        return Ok(ServiceError::Conflict("its author took it back in the meantime".to_owned()));
    };
    if now.state == QuarantineState::Waiting {
        return Ok(ServiceError::Conflict("its author changed it in the meantime; look at it again".to_owned()));
    }
    let by = match now.decided_by {
        Some(by) => accounts.by_id(by).await?.map_or_else(|| "somebody".to_owned(), |by| format!("@{}", by.acct())),
        None => "the operator".to_owned(),
    };
    Ok(ServiceError::Conflict(format!("already decided by {by}: {}", now.state.as_str())))
}

/// Which of two versions is newer, by what their author's server says.
fn version(incoming: &IncomingStatus) -> Timestamp {
    incoming.updated.or(incoming.published).unwrap_or_default()
}

/// How what waits for a moderator came.
///
/// # Errors
/// What is kept of it cannot be read.
pub(super) fn first_arrival(waited: Option<&Quarantined>) -> Result<Option<Arrival>> {
    let waits = waited.filter(|one| one.state == QuarantineState::Waiting);
    waits.map(|one| Ok(stored::read(&one.incoming)?.1)).transpose()
}
