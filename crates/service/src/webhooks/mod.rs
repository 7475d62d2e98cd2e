//! Addresses of the operator's that are told of what happens here, as Mastodon tells them.
//!
//! What happens queues a job for each that listens (`queue`), in its own transaction; the job (`tell.rs`) looks again,
//! has the object written as the client API shows it ([`crate::ports::WebhookWriter`]) and sends it
//! ([`crate::ports::WebhookSender`]). Of statuses only those are told that everybody may read, once they are published.

mod manage;
mod tell;

use staffroom_domain::status::Status;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_storage::Tx;

use crate::{Cx, Result, Service};

/// Addresses that are told of what happens here.
#[derive(Clone, Copy)]
pub struct Webhooks<'a> {
    service: &'a Service,
}

impl<'a> Webhooks<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// Queues telling of `event`, which is about these objects, in the transaction in which it happens.
///
/// # Errors
/// The database failed.
pub(crate) async fn queue(tx: &Tx, cx: &Cx, event: WebhookEvent, objects: &[i64]) -> Result<()> {
    Ok(tx.webhooks().queue(event, objects, cx.now(), || cx.id()).await?)
}

/// The same about a status of somebody here, if everybody may read it.
///
/// # Errors
/// The database failed.
pub(crate) async fn queue_status(tx: &Tx, cx: &Cx, event: WebhookEvent, status: &Status) -> Result<()> {
    if status.local && status.visibility.is_open() {
        queue(tx, cx, event, &[status.id.0]).await?;
    }
    Ok(())
}
