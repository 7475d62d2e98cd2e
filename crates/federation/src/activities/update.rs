//! `Update`: somebody changed a status of theirs, or their profile.

use activitypub_federation::traits::Object as _;
use serde::Deserialize as _;
use url::Url;

use super::create::{arrival, embedded_note, verify_own};
use super::incoming::Envelope;
use crate::error::FederationError;
use crate::fetch::document;
use crate::http::Purpose;
use crate::objects::Actor;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::actor::{ActorDoc, account_kind};
use crate::vocab::lenient::items;
use crate::vocab::note::{NoteDoc, is_status};

/// `Update` of a note or of the sender.
#[derive(Debug)]
pub(super) struct Update {
    pub(super) envelope: Envelope,
    object: Changed,
}

#[derive(Debug)]
enum Changed {
    Note(Box<NoteDoc>),
    Sender(Box<ActorDoc>),
    At(Url),
    Other,
}

impl Update {
    pub(super) fn read(document: ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let object = match document.object_kind() {
            Some(kind) if account_kind(kind).is_some() => {
                let object = items(&document.object).first();
                let actor = object.and_then(|object| ActorDoc::deserialize(object).ok());
                Changed::Sender(Box::new(actor.ok_or(FederationError::Refused("actor is unreadable"))?))
            }
            Some(kind) if is_status(kind) => Changed::Note(Box::new(embedded_note(document)?)),
            Some(_) => Changed::Other,
            None => Changed::At(document.object_id().ok_or(FederationError::Refused("Update has no object"))?),
        };
        Ok(Self { envelope, object })
    }

    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        let actor = &self.envelope.sender.uri;
        match &self.object {
            Changed::Note(note) => verify_own(note, &self.envelope, context).await,
            Changed::Sender(document) if document.id.as_ref() == Some(actor) => {
                Actor::verify(document, actor, context).await
            }
            Changed::Sender(_) => Err(FederationError::Refused("actor changes somebody else")),
            Changed::At(id) if id.origin() == actor.origin() => Ok(()),
            Changed::At(_) => Err(FederationError::Refused("object is on another server than its actor")),
            Changed::Other => Err(FederationError::Ignored("object is not shown as a status")),
        }
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let note = match self.object {
            Changed::Note(note) => *note,
            Changed::Sender(document) => {
                Actor::store(*document, context).await?;
                return Ok(());
            }
            Changed::At(id) if id == self.envelope.sender.uri => {
                Actor::fetched(&id, context).await?;
                return Ok(());
            }
            Changed::At(id) => {
                let note = document::<NoteDoc>(context, Purpose::Note, &id).await?.object;
                verify_own(&note, &self.envelope, context).await?;
                note
            }
            Changed::Other => return Ok(()),
        };
        let followers = self.envelope.sender.account()?.endpoints.followers.clone();
        let incoming = note.into_incoming(followers.as_deref()).map_err(FederationError::Refused)?;
        let (service, uri) = (context.service(), incoming.uri.clone());
        if service.statuses().id_of(&uri).await?.is_none() {
            // it overtook its Create, which will find the newer version here
            let arrival = arrival(self.envelope.sender.messenger.as_ref(), context).await?;
            return match service.statuses().ingest(&service.cx(), incoming, arrival).await? {
                Some(id) => Ok(service.exchange().pass_on(&service.cx(), id, None).await?),
                None => Ok(()),
            };
        }
        service.statuses().ingest_edit(&service.cx(), incoming).await?;
        Ok(service.exchange().edit_passed_on(&service.cx(), &uri, self.envelope.sender.signed.as_ref()).await?)
    }
}
