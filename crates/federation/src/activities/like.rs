//! `Like`: somebody favourites a status.

use staffroom_service::Origin;
use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;

/// `Like` of a status we know.
#[derive(Debug)]
pub(super) struct Like {
    pub(super) envelope: Envelope,
    object: Url,
}

impl Like {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let object = document.object_id().ok_or(FederationError::Refused("Like has no object"))?;
        Ok(Self { envelope, object })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, _: &Context) -> Result<(), FederationError> {
        Ok(())
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let status = service.statuses().id_of(self.object.as_str()).await?;
        let status = status.ok_or(FederationError::Ignored("status is not known here"))?;
        let by = self.envelope.sender.account()?.id;
        Ok(service.statuses().favourite(&service.cx(), by, status, Origin::Remote(self.envelope.id.into())).await?)
    }
}
