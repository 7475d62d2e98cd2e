//! Looking at somebody who wants to make an account for themselves.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use staffroom_domain::domain_rule::with_parents;
use staffroom_domain::figures::day_of;
use staffroom_domain::sign_up::{EmailDomainBlock, IpSeverity, email_host, plain_email};
use staffroom_domain::subscriber::subscriber;

use super::SignUps;
use crate::digest::sha256_hex;
use crate::{Cx, Result, ServiceError};

impl SignUps<'_> {
    /// Whether somebody with this e-mail address (see `check_email`) may make an account from `client`; `true` when a
    /// moderator has to look at them first. Who is turned away for their domain is counted.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for a client that makes no accounts, [`ServiceError::Invalid`] for an address that is
    /// not allowed.
    pub(crate) async fn check(&self, cx: &Cx, email: &str, client: IpAddr) -> Result<bool> {
        let severity = self.severity(client);
        if matches!(severity, Some(IpSeverity::SignUpBlock | IpSeverity::NoAccess)) {
            return Err(ServiceError::Forbidden("accounts cannot be made from this address".to_owned()));
        }
        let rule = self.rule_about(email).await?;
        if let Some(rule) = rule.as_ref().filter(|rule| !rule.allow_with_approval) {
            let day = day_of(cx.now());
            let client = self.mark(day, client);
            let tx = self.service.storage().begin().await?;
            tx.email_blocks().count_try(rule.id, day, &client).await?;
            tx.commit().await?;
            return Err(not_allowed());
        }
        self.check_hash(email).await?;
        Ok(rule.is_some() || severity.is_some())
    }

    /// What a subscriber is counted by on one day: nobody finds an address in it, nor the same one on another day.
    fn mark(self, day: i64, client: IpAddr) -> String {
        let who = format!("{day} {}", subscriber(client));
        URL_SAFE_NO_PAD.encode(self.service.storage().vault().sign("who was turned away", who.as_bytes()))
    }

    /// Whether somebody who waits for confirmation may go on with this address instead.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when it is not allowed, or a moderator would have to look first.
    pub(crate) async fn check_change(&self, email: &str) -> Result<()> {
        if self.rule_about(email).await?.is_some() {
            return Err(not_allowed());
        }
        self.check_hash(email).await
    }

    /// The rule about the domain of an address: that of the longest name. All names above it are looked at, which are
    /// few: an address is short.
    async fn rule_about(self, email: &str) -> Result<Option<EmailDomainBlock>> {
        let host = email_host(email).ok_or_else(is_none)?;
        let names: Vec<&str> = with_parents(&host).collect();
        Ok(self.service.storage().read().email_blocks().among(&names).await?.into_iter().next())
    }

    async fn check_hash(self, email: &str) -> Result<()> {
        let plain = plain_email(email).ok_or_else(is_none)?;
        match self.service.storage().read().email_blocks().by_hash(&sha256_hex(&plain)).await? {
            Some(_) => Err(not_allowed()),
            None => Ok(()),
        }
    }
}

/// No mail arrives there, and no rule could be about it.
fn is_none() -> ServiceError {
    ServiceError::invalid("email", "is not a valid e-mail address")
}

fn not_allowed() -> ServiceError {
    ServiceError::invalid("email", "is not allowed here")
}
