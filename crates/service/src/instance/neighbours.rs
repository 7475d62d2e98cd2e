//! Which servers we know, and which are blocked: shown to whom the operator says.

use staffroom_domain::Viewer;
use staffroom_domain::domain_rule::Severity;

use super::InstanceInfo;
use crate::settings::Shown;
use crate::{Result, ServiceError};

/// Most servers named.
const MAX_PEERS: u64 = 10_000;

/// A domain that is blocked or limited, as readers see it. Why is for the operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedDomain {
    /// Its name.
    pub domain: String,
    /// SHA-256 of the name, in hexadecimal.
    pub digest: String,
    /// How hard.
    pub severity: Severity,
}

impl InstanceInfo<'_> {
    /// Servers we have heard of, by name, without those that are suspended.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and [`ServiceError::Unauthorized`] for who may not see them; the database failed.
    pub async fn peers(&self, viewer: Viewer) -> Result<Vec<String>> {
        self.check_shown(viewer)?;
        let known = self.service.storage().read().instance().peers(MAX_PEERS).await?;
        Ok(known.into_iter().filter(|host| self.service.domains().permits(host)).collect())
    }

    /// Domains that are suspended or silenced, the suspended ones first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and [`ServiceError::Unauthorized`] for who may not see them; the database failed.
    pub async fn blocked_domains(&self, viewer: Viewer) -> Result<Vec<BlockedDomain>> {
        self.check_shown(viewer)?;
        let blocks = self.service.storage().read().domains().blocks().await?;
        let shown = |severity: Severity| blocks.iter().filter(move |block| block.severity == severity);
        let blocks = shown(Severity::Suspend).chain(shown(Severity::Silence));
        let entry = blocks.map(|block| BlockedDomain {
            domain: block.domain.clone(),
            digest: self.service.domains().digest(&block.domain),
            severity: block.severity,
        });
        Ok(entry.collect())
    }

    fn check_shown(self, viewer: Viewer) -> Result<()> {
        match (self.service.settings().about.neighbours, viewer) {
            (Shown::ToNobody, _) => Err(ServiceError::NotFound("list")),
            (Shown::ToMembers, Viewer::Anonymous) => {
                Err(ServiceError::Unauthorized("this method requires an authenticated user".to_owned()))
            }
            _ => Ok(()),
        }
    }
}
