//! Links in letters: random, kept as hashes, for one purpose and a time.

use std::time::Duration;

use staffroom_domain::account::User;
use staffroom_domain::mail::{Link, LinkPurpose};
use staffroom_storage::Tx;

use crate::auth::secrets::{self, SECRET_BYTES};
use crate::{Cx, Result, Service};

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
