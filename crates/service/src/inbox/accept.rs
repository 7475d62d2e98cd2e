//! Keeping a received activity, exactly once.

use aws_lc_rs::digest::{SHA256, digest};
use staffroom_storage::inbox::NewItem;

use super::Inbox;
use crate::{Cx, Result};

/// Bytes of the SHA-256 of an activity's id that are remembered. Finding another id with the same 16 bytes is out of
/// reach, and a sender who finds two of its own only loses one.
const HASH_BYTES: usize = 16;

/// A received activity whose sender is authenticated and may speak for `actor_uri`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInboxItem {
    /// Its id on the network, on the actor's own host.
    pub uri: String,
    /// Host of the actor, with port where one is written.
    pub host: String,
    /// Network id of the actor.
    pub actor_uri: String,
    /// Activities with the same key are worked off one after the other, in the order they came.
    pub order_key: i64,
    /// The JSON as received.
    pub body: Vec<u8>,
}

/// What [`Inbox::accept`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is on disk and will be worked off.
    New,
    /// It came before: nothing was kept.
    Duplicate,
}

impl Inbox<'_> {
    /// Keeps a received activity. When this returns it is on disk, and the sender may be told so.
    ///
    /// # Errors
    /// The database failed.
    pub async fn accept(&self, cx: &Cx, item: NewInboxItem) -> Result<Accepted> {
        let tx = self.service.storage().begin().await?;
        if !tx.inbox().mark_seen(&hash(&item.uri), cx.now()).await? {
            // The first copy may be part of the same disk write: this one is not answered before it either.
            tx.commit().await?;
            return Ok(Accepted::Duplicate);
        }
        let row = NewItem {
            id: cx.id(),
            uri: item.uri,
            host: item.host,
            actor_uri: item.actor_uri,
            order_key: item.order_key,
            body: item.body,
        };
        tx.inbox().insert(row, cx.now()).await?;
        tx.commit().await?;
        self.service.signals().inbox.notify_one();
        Ok(Accepted::New)
    }

    /// Whether an activity with this id was accepted in the last 30 days: a cheap look before any cryptography.
    ///
    /// # Errors
    /// The database failed.
    pub async fn seen(&self, uri: &str) -> Result<bool> {
        Ok(self.service.storage().read().inbox().is_seen(&hash(uri)).await?)
    }
}

fn hash(uri: &str) -> Vec<u8> {
    digest(&SHA256, uri.as_bytes()).as_ref().iter().copied().take(HASH_BYTES).collect()
}
