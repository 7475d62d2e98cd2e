//! `Block`: somebody wants nothing to do with one of us.

use staffroom_service::Origin;
use url::Url;

use super::follow::{local_account, require_local};
use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;

/// `Block` of a local account.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) envelope: Envelope,
    target: Url,
}

impl Block {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let target = document.object_id().ok_or(FederationError::Refused("Block has no object"))?;
        Ok(Self { envelope, target })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        require_local(&self.target, context)
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let target = local_account(&self.target, context).await?;
        let by = self.envelope.sender.account()?.id;
        service.follows().block(&service.cx(), by, target.id, Origin::Remote(self.envelope.id.into())).await?;
        Ok(())
    }
}
