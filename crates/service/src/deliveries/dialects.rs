//! How hosts want requests signed: kept here, understood on the federation side alone.

use staffroom_domain::Timestamp;
pub use staffroom_storage::dialects::HostDialect;

use super::Deliveries;
use crate::{Cx, Result};

impl Deliveries<'_> {
    /// What is remembered of `host` (with its port, if unusual).
    ///
    /// # Errors
    /// The database failed.
    pub async fn dialect(&self, cx: &Cx, host: &str) -> Result<Option<HostDialect>> {
        Ok(self.service.storage().read().dialects().of(host, cx.now()).await?)
    }

    /// Remembers `dialect` for `host` until then.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remember_dialect(&self, host: &str, dialect: &str, until: Timestamp) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.dialects().remember(host, &HostDialect { dialect: dialect.to_owned(), until }).await?;
        Ok(tx.commit().await?)
    }
}
