//! People who make an account for themselves, where the instance lets them.

use std::net::IpAddr;

use staffroom_domain::account::{Account, UserRole};
use staffroom_domain::ids::AppId;
use staffroom_domain::scope::Scopes;
use staffroom_moderation::{Facts, Part};

use super::{Accounts, NewLocalAccount, check_email};
use crate::auth::IssuedToken;
use crate::mail::{Matter, confirm_link, write};
use crate::{Cx, Registrations, Result, ServiceError};

/// Forms one client address may send in 15 minutes, mistyped ones included.
const FORMS: u32 = 100;
/// What the accounts made from one address are counted by.
const MADE: &str = "an account";

/// An account somebody asks for through an app.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Name without host.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// The house rules were agreed to.
    pub agreement: bool,
    /// Interface language, BCP 47; empty when not said.
    pub locale: String,
    /// The app it is made with, and what that may do.
    pub app: (AppId, Scopes),
    /// Address of the client, for counting.
    pub client: IpAddr,
}

impl Accounts<'_> {
    /// Makes an account for somebody who asks, with a token for their app. What the instance asks for comes first: the
    /// token opens nothing before the address is confirmed and a moderator has looked, where that is wanted; else at once.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where accounts are not open to all, or not from there, [`ServiceError::Invalid`]
    /// names the value that is wrong or taken, [`ServiceError::Refused`] where a moderation rule says no to the name,
    /// [`ServiceError::RateLimited`] after ten made from one address (or /64
    /// network, in IPv6) in 15 minutes, and after a hundred asked for there: what is mistyped counts for little, since a
    /// whole school may be behind one address.
    pub async fn register(&self, cx: &Cx, asked: Registration) -> Result<(Account, IssuedToken)> {
        let rules = self.service.settings().registrations;
        if !rules.open {
            return Err(ServiceError::Forbidden("Registrations are closed on this server".to_owned()));
        }
        if !asked.agreement {
            return Err(ServiceError::invalid("agreement", "must be accepted"));
        }
        let limited = |retry_after_secs| ServiceError::RateLimited { retry_after_secs };
        let (attempts, client) = (&self.service.inner.sign_in_attempts, asked.client);
        attempts.begin_of(FORMS, "a form for an account", client, cx.now()).map_err(limited)?;
        attempts.begin(MADE, client, cx.now()).map_err(limited)?;
        let made = self.make_as_asked(cx, rules, asked).await;
        if matches!(made, Err(ServiceError::Invalid { .. })) {
            attempts.take_back(MADE, client);
        }
        made
    }

    /// What [`Self::register`] does for whom it counted.
    async fn make_as_asked(self, cx: &Cx, rules: Registrations, asked: Registration) -> Result<(Account, IssuedToken)> {
        let waits = self.service.sign_ups().check(cx, &check_email(&asked.email)?, asked.client).await?;
        let name = vec![(Part::DisplayName, asked.username.clone())];
        self.service.moderation().let_out(Facts::at(cx.now()), name, Vec::new())?;
        let new = NewLocalAccount {
            username: asked.username,
            email: asked.email,
            password: asked.password,
            role: UserRole::Member,
            organisation: None,
        };
        let confirmed = (!rules.confirmation).then_some(cx.now());
        let approved = (!rules.approval && !waits).then_some(cx.now());
        let (tx, account, user) = self.make(cx, new, confirmed, approved, &asked.locale).await?;
        let (app, scopes) = asked.app;
        let issued = self.service.auth().issue_within(&tx, cx, app, account.id, scopes).await?;
        if rules.confirmation {
            let link = confirm_link(&tx, self.service, cx, &user).await?;
            write(&tx, self.service, cx, &account, &user, Matter::Confirmation { link: &link }).await?;
        }
        self.service.commit(tx).await?;
        Ok((account, issued))
    }
}
