//! What the author of a status lets somebody do with it.

use staffroom_domain::ids::AccountId;
use staffroom_domain::interaction::{Interaction, Leave, Standing};
use staffroom_domain::status::Status;
use staffroom_storage::follows;

use crate::{Result, ServiceError};

/// What the policy of `status` says to `account`. Follows are looked at only where they decide.
pub(in crate::statuses) async fn leave(
    follows: &follows::Reads<'_>,
    account: AccountId,
    status: &Status,
    what: Interaction,
) -> Result<Leave> {
    let known = Standing {
        is_author: account == status.account_id,
        mentioned: status.mentions.iter().any(|mention| mention.account_id == account),
        ..Standing::default()
    };
    let first = status.interaction_policy.leave(what, known);
    if first == Leave::Automatic {
        return Ok(first);
    }
    let standing = Standing {
        follows_author: !follows.followed_among(account, &[status.account_id]).await?.is_empty(),
        followed_by_author: !follows.followed_among(status.account_id, &[account]).await?.is_empty(),
        ..known
    };
    Ok(status.interaction_policy.leave(what, standing))
}

/// The same, with a plain refusal for those who may not.
///
/// # Errors
/// [`ServiceError::Forbidden`] naming whom the author lets.
pub(in crate::statuses) async fn require(
    follows: &follows::Reads<'_>,
    account: AccountId,
    status: &Status,
    what: Interaction,
) -> Result<Leave> {
    match leave(follows, account, status, what).await? {
        Leave::Denied => Err(ServiceError::Forbidden(status.interaction_policy.why_not(what))),
        leave => Ok(leave),
    }
}
