//! Name resolution that refuses at connect time what [`AddressPolicy`] refuses.
//!
//! Filtering here, and not before the request, leaves no gap between the check and the connection (DNS rebinding):
//! the addresses returned are the ones connected to.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::policy::{AddressError, AddressPolicy};

/// The system's resolver behind the policy.
pub(super) struct GuardedResolver {
    policy: Arc<AddressPolicy>,
}

impl GuardedResolver {
    pub(super) fn new(policy: Arc<AddressPolicy>) -> Self {
        Self { policy }
    }
}

impl Resolve for GuardedResolver {
    /// Every address of the name that may be connected to; an error if there is none.
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.policy);
        Box::pin(async move {
            // every name below `localhost` is this machine, whatever a resolver says (RFC 6761 §6.3)
            let is_here = name.as_str().to_ascii_lowercase().ends_with(".localhost");
            let asked = if is_here { "localhost" } else { name.as_str() };
            let resolved = tokio::net::lookup_host((asked, 0)).await?;
            let allowed = filter(&policy, name.as_str(), resolved);
            if allowed.is_empty() {
                return Err(AddressError::NotPublic.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn filter(policy: &AddressPolicy, name: &str, addresses: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    addresses.filter(|address| policy.check_address(name, address.ip()).is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_survive_a_mixed_answer() {
        let answer = ["127.0.0.1:0", "93.184.216.34:0", "[::1]:0", "10.0.0.1:0", "[2606:4700::1111]:0"];
        let addresses = answer.iter().map(|text| text.parse().unwrap());
        let left = filter(&AddressPolicy::strict(), "rebind.example", addresses);
        assert_eq!(left, ["93.184.216.34:0".parse().unwrap(), "[2606:4700::1111]:0".parse().unwrap()]);
    }

    #[tokio::test]
    async fn localhost_resolves_only_where_it_is_listed() {
        let name = || "localhost".parse::<Name>().unwrap();
        let strict = GuardedResolver::new(Arc::new(AddressPolicy::strict()));
        assert!(strict.resolve(name()).await.is_err());
        let listed = AddressPolicy::new(&[], &["localhost:3001".to_owned()], &[]).unwrap();
        let demo = GuardedResolver::new(Arc::new(listed));
        assert!(demo.resolve(name()).await.unwrap().all(|address| address.ip().is_loopback()));
    }
}
