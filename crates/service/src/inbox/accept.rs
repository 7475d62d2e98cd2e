//! Keeping a received activity, exactly once.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use staffroom_domain::Timestamp;
use staffroom_storage::Tx;
use staffroom_storage::inbox::NewItem;

use super::Inbox;
use crate::{Cx, Result};

/// Bytes of the SHA-256 of an activity's id that are remembered. Finding another id with the same 16 bytes is out of
/// reach, and a sender who finds two of its own only loses one.
const HASH_BYTES: usize = 16;
/// A follow under the id of one that ended must be signed this much later than what ended it: less, and it may be a
/// copy on a second way (decision 0014).
const APART: Duration = Duration::from_mins(1);

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
    /// When its actor signed the request it came in; the epoch where somebody else passed it on.
    pub signed_at: Timestamp,
    /// Id of the follow it takes back.
    pub ends_follow: Option<String>,
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
        let own_hash = hash(&item.uri);
        if !tx.inbox().mark_seen(&own_hash, item.signed_at, cx.now()).await? {
            // The first copy may be part of the same disk write: this one is not answered before it either.
            tx.commit().await?;
            return Ok(Accepted::Duplicate);
        }
        if let Some(follow) = &item.ends_follow {
            tx.inbox().end_seen(&hash(follow), &own_hash, item.signed_at, APART).await?;
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

    /// Whether an activity with this id was accepted in the last 30 days, and one signed at `signed_at` is but a copy: a
    /// cheap look before any cryptography.
    ///
    /// # Errors
    /// The database failed.
    pub async fn seen(&self, uri: &str, signed_at: Timestamp) -> Result<bool> {
        Ok(self.service.storage().read().inbox().is_seen(&hash(uri), signed_at).await?)
    }
}

/// A follow from elsewhere ended here, or was refused: whoever asks again may do so under the same id.
pub(crate) async fn may_ask_again(tx: &Tx, cx: &Cx, follow_uri: &str) -> Result<()> {
    Ok(tx.inbox().let_return(&hash(follow_uri), cx.now(), APART).await?)
}

pub(super) fn hash(uri: &str) -> Vec<u8> {
    digest(&SHA256, uri.as_bytes()).as_ref().iter().copied().take(HASH_BYTES).collect()
}
