//! `Flag`: somebody reports accounts of ours.

use staffroom_service::reports::IncomingReport;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::lenient::{id_of, items};

/// Most objects read of a report.
const MAX_OBJECTS: usize = 200;

/// `Flag` of accounts and statuses.
#[derive(Debug)]
pub(super) struct Flag {
    pub(super) envelope: Envelope,
    objects: Vec<String>,
    comment: String,
}

impl Flag {
    pub(super) fn read(document: ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let objects: Vec<String> =
            items(&document.object).iter().filter_map(id_of).take(MAX_OBJECTS).map(Into::into).collect();
        if objects.is_empty() {
            return Err(FederationError::Refused("Flag has no object"));
        }
        Ok(Self { envelope, objects, comment: document.content.unwrap_or_default() })
    }

    /// Anybody may report; about whom is looked at when it is kept.
    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, _: &Context) -> Result<(), FederationError> {
        Ok(())
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        let report = IncomingReport {
            by: self.envelope.sender.account()?.id,
            uri: self.envelope.id.into(),
            object_uris: self.objects,
            comment: self.comment,
        };
        match service.reports().receive(&service.cx(), report).await? {
            0 => Err(FederationError::Ignored("report names nobody here")),
            _ => Ok(()),
        }
    }
}
