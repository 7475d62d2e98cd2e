//! `Create`: somebody wrote something.

use activitypub_federation::traits::Object as _;
use serde::Deserialize as _;
use staffroom_domain::AccountKind;
use staffroom_service::statuses::Arrival;
use url::Url;

use super::announce::is_followed;
use super::incoming::Envelope;
use super::vote;
use crate::error::FederationError;
use crate::fetch::document;
use crate::http::Purpose;
use crate::objects::Note;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::lenient::items;
use crate::vocab::note::{NoteDoc, is_status};

/// `Create` of something shown as a status.
#[derive(Debug)]
pub(super) struct Create {
    pub(super) envelope: Envelope,
    object: Written,
}

/// What was written: here, or where it can be read.
#[derive(Debug)]
enum Written {
    Embedded(Box<NoteDoc>),
    At(Url),
}

impl Create {
    pub(super) fn read(document: ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let object = match document.object_kind() {
            Some(_) => Written::Embedded(Box::new(embedded_note(document)?)),
            None => Written::At(document.object_id().ok_or(FederationError::Refused("Create has no object"))?),
        };
        Ok(Self { envelope, object })
    }

    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        match &self.object {
            Written::Embedded(note) => verify_own(note, &self.envelope, context).await,
            Written::At(id) if id.origin() == self.envelope.sender.uri.origin() => Ok(()),
            Written::At(_) => Err(FederationError::Refused("object is on another server than its actor")),
        }
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let note = match self.object {
            Written::Embedded(note) => *note,
            Written::At(id) => {
                let note = document::<NoteDoc>(context, Purpose::Note, &id).await?.object;
                verify_own(&note, &self.envelope, context).await?;
                note
            }
        };
        let author = self.envelope.sender.account()?;
        if note.is_vote() {
            return vote::receive(&note, author, context).await;
        }
        if !is_status(&note.kind) {
            return Err(FederationError::Ignored("object is not shown as a status"));
        }
        let incoming = note.into_incoming(author.endpoints.followers.as_deref()).map_err(FederationError::Refused)?;
        let arrival = arrival(self.envelope.sender.messenger.as_ref(), context).await?;
        let kept = service.statuses().ingest(&service.cx(), incoming, arrival).await?;
        let id = kept.ok_or(FederationError::Ignored("nobody here has to do with it"))?;
        if let Arrival::Announced(feed) = arrival {
            service.statuses().announced_by_tag(&service.cx(), feed, id).await?;
        }
        Ok(service.exchange().pass_on(&service.cx(), id, self.envelope.sender.signed.as_ref()).await?)
    }
}

/// How it came: from its author, or by a group, hub or relay we listen to.
pub(super) async fn arrival(messenger: Option<&Url>, context: &Context) -> Result<Arrival, FederationError> {
    let Some(messenger) = messenger else { return Ok(Arrival::Delivered) };
    if context.service().exchange().is_relay(messenger.as_str()).await? {
        return Ok(Arrival::Relayed);
    }
    let account = context.service().accounts().by_uri(messenger.as_str()).await?;
    Ok(match account.filter(|account| !account.is_gone()) {
        Some(feed) if feed.tag.is_some() => Arrival::Announced(feed.id),
        // what a followed group passes on is wanted, whoever wrote it
        Some(group) if group.kind == AccountKind::Group && is_followed(&group, context).await? => Arrival::Fetched,
        _ => Arrival::Delivered,
    })
}

/// The embedded note, with the activity's recipients where it has none of its own.
pub(super) fn embedded_note(document: ActivityDoc) -> Result<NoteDoc, FederationError> {
    let object = items(&document.object).first().ok_or(FederationError::Refused("activity has no object"))?;
    let mut note = NoteDoc::deserialize(object).map_err(|_| FederationError::Refused("object is unreadable"))?;
    let is_empty = |r: &crate::vocab::audience::Recipients| !r.public && r.uris.is_empty();
    if is_empty(&note.to) && is_empty(&note.cc) {
        (note.to, note.cc) = (document.to, document.cc);
    }
    Ok(note)
}

/// A note is believed from nobody but its author.
pub(super) async fn verify_own(note: &NoteDoc, envelope: &Envelope, context: &Context) -> Result<(), FederationError> {
    let actor = &envelope.sender.uri;
    Note::verify(note, actor, context).await?;
    if note.attributed_to.as_ref() != Some(actor) {
        return Err(FederationError::Refused("object is somebody else's"));
    }
    Ok(())
}
