//! A remote server says an object is gone.

use url::Url;

use super::Statuses;
use crate::{Cx, Result};

impl Statuses<'_> {
    /// The server of `by_uri` says the object `uri` is gone. A stored status goes only when its own author says so; an
    /// unknown one is remembered when both share a server, so that a late `Create` from there is refused.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, cx: &Cx, uri: &str, by_uri: &str) -> Result<()> {
        if self.service.settings().identity.is_local_uri(uri) {
            return Ok(());
        }
        let tx = self.service.storage().begin().await?;
        if let Some(status) = tx.statuses().by_uri(uri).await? {
            let author = tx.accounts().by_id(status.account_id).await?;
            if author.is_none_or(|author| author.uri != by_uri || author.is_local()) {
                return Ok(());
            }
            tx.statuses().erase(&status, cx.now()).await?;
        } else if !same_origin(uri, by_uri) {
            return Ok(());
        }
        tx.statuses().bury(uri, by_uri, cx.now()).await?;
        tx.exchange().drop_held(uri).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Whether two network ids lie on one server: same scheme, host and port.
pub(super) fn same_origin(a: &str, b: &str) -> bool {
    match (Url::parse(a), Url::parse(b)) {
        (Ok(a), Ok(b)) => a.host_str().is_some() && a.origin() == b.origin(),
        _ => false,
    }
}
