//! `Undo`: somebody takes back what they said.

use staffroom_service::Origin;
use url::Url;

use super::follow::{local_account, require_local};
use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::audience::is_public;

/// `Undo` of a follow, favourite, emoji, boost or block.
#[derive(Debug)]
pub(super) struct Undo {
    pub(super) envelope: Envelope,
    /// Id of what is taken back.
    undone: Option<Url>,
    /// Its type, where it is embedded.
    kind: String,
    /// Who had said it, where it is embedded.
    by: Option<Url>,
    /// What it was about, where it is embedded.
    object: Option<Url>,
}

/// Whether an activity of this type can be taken back by `Undo`.
pub(super) fn can_be_undone(kind: &str) -> bool {
    matches!(kind, "Follow" | "Like" | "EmojiReact" | "Announce" | "Block")
}

impl Undo {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let embedded = document.embedded();
        let undone = document.object_id();
        if embedded.is_none() && undone.is_none() {
            return Err(FederationError::Refused("Undo has no object"));
        }
        let object = embedded.as_ref().and_then(ActivityDoc::object_id);
        let (kind, by) = embedded.map(|inner| (inner.kind, inner.actor)).unwrap_or_default();
        Ok(Self { envelope, undone, kind, by, object })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, _: &Context) -> Result<(), FederationError> {
        let sender = &self.envelope.sender.uri;
        if self.by.as_ref().is_some_and(|by| by != sender) {
            return Err(FederationError::Refused("actor takes back what somebody else said"));
        }
        if self.undone.as_ref().is_some_and(|undone| undone.origin() != sender.origin()) {
            return Err(FederationError::Refused("actor takes back something from another server"));
        }
        Ok(())
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let cx = service.cx();
        let by = self.envelope.sender.account()?.id;
        let origin = Origin::Remote(self.envelope.id.clone().into());
        if let Some(undone) = &self.undone {
            // it may arrive after this
            service.inbox().withdraw(&cx, undone.as_str(), self.envelope.sender.uri.as_str()).await?;
        }
        match (self.kind.as_str(), &self.object) {
            // a follow of everybody, as by relays: found by its id
            ("Follow", Some(target)) if is_public(target.as_str()) => {
                let undone = self.undone.as_ref().map(Url::as_str).unwrap_or_default();
                let follow = service.follows().by_uri(undone).await?.filter(|follow| follow.account_id == by);
                let follow = follow.ok_or(FederationError::Ignored("what is taken back is not known here"))?;
                service.follows().unfollow(&cx, by, follow.target_id, origin).await?;
            }
            ("Follow", Some(target)) => {
                require_local(target, context)?;
                let target = local_account(target, context).await?;
                service.follows().unfollow(&cx, by, target.id, origin).await?;
            }
            ("Block", Some(target)) => {
                require_local(target, context)?;
                let target = local_account(target, context).await?;
                service.follows().unblock(&cx, by, target.id, origin).await?;
            }
            (kind @ ("Like" | "EmojiReact"), Some(object)) => {
                let status = service.statuses().id_of(object.as_str()).await?;
                let status = status.ok_or(FederationError::Ignored("status is not known here"))?;
                let undone = self.undone.as_ref().map(Url::as_str);
                let had_emoji = service.statuses().unreact(&cx, by, status, undone).await?;
                if kind == "Like" && !had_emoji {
                    service.statuses().unfavourite(&cx, by, status, origin).await?;
                }
            }
            ("Announce", Some(object)) => {
                let status = service.statuses().id_of(object.as_str()).await?;
                let status = status.ok_or(FederationError::Ignored("status is not known here"))?;
                let sender = self.envelope.sender.account()?;
                if sender.tag.is_some() {
                    service.exchange().end_passed_on(&cx, object.as_str(), sender, None).await?;
                    return Ok(service.statuses().withdrawn_by_tag(by, status).await?);
                }
                service.statuses().unreblog(&cx, by, status, origin).await?;
            }
            // by id alone only boosts and emoji can be found: they are stored under their own ids
            ("" | "Announce", None) => {
                let undone = self.undone.as_ref().map(Url::as_str).unwrap_or_default();
                if let Some(status) = service.statuses().reacted_to(by, undone).await? {
                    service.statuses().unreact(&cx, by, status, Some(undone)).await?;
                    return Ok(());
                }
                let reblog = service.statuses().by_uri(undone).await?.filter(|status| status.account_id == by);
                let original = reblog.and_then(|status| status.reblog_of);
                let original = original.ok_or(FederationError::Ignored("what is taken back is not known here"))?;
                service.statuses().unreblog(&cx, by, original, origin).await?;
            }
            _ => return Err(FederationError::Ignored("what is taken back had no effect here")),
        }
        Ok(())
    }
}
