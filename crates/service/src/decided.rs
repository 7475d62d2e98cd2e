//! Telling whoever comes second that something is decided, by whom, and how.

use staffroom_domain::ids::AccountId;
use staffroom_storage::accounts;

use crate::{Result, ServiceError};

/// `already decided by @NAME: WORD`; `nobody` stands for a decision in nobody's name.
///
/// # Errors
/// The database failed.
pub(crate) async fn already_decided(
    accounts: &accounts::Reads<'_>,
    by: Option<AccountId>,
    nobody: &str,
    word: &str,
) -> Result<ServiceError> {
    let by = match by {
        Some(by) => accounts.by_id(by).await?.map_or_else(|| "somebody".to_owned(), |by| format!("@{}", by.acct())),
        None => nobody.to_owned(),
    };
    Ok(ServiceError::Conflict(format!("already decided by {by}: {word}")))
}

/// What stands for who runs the server.
pub(crate) const OPERATOR: &str = "the operator";
