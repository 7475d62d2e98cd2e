//! `Follow`: somebody wants to follow one of us.

use serde::Deserialize as _;
use serde_json::Value;
use staffroom_domain::Account;
use staffroom_domain::relationship::FollowOptions;
use staffroom_service::Origin;
use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::audience::is_public;
use crate::vocab::lenient::items;

/// `Follow` of a local account.
#[derive(Debug)]
pub(super) struct Follow {
    pub(super) envelope: Envelope,
    target: Url,
    /// Sent to the inbox of the target with everybody as object, see [`as_relay`].
    as_relay: bool,
}

/// What marks the target of a `Follow` that named everybody.
const AS_RELAY: &str = "relay";

/// The `Follow` of everybody in `body` (FEP-ae0c) as one of `target`, to whose inbox it was sent: who is meant is said
/// by the address alone. `None` for anything else.
pub(crate) fn as_relay(body: &[u8], target: &Url) -> Option<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(body).ok()?;
    let read = ActivityDoc::deserialize(&document).ok()?;
    let means_everybody = items(&read.object).iter().any(|object| object.as_str().is_some_and(is_public));
    if read.kind != "Follow" || !means_everybody {
        return None;
    }
    let mut target = target.clone();
    target.set_fragment(Some(AS_RELAY));
    document.as_object_mut()?.insert("object".to_owned(), target.as_str().into());
    serde_json::to_vec(&document).ok()
}

impl Follow {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let mut target = document.object_id().ok_or(FederationError::Refused("Follow has no object"))?;
        let as_relay = target.fragment() == Some(AS_RELAY);
        if as_relay {
            target.set_fragment(None);
        }
        Ok(Self { envelope, target, as_relay })
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
        let options = FollowOptions { relay: self.as_relay, ..FollowOptions::default() };
        service.follows().follow(&service.cx(), follower, target.id, options, origin).await?;
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
