//! Signing in with a password.

use std::net::IpAddr;
use std::time::Duration;

use staffroom_domain::account::{Account, User};
use staffroom_domain::browser::browser_name;
use staffroom_storage::sessions::NewSession;
use staffroom_storage::users::Login;

use super::Auth;
use super::secrets::{self, SECRET_BYTES};
use crate::mail::{Matter, write};
use crate::{Cx, Result, ServiceError, passwords};

/// How long a session lasts.
const SESSION: Duration = Duration::from_hours(30 * 24);
/// Longest handle or e-mail address looked at, in bytes.
const MAX_LOGIN_BYTES: usize = 254;
/// Longest browser name kept, in characters.
const MAX_USER_AGENT: usize = 256;

impl Auth<'_> {
    /// Checks handle or e-mail address and password, and opens a session; returns the cookie's secret.
    /// A browser that was not signed in before is told of by mail.
    /// Failed attempts are counted by `client`.
    ///
    /// # Errors
    /// [`ServiceError::Unauthorized`] for a wrong pair (the same for unknown people, in the same time),
    /// [`ServiceError::Forbidden`] for a right one that may not be used, [`ServiceError::RateLimited`] after ten failed
    /// attempts in 15 minutes.
    pub async fn sign_in(
        &self,
        cx: &Cx,
        login: &str,
        password: &str,
        user_agent: &str,
        client: IpAddr,
    ) -> Result<String> {
        let found = self.checked(cx, login, password, client).await?;
        check_usable(&found.account, &found.user)?;
        let secret = cx.secret(SECRET_BYTES);
        let session = NewSession {
            id: cx.id(),
            secret_hash: secrets::hash(&secret),
            account_id: found.account.id,
            user_agent: user_agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect(),
            expires_at: cx.now().plus(SESSION),
        };
        let tx = self.service.storage().begin().await?;
        if !tx.sessions().is_known(found.account.id, &session.user_agent, cx.now()).await? {
            let browser = browser_name(&session.user_agent);
            let matter = Matter::SignIn { browser: &browser, at: cx.now() };
            write(&tx, self.service, cx, &found.account, &found.user, matter).await?;
        }
        tx.sessions().insert(&session, cx.now()).await?;
        tx.users().touch(found.account.id, cx.now()).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Whether this is the password of somebody signed in, before they do what cannot be taken back. Wrong ones count as
    /// at [`Self::sign_in`].
    ///
    /// # Errors
    /// [`ServiceError::Unauthorized`] for a wrong one, [`ServiceError::RateLimited`] after ten in 15 minutes,
    /// [`ServiceError::NotFound`] for accounts nobody signs in to.
    pub async fn confirm_password(&self, cx: &Cx, account: &Account, password: &str, client: IpAddr) -> Result<()> {
        if !account.is_local() {
            return Err(ServiceError::NotFound("user"));
        }
        self.checked(cx, &account.username, password, client).await.map(drop)
    }

    /// The person behind a login, if the password is theirs.
    async fn checked(self, cx: &Cx, login: &str, password: &str, client: IpAddr) -> Result<Login> {
        let login = login.trim().trim_start_matches('@').to_lowercase();
        if login.len() > MAX_LOGIN_BYTES {
            return Err(wrong());
        }
        let users = self.service.storage().read().users();
        let mut found = users.login(&login).await?;
        if let (None, Some(handle)) = (&found, self.own_handle(&login)) {
            found = users.login(handle).await?;
        }
        // Counted by person, whichever of their names is tried.
        let person = found.as_ref().map_or_else(|| login.clone(), |found| found.account.username.to_lowercase());
        let attempts = &self.service.inner.sign_in_attempts;
        attempts.begin(&person, client, cx.now()).map_err(|retry_after_secs| {
            tracing::warn!(account = %person, client.address = %client, retry_after_secs, "too many attempts to sign in");
            ServiceError::RateLimited { retry_after_secs }
        })?;
        let hash = found.as_ref().map(|found| found.password_hash.clone());
        let is_right = passwords::verify(password, hash).await?;
        let Some(found) = found.filter(|_| is_right) else {
            tracing::info!(account = %person, client.address = %client, "sign-in failed");
            return Err(wrong());
        };
        attempts.succeed(&person, client);
        Ok(found)
    }

    /// `amy` of `amy@our.host`.
    fn own_handle<'l>(&self, login: &'l str) -> Option<&'l str> {
        let identity = &self.service.settings().identity;
        let (name, host) = login.split_once('@')?;
        (host == identity.account_domain || host == identity.host()).then_some(name)
    }
}

fn wrong() -> ServiceError {
    ServiceError::Unauthorized("handle, e-mail address or password is wrong".to_owned())
}

/// Whether an account may be signed in to, and if not, why, in words for its owner.
pub(super) fn check_usable(account: &Account, user: &User) -> Result<()> {
    let why = if account.is_gone() {
        "this account is suspended"
    } else if user.disabled_at.is_some() {
        "sign-in is switched off for this account"
    } else if user.confirmed_at.is_none() {
        "the e-mail address of this account is not confirmed yet"
    } else if user.approved_at.is_none() {
        "this account still waits for approval"
    } else {
        return Ok(());
    };
    Err(ServiceError::Forbidden(why.to_owned()))
}
