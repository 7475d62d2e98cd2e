//! `FeatureRequest`: somebody wants to put one of us into a collection of theirs (FEP-7aa9).

use url::Url;

use super::follow::require_local;
use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::lenient::{id_of, items};

/// `FeatureRequest`: `object` is one of us, `instrument` the collection.
#[derive(Debug)]
pub(super) struct FeatureRequest {
    pub(super) envelope: Envelope,
    account: Url,
    collection: Url,
}

impl FeatureRequest {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let account = document.object_id().ok_or(FederationError::Refused("FeatureRequest has no object"))?;
        let collection = items(&document.instrument).iter().find_map(id_of);
        let collection = collection.ok_or(FederationError::Refused("FeatureRequest names no collection"))?;
        Ok(Self { envelope, account, collection })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        require_local(&self.account, context)?;
        if self.collection.origin() != self.envelope.sender.uri.origin() {
            return Err(FederationError::Refused("actor asks for something on another server"));
        }
        Ok(())
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let asker = self.envelope.sender.account()?.id;
        let (account, request, collection) =
            (self.account.as_str(), self.envelope.id.as_str(), self.collection.as_str());
        Ok(service.accounts().feature_requested(&service.cx(), asker, account, request, collection).await?)
    }
}
