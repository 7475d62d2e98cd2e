//! Whom an instance turns away: rules about e-mail domains, single addresses of mail, and internet addresses.

use std::net::IpAddr;

use crate::Timestamp;
use crate::cidr::Cidr;
use crate::domain_rule::normalise;
use crate::ids::{CanonicalEmailBlockId, EmailDomainBlockId, IpBlockId};

/// Nobody makes an account with an address of this domain, or of one below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailDomainBlock {
    /// Our id.
    pub id: EmailDomainBlockId,
    /// The domain, see [`crate::domain_rule::normalise`].
    pub domain: String,
    /// Somebody may, but a moderator looks at them first.
    pub allow_with_approval: bool,
    /// Since when.
    pub since: Timestamp,
}

/// Who was turned away by such a rule on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfTries {
    /// Days since the Unix epoch.
    pub day: i64,
    /// Internet addresses.
    pub clients: i64,
    /// Attempts.
    pub tries: i64,
}

/// What a block of internet addresses may not do; Mastodon's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpSeverity {
    /// Who makes an account there waits for a moderator.
    SignUpRequiresApproval,
    /// Nobody makes an account there.
    SignUpBlock,
    /// Nothing is answered.
    NoAccess,
}

impl IpSeverity {
    /// The word kept in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignUpRequiresApproval => "sign_up_requires_approval",
            Self::SignUpBlock => "sign_up_block",
            Self::NoAccess => "no_access",
        }
    }

    /// From that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::SignUpRequiresApproval, Self::SignUpBlock, Self::NoAccess].into_iter().find(|one| one.as_str() == text)
    }
}

/// A rule about a block of internet addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpBlock {
    /// Our id.
    pub id: IpBlockId,
    /// The addresses.
    pub network: Cidr,
    /// What they may not do.
    pub severity: IpSeverity,
    /// Why, for the operators.
    pub comment: String,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Since when.
    pub since: Timestamp,
}

impl IpBlock {
    /// Whether it is about `address` at `now`.
    pub fn covers(&self, address: IpAddr, now: Timestamp) -> bool {
        self.network.contains(address) && self.expires_at.is_none_or(|end| end > now)
    }
}

/// Nobody makes an account with an address whose plain form has this hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalEmailBlock {
    /// Our id.
    pub id: CanonicalEmailBlockId,
    /// SHA-256 of [`plain_email`] in hexadecimal digits.
    pub hash: String,
}

/// The domain of an e-mail address as rules are kept (see [`normalise`]); `None` for internet addresses
/// (`amy@[10.0.0.1]`), names of one label, and what is no name.
pub fn email_host(email: &str) -> Option<String> {
    let (_, host) = email.trim().rsplit_once('@')?;
    normalise(host).filter(|_| !host.contains(':'))
}

/// An e-mail address without what its owner can vary at will: dots before the `@`, what follows a plus, and how the
/// domain is spelt. For domains in ASCII as Mastodon does it, so that hashes can be exchanged
/// (`app/helpers/email_helper.rb` there).
pub fn plain_email(email: &str) -> Option<String> {
    let (local, _) = email.trim().rsplit_once('@')?;
    let local = local.to_lowercase().replace('.', "");
    let local = local.split('+').next().unwrap_or_default();
    let host = email_host(email)?;
    (!local.is_empty()).then(|| format!("{local}@{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_the_same_for_all_their_spellings() {
        for spelling in ["some.one@example.org", "SomeOne+a+b@Example.org", " s.o.m.e.o.n.e@example.org"] {
            assert_eq!(plain_email(spelling).unwrap(), "someone@example.org", "{spelling}");
        }
        for spelling in
            ["amy@bücher.example", "A.my@BÜCHER.example", "amy@xn--bcher-kva.example", "amy@Bücher。example"]
        {
            assert_eq!(plain_email(spelling).unwrap(), "amy@xn--bcher-kva.example", "{spelling}");
        }
        for bad in ["", "someone", "@example.org", "+tag@example.org", "someone@"] {
            assert_eq!(plain_email(bad), None, "{bad}");
        }
        for bad in ["amy@[10.0.0.1]", "amy@10.0.0.1", "amy@[IPv6:::1]", "amy@school", "amy@example.org:25", "amy@a..b"]
        {
            assert_eq!(plain_email(bad), None, "{bad}");
        }
    }
}
