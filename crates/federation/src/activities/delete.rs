//! `Delete`: somebody, or something of theirs, is gone.

use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;

/// `Delete` of an object, or of the sender.
#[derive(Debug)]
pub(super) struct Delete {
    pub(super) envelope: Envelope,
    object: Url,
}

impl Delete {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let object = document.object_id().ok_or(FederationError::Refused("Delete has no object"))?;
        Ok(Self { envelope, object })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, _: &Context) -> Result<(), FederationError> {
        if self.object.origin() == self.envelope.sender.uri.origin() {
            Ok(())
        } else {
            Err(FederationError::Refused("object is on another server than its actor"))
        }
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let sender = &self.envelope.sender;
        if let Some(account) = sender.account.as_ref().filter(|_| self.object != sender.uri) {
            let exchange = service.exchange();
            exchange.end_passed_on(&service.cx(), self.object.as_str(), account, sender.signed.as_ref()).await?;
        }
        if self.object != sender.uri {
            return Ok(service.statuses().remove(&service.cx(), self.object.as_str(), sender.uri.as_str()).await?);
        }
        sender.account()?;
        Ok(service.accounts().remove_remote(&service.cx(), sender.uri.as_str()).await?)
    }
}
