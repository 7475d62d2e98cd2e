//! Telling clients' devices of notifications (RFC 8030), as far as each wants to be told.
//!
//! Notifications queue a job for each device in the transaction that writes them (`storage::push::queue`); here is who
//! subscribes, and what a message says. How it is encrypted and sent is the business of [`crate::ports::PushSender`].

mod server_key;
mod subscribe;
mod tell;
#[cfg(test)]
mod tests;
mod words;

use staffroom_domain::push::{Alerts, PushPolicy};

use crate::Service;
pub(crate) use server_key::ServerKey;
pub(crate) use tell::LONGEST_PAUSE;

/// Clients' devices, told of notifications.
#[derive(Clone, Copy)]
pub struct Push<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Push<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// A subscription as a client asks for it.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    /// Where messages go.
    pub endpoint: String,
    /// The device's public key in base64, of either alphabet, padded or not.
    pub p256dh: String,
    /// The secret device and server share, in base64.
    pub auth: String,
    /// Encrypted by RFC 8291; else by the draft of it that older clients know.
    pub standard: bool,
    /// What of.
    pub alerts: Alerts,
    /// By whom.
    pub policy: PushPolicy,
}
