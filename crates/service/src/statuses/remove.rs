//! A remote server says an object is gone.

use staffroom_domain::status::Status;
use staffroom_storage::Tx;
use url::Url;

use super::Statuses;
use crate::{Cx, Result};

impl Statuses<'_> {
    /// The server of `by_uri` says the object `uri` is gone. A stored status goes only when its own author says so; an
    /// unknown one is remembered when both share a server, so that a late `Create` from there is refused. Where it is
    /// the leave to quote, that is taken back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, cx: &Cx, uri: &str, by_uri: &str) -> Result<()> {
        if self.service.settings().identity.is_local_uri(uri) {
            return Ok(());
        }
        let tx = self.service.storage().begin().await?;
        match tx.statuses().by_uri(uri).await? {
            Some(status) => {
                if !is_by(&tx, &status, by_uri).await? {
                    return Ok(());
                }
                self.service.media().forget_copies_of(&tx, &[status.id]).await?;
                tx.statuses().erase(&status, cx.now()).await?;
            }
            None if !same_origin(uri, by_uri) => return Ok(()),
            None => {
                tx.quotes().revoke(uri, by_uri).await?;
            }
        }
        tx.statuses().bury(uri, by_uri, cx.now()).await?;
        tx.exchange().drop_held(uri).await?;
        tx.quarantine().remove(uri).await?;
        tx.commit().await?;
        self.forget_if_gone(uri).await?;
        self.erase_if_buried(cx, uri).await
    }

    /// Erases a status that was stored in the very moment in which its deletion, or that of its author, was: each of the
    /// two looks for the other once its own transaction is over, so that one of them finds it.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn erase_if_buried(&self, cx: &Cx, uri: &str) -> Result<()> {
        let found = self.service.storage().read().statuses().stored_though_deleted(uri).await?;
        let Some(found) = found else { return Ok(()) };
        if found.author_is_gone || found.by_uri.is_some_and(|by| same_origin(&by, &found.author_uri)) {
            let tx = self.service.storage().begin().await?;
            if let Some(status) = tx.statuses().by_uri(uri).await? {
                self.service.media().forget_copies_of(&tx, &[status.id]).await?;
                tx.statuses().erase(&status, cx.now()).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Whether a status is that of the remote account `uri`.
async fn is_by(tx: &Tx, status: &Status, uri: &str) -> Result<bool> {
    let author = tx.accounts().by_id(status.account_id).await?;
    Ok(author.is_some_and(|author| author.uri == uri && !author.is_local()))
}

/// Whether two network ids lie on one server: same scheme, host and port.
pub(crate) fn same_origin(a: &str, b: &str) -> bool {
    match (Url::parse(a), Url::parse(b)) {
        (Ok(a), Ok(b)) => a.host_str().is_some() && a.origin() == b.origin(),
        _ => false,
    }
}
