//! `QuoteRequest`: somebody asks to quote a status of ours (FEP-044f).

use activitypub_federation::traits::Object as _;
use serde::Deserialize as _;
use staffroom_service::QuoteRequest as Asked;
use staffroom_service::statuses::Arrival;
use url::Url;

use super::follow::require_local;
use super::incoming::Envelope;
use crate::error::FederationError;
use crate::objects::Note;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::lenient::{id_of, items};
use crate::vocab::note::{NoteDoc, is_status};

/// `QuoteRequest`: `object` is ours, `instrument` is theirs, by reference or embedded.
#[derive(Debug)]
pub(super) struct QuoteRequest {
    pub(super) envelope: Envelope,
    quoted: Url,
    quoting: Url,
    /// The quoting note, where it is embedded.
    note: Option<Box<NoteDoc>>,
}

impl QuoteRequest {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let quoted = document.object_id().ok_or(FederationError::Refused("QuoteRequest has no object"))?;
        let instrument = items(&document.instrument);
        let quoting = instrument.iter().find_map(id_of);
        let quoting = quoting.ok_or(FederationError::Refused("QuoteRequest names nothing that quotes"))?;
        let note = instrument.first().and_then(|note| NoteDoc::deserialize(note).ok());
        let note = note.filter(|note| is_status(&note.kind)).map(Box::new);
        Ok(Self { envelope, quoted, quoting, note })
    }

    /// Everybody asks for what is theirs.
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        require_local(&self.quoted, context)?;
        let sender = &self.envelope.sender.uri;
        if self.quoting.origin() != sender.origin() {
            return Err(FederationError::Refused("actor asks for something on another server"));
        }
        if let Some(note) = &self.note {
            Note::verify(note, sender, context).await?;
            if note.attributed_to.as_ref() != Some(sender) {
                return Err(FederationError::Refused("actor asks for somebody else"));
            }
        }
        Ok(())
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let sender = self.envelope.sender.account()?;
        let request =
            Asked { uri: self.envelope.id.into(), quoted_uri: self.quoted.into(), quoting_uri: self.quoting.into() };
        let fetch = self.note.is_none();
        service.statuses().quote_requested(&service.cx(), sender.id, &request, fetch).await?;
        // what was embedded is as good as delivered: its author sent it
        if let Some(note) = self.note {
            let incoming =
                note.into_incoming(sender.endpoints.followers.as_deref()).map_err(FederationError::Refused)?;
            service.statuses().ingest(&service.cx(), incoming, Arrival::Delivered).await?;
        }
        Ok(())
    }
}
