//! `Move`: an account goes somewhere else.

use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::objects::Actor;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;

/// `Move` of an account to another, said by the old one, or by the new one (FEP-7628, push and pull).
#[derive(Debug)]
pub(super) struct Move {
    pub(super) envelope: Envelope,
    from: Url,
    to: Url,
}

impl Move {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let from = document.object_id().ok_or(FederationError::Refused("Move has no object"))?;
        let to = document.target.clone().ok_or(FederationError::Refused("Move has no target"))?;
        Ok(Self { envelope, from, to })
    }

    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        let sender = &self.envelope.sender.uri;
        if self.from == self.to || (self.from != *sender && self.to != *sender) {
            return Err(FederationError::Refused("actor moves somebody else"));
        }
        if context.identity().is_local_uri(self.from.as_str()) {
            return Err(FederationError::Refused("accounts of ours are not moved from elsewhere"));
        }
        let known = context.service().accounts().by_uri(self.from.as_str()).await?;
        known.map(drop).ok_or(FederationError::Ignored("account that moves is not known here"))
    }

    /// Both must say so, as they are now: whoever speaks has signed, the other is asked. The new account names the old
    /// one in `alsoKnownAs`; where the new one speaks, the old one names it in `movedTo`.
    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let target = if context.identity().is_local_uri(self.to.as_str()) {
            let target = service.accounts().by_uri(self.to.as_str()).await?;
            target.ok_or(FederationError::Ignored("account moved to is not known here"))?
        } else {
            Actor::fetched(&self.to, context).await?.account
        };
        if !target.also_known_as.iter().any(|alias| alias == self.from.as_str()) {
            return Err(FederationError::Refused("account moved to does not name the old one"));
        }
        let from = if self.from == self.envelope.sender.uri {
            self.envelope.sender.account()?.id
        } else {
            let old = Actor::fetched(&self.from, context).await?.account;
            if old.moved_to.as_deref() != Some(&target.uri) {
                return Err(FederationError::Refused("account said to have moved does not say so"));
            }
            old.id
        };
        Ok(service.accounts().moved(&service.cx(), from, target.id).await?)
    }
}
