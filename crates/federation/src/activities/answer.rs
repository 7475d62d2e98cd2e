//! `Accept` and `Reject`: somebody answers one of us who asked to follow them, or to quote, favourite, answer or boost
//! something of theirs.

use staffroom_domain::interaction::Interaction;
use staffroom_service::follows::FollowRef;
use url::Url;

use super::follow::require_local;
use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::audience::is_public;
use crate::vocab::lenient::{id_of, items};
use crate::vocab::request::requested;

/// `Accept` or `Reject`.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) envelope: Envelope,
    accepted: bool,
    about: About,
}

/// What was asked.
#[derive(Debug)]
enum About {
    Follow {
        uri: Option<Url>,
        follower: Option<Url>,
        /// Who was asked, as the embedded follow says.
        asked: Option<Url>,
    },
    Request {
        what: Interaction,
        request: Url,
        /// The authorization given.
        result: Option<Url>,
    },
}

impl Answer {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope, accepted: bool) -> Result<Self, FederationError> {
        let embedded = document.embedded();
        let uri = document.object_id();
        let kind = embedded.as_ref().map(|inner| inner.kind.as_str());
        let about = match (kind.map_or_else(|| by_id(uri.as_ref()), requested), &uri) {
            (Some(what), Some(request)) => About::Request {
                what,
                request: request.clone(),
                result: items(&document.result).iter().find_map(id_of),
            },
            _ if matches!(kind, Some("Follow") | None) => About::Follow {
                uri,
                follower: embedded.as_ref().and_then(|inner| inner.actor.clone()),
                asked: embedded.as_ref().and_then(ActivityDoc::object_id),
            },
            _ => return Err(FederationError::Ignored("answer is about nothing we ask")),
        };
        Ok(Self { envelope, accepted, about })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        let sender = &self.envelope.sender.uri;
        match &self.about {
            About::Follow { uri, follower, asked } => {
                // a relay is asked with everybody as object
                if asked.as_ref().is_some_and(|asked| asked != sender && !is_public(asked.as_str())) {
                    return Err(FederationError::Refused("actor answers for somebody else"));
                }
                let about = follower.as_ref().or(uri.as_ref());
                require_local(about.ok_or(FederationError::Refused("answer names no follow"))?, context)
            }
            About::Request { request, result, .. } => {
                if self.accepted && result.as_ref().is_none_or(|result| result.origin() != sender.origin()) {
                    return Err(FederationError::Refused("actor gives leave that is not on its own server"));
                }
                require_local(request, context)
            }
        }
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let cx = service.cx();
        let sender = self.envelope.sender.account()?;
        let by = sender.id;
        match self.about {
            About::Follow { uri, follower, .. } => {
                if let Some(follow) = &uri {
                    service.exchange().relay_answered(sender, follow.as_str(), self.accepted).await?;
                }
                let follow = FollowRef { uri: uri.map(Into::into), follower_uri: follower.map(Into::into) };
                Ok(service.follows().answered(&cx, by, follow, self.accepted).await?)
            }
            About::Request { what, request, result } => {
                let approval = result.as_ref().map(Url::as_str).filter(|_| self.accepted);
                let (statuses, request) = (service.statuses(), request.as_str());
                if what == Interaction::Quote {
                    return Ok(statuses.quote_answered(&cx, by, request, approval).await?);
                }
                Ok(statuses.interaction_answered(&cx, by, request, approval).await?)
            }
        }
    }
}

/// What a request of ours, named by its id alone, asked for; of those that are no quotes any will do.
fn by_id(request: Option<&Url>) -> Option<Interaction> {
    match request?.fragment()?.split_once('/')?.0 {
        "quote_requests" => Some(Interaction::Quote),
        "interaction_requests" => Some(Interaction::Reply),
        _ => None,
    }
}
