//! Links in letters: random, kept as hashes, for one purpose and a time.

use std::time::Duration;

use staffroom_domain::account::User;
use staffroom_domain::ids::AccountId;
use staffroom_domain::mail::{Link, LinkPurpose};
use staffroom_storage::Tx;

use crate::auth::secrets::{self, MAX_SECRET_BYTES, SECRET_BYTES};
use crate::{Cx, Result, Service, ServiceError};

/// How long a link to confirm an address holds.
const CONFIRM: Duration = Duration::from_hours(48);
/// How long a link to choose a new password holds.
const RESET: Duration = Duration::from_hours(1);

/// A link by which the person says that the address is theirs.
pub(crate) async fn confirm_link(tx: &Tx, service: &Service, cx: &Cx, user: &User) -> Result<String> {
    made(tx, service, cx, user, LinkPurpose::Confirm, "auth/confirmation", CONFIRM).await
}

/// A link behind which the person chooses a new password.
pub(crate) async fn reset_link(tx: &Tx, service: &Service, cx: &Cx, user: &User) -> Result<String> {
    made(tx, service, cx, user, LinkPurpose::Reset, "auth/password/edit", RESET).await
}

/// Whose link this is, if it counts now; nothing is used up.
pub(crate) async fn looked_at(
    service: &Service,
    cx: &Cx,
    token: &str,
    purpose: LinkPurpose,
) -> Result<Option<AccountId>> {
    if token.len() > MAX_SECRET_BYTES {
        return Ok(None);
    }
    let link = service.storage().read().mail().link(&secrets::hash(token), purpose, cx.now()).await?;
    Ok(link.map(|link| link.account_id))
}

/// Uses a link up: whose it is, whose address counts as confirmed now. Who reads the mail of an address owns it.
///
/// # Errors
/// [`ServiceError::NotFound`] for a link that does not count (any more), also because the address is another now.
pub(crate) async fn redeemed(tx: &Tx, cx: &Cx, token: &str, purpose: LinkPurpose) -> Result<User> {
    let gone = || ServiceError::NotFound("link");
    if token.len() > MAX_SECRET_BYTES {
        return Err(gone());
    }
    let link = tx.mail().use_link(&secrets::hash(token), purpose, cx.now()).await?.ok_or_else(gone)?;
    let user = tx.users().by_account(link.account_id).await?.filter(|user| user.email == link.email);
    let user = user.ok_or_else(gone)?;
    tx.users().confirm(user.account_id, cx.now()).await?;
    Ok(user)
}

async fn made(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    user: &User,
    purpose: LinkPurpose,
    path: &str,
    holds: Duration,
) -> Result<String> {
    let secret = cx.secret(SECRET_BYTES);
    let link = Link { account_id: user.account_id, email: user.email.clone() };
    tx.mail().keep_link(&secrets::hash(&secret), purpose, &link, cx.now().plus(holds)).await?;
    Ok(format!("{}/{path}?token={secret}", service.settings().identity.public_url))
}
