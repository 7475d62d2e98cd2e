//! `Follow`: somebody wants to follow one of us.

use staffroom_domain::Account;
use staffroom_domain::relationship::FollowOptions;
use staffroom_service::Origin;
use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;

/// `Follow` of a local account.
#[derive(Debug)]
pub(super) struct Follow {
    pub(super) envelope: Envelope,
    target: Url,
}

impl Follow {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let target = document.object_id().ok_or(FederationError::Refused("Follow has no object"))?;
        Ok(Self { envelope, target })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        require_local(&self.target, context)
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let follower = self.envelope.sender.account()?.id;
        let target = local_account(&self.target, context).await?;
        let origin = Origin::Remote(self.envelope.id.into());
        service.follows().follow(&service.cx(), follower, target.id, FollowOptions::default(), origin).await?;
        Ok(())
    }
}

/// Things said about accounts elsewhere are none of our business.
pub(super) fn require_local(target: &Url, context: &Context) -> Result<(), FederationError> {
    if context.identity().is_local_uri(target.as_str()) {
        Ok(())
    } else {
        Err(FederationError::Ignored("target is not one of ours"))
    }
}

/// The local account with this id, if it is there and not gone.
pub(super) async fn local_account(target: &Url, context: &Context) -> Result<Account, FederationError> {
    let account = context.service().accounts().by_uri(target.as_str()).await?;
    let account = account.filter(|account| account.is_local() && !account.is_gone());
    account.ok_or(FederationError::Ignored("target is not one of ours"))
}
