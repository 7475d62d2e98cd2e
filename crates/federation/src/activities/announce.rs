//! `Announce`: somebody boosts a status, or a tag account passes one on.

use staffroom_domain::{Account, PageRequest, Viewer};
use staffroom_service::Origin;
use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::http::host_of;
use crate::objects::Note;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::audience::{Recipients, visibility};

/// `Announce` of a status. An embedded object is reduced to its id: the announcer's word for it is worth nothing.
#[derive(Debug)]
pub(super) struct Announce {
    pub(super) envelope: Envelope,
    object: Url,
    to: Recipients,
    cc: Recipients,
}

impl Announce {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let object = document.object_id().ok_or(FederationError::Refused("Announce has no object"))?;
        Ok(Self { envelope, object, to: document.to.clone(), cc: document.cc.clone() })
    }

    /// A tag account passes on what was written on its own server and nothing else, unless it is a known hub's.
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        let sender = &self.envelope.sender;
        let is_foreign = sender.account()?.tag.is_some() && self.object.origin() != sender.uri.origin();
        if is_foreign && !context.service().exchange().is_hub(&host_of(&sender.uri)).await? {
            return Err(FederationError::Refused("tag account announces something from another server"));
        }
        Ok(())
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let sender = self.envelope.sender.account()?;
        let is_local = context.identity().is_local_uri(self.object.as_str());
        if sender.tag.is_some() {
            if is_local || !is_followed(sender, context).await? {
                return Err(FederationError::Ignored("nobody here follows the tag account"));
            }
            let kept = Note::by_feed(&self.object, sender.id, context).await?;
            let id = kept.ok_or(FederationError::Ignored("status is not let in"))?;
            return Ok(service.exchange().pass_on(&service.cx(), id, None).await?);
        }
        if service.exchange().is_relay(&sender.uri).await? {
            if is_local {
                return Err(FederationError::Ignored("a relay sends our own back"));
            }
            return Note::relayed(&self.object, context).await.map(drop);
        }
        if !is_local && !is_followed(sender, context).await? {
            return Err(FederationError::Ignored("nobody here follows the sender"));
        }
        let status = if is_local {
            let known = service.statuses().by_uri(self.object.as_str()).await?;
            known.ok_or(FederationError::Ignored("status is not known here"))?
        } else {
            Note::known_or_fetched(&self.object, context).await?.status
        };
        let cx = service.cx();
        let audience = visibility(&self.to, &self.cc, &self.envelope.sender.uri, sender.endpoints.followers.as_deref());
        let origin = Origin::Remote(self.envelope.id.into());
        service.statuses().reblog(&cx, sender.id, status.id, Some(audience), origin).await?;
        Ok(())
    }
}

/// Whether anybody here (a person, or the instance account for its feeds) follows `account`.
pub(crate) async fn is_followed(account: &Account, context: &Context) -> Result<bool, FederationError> {
    let accounts = context.service().accounts();
    Ok(!accounts.followers(Viewer::Anonymous, account.id, PageRequest::newest(1)).await?.items.is_empty())
}
