//! `Accept` and `Reject`: somebody answers the follow of one of us.

use staffroom_service::follows::FollowRef;
use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;

/// `Accept` or `Reject` of a follow.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) envelope: Envelope,
    accepted: bool,
    follow: Option<Url>,
    follower: Option<Url>,
    /// Who was asked, as the embedded follow says.
    asked: Option<Url>,
}

impl Answer {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope, accepted: bool) -> Result<Self, FederationError> {
        let embedded = document.embedded();
        if embedded.as_ref().is_some_and(|inner| inner.kind != "Follow") {
            return Err(FederationError::Ignored("answer is not about a follow"));
        }
        Ok(Self {
            envelope,
            accepted,
            follow: document.object_id(),
            follower: embedded.as_ref().and_then(|inner| inner.actor.clone()),
            asked: embedded.as_ref().and_then(ActivityDoc::object_id),
        })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        if self.asked.as_ref().is_some_and(|asked| *asked != self.envelope.sender.uri) {
            return Err(FederationError::Refused("actor answers for somebody else"));
        }
        let about = self.follower.as_ref().or(self.follow.as_ref());
        let about = about.ok_or(FederationError::Refused("answer names no follow"))?;
        super::follow::require_local(about, context)
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let by = self.envelope.sender.account()?.id;
        let follow = FollowRef { uri: self.follow.map(Into::into), follower_uri: self.follower.map(Into::into) };
        Ok(service.follows().answered(&service.cx(), by, follow, self.accepted).await?)
    }
}
