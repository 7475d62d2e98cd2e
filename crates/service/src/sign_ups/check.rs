//! Looking at somebody who wants to make an account for themselves.

use std::net::IpAddr;

use staffroom_domain::domain_rule::{normalise, with_parents};
use staffroom_domain::figures::day_of;
use staffroom_domain::sign_up::{EmailDomainBlock, IpSeverity, plain_email};

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
            let tx = self.service.storage().begin().await?;
            tx.email_blocks().count_try(rule.id, day_of(cx.now()), &client.to_string()).await?;
            tx.commit().await?;
            return Err(not_allowed());
        }
        self.check_hash(email).await?;
        Ok(rule.is_some() || severity.is_some())
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

    /// The rule about the domain of an address: that of the longest name.
    async fn rule_about(self, email: &str) -> Result<Option<EmailDomainBlock>> {
        let host = email.rsplit_once('@').map_or(email, |(_, host)| host);
        let host = normalise(host).unwrap_or_else(|| host.to_owned());
        let names: Vec<&str> = with_parents(&host).collect();
        Ok(self.service.storage().read().email_blocks().among(&names).await?.into_iter().next())
    }

    async fn check_hash(self, email: &str) -> Result<()> {
        let Some(plain) = plain_email(email) else { return Ok(()) };
        match self.service.storage().read().email_blocks().by_hash(&sha256_hex(&plain)).await? {
            Some(_) => Err(not_allowed()),
            None => Ok(()),
        }
    }
}

fn not_allowed() -> ServiceError {
    ServiceError::invalid("email", "is not allowed here")
}
