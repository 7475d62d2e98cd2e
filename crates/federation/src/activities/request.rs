//! `QuoteRequest` (FEP-044f), `LikeRequest`, `ReplyRequest` and `AnnounceRequest` (GoToSocial's): somebody asks for leave
//! to do something with a status of ours, and shows what they made.

use activitypub_federation::traits::{Activity as _, Object as _};
use serde::Deserialize as _;
use staffroom_domain::interaction::Interaction;
use staffroom_service::InteractionRequest;
use staffroom_service::statuses::Arrival;
use url::Url;

use super::follow::require_local;
use super::incoming::{Envelope, Incoming};
use crate::error::FederationError;
use crate::objects::Note;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::lenient::{id_of, items};
use crate::vocab::note::{NoteDoc, is_status};

/// A request: `object` is ours, `instrument` is theirs.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) envelope: Envelope,
    what: Interaction,
    target: Url,
    interacting: Url,
    made: Made,
}

/// What they made.
#[derive(Debug)]
enum Made {
    Note(Box<NoteDoc>),
    Activity(Box<ActivityDoc>),
    /// A note by reference.
    Elsewhere,
}

impl Request {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope, what: Interaction) -> Result<Self, FederationError> {
        let target = document.object_id().ok_or(FederationError::Refused("request has no object"))?;
        let instrument = items(&document.instrument);
        let interacting = instrument.iter().find_map(id_of);
        let interacting = interacting.ok_or(FederationError::Refused("request does not show what it is about"))?;
        let first = instrument.first().filter(|made| made.is_object());
        let made = if matches!(what, Interaction::Quote | Interaction::Reply) {
            let note = first.and_then(|note| NoteDoc::deserialize(note).ok()).filter(|note| is_status(&note.kind));
            note.map_or(Made::Elsewhere, |note| Made::Note(Box::new(note)))
        } else {
            let activity = first.and_then(|activity| ActivityDoc::deserialize(activity).ok());
            let activity = activity.ok_or(FederationError::Refused("request does not embed what it is about"))?;
            Made::Activity(Box::new(activity))
        };
        Ok(Self { envelope, what, target, interacting, made })
    }

    /// Everybody asks for what is theirs, and for what it is about.
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        require_local(&self.target, context)?;
        let sender = &self.envelope.sender.uri;
        if self.interacting.origin() != sender.origin() {
            return Err(FederationError::Refused("actor asks for something on another server"));
        }
        let (author, is_about_it) = match &self.made {
            Made::Note(note) => {
                Note::verify(note, sender, context).await?;
                let is_answer = note.in_reply_to.as_ref() == Some(&self.target);
                (note.attributed_to.as_ref(), self.what != Interaction::Reply || is_answer)
            }
            Made::Activity(activity) => {
                let is_kind = match self.what {
                    Interaction::Reblog => activity.kind == "Announce",
                    _ => matches!(activity.kind.as_str(), "Like" | "EmojiReact"),
                };
                (activity.actor.as_ref(), is_kind && activity.object_id().as_ref() == Some(&self.target))
            }
            Made::Elsewhere => return Ok(()),
        };
        if author != Some(sender) {
            return Err(FederationError::Refused("actor asks for somebody else"));
        }
        if is_about_it { Ok(()) } else { Err(FederationError::Refused("request is about something else")) }
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let sender = self.envelope.sender.account()?;
        let request = InteractionRequest {
            what: self.what,
            uri: self.envelope.id.into(),
            target_uri: self.target.into(),
            interacting_uri: self.interacting.to_string(),
        };
        let fetch = matches!(self.made, Made::Elsewhere);
        let is_given = service.statuses().interaction_requested(&service.cx(), sender.id, &request, fetch).await?;
        match self.made {
            // a quote may stay without its leave, an answer not
            Made::Note(note) if is_given || self.what == Interaction::Quote => {
                // what was embedded is as good as delivered: its author sent it
                let followers = sender.endpoints.followers.as_deref();
                let incoming = note.into_incoming(followers).map_err(FederationError::Refused)?;
                service.statuses().ingest(&service.cx(), incoming, Arrival::Delivered).await?;
            }
            Made::Activity(activity) if is_given => {
                let (id, by) = (self.interacting, self.envelope.sender.uri.as_str());
                if !service.inbox().is_withdrawn(id.as_str(), by).await? {
                    let made = Incoming::read(*activity, id, self.envelope.sender)?;
                    Box::pin(made.verify(context)).await?;
                    Box::pin(made.receive(context)).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}
