//! `Add` and `Remove`: somebody pins a status of theirs to their profile, or takes it down.

use activitypub_federation::traits::Object as _;
use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::objects::Note;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;

/// `Add` to or `Remove` from the sender's collection of pinned statuses.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) envelope: Envelope,
    object: Url,
    collection: Url,
    on: bool,
}

impl Feature {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope, on: bool) -> Result<Self, FederationError> {
        let object = document.object_id().ok_or(FederationError::Refused("activity has no object"))?;
        let collection = document.target.clone().ok_or(FederationError::Refused("activity has no target"))?;
        Ok(Self { envelope, object, collection, on })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, _: &Context) -> Result<(), FederationError> {
        if self.object.origin() != self.envelope.sender.uri.origin() {
            return Err(FederationError::Refused("object is on another server than its actor"));
        }
        let account = self.envelope.sender.account()?;
        if account.endpoints.featured.as_deref() == Some(self.collection.as_str()) {
            Ok(())
        } else {
            Err(FederationError::Ignored("target is not what the actor pins to"))
        }
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let author = self.envelope.sender.account()?;
        let service = context.service();
        if self.on && Note::read_from_id(self.object.clone(), context).await?.is_none() {
            Note::known_or_fetched(&self.object, context).await?;
        }
        Ok(service.statuses().pinned_elsewhere(&service.cx(), author.id, self.object.as_str(), self.on).await?)
    }
}
