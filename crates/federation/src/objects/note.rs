//! Statuses as objects of the federation library.

use activitypub_federation::traits::Object;
use async_trait::async_trait;
use staffroom_domain::Visibility;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::status::Status;
use staffroom_service::statuses::Arrival;
use url::Url;

use super::Actor;
use crate::error::FederationError;
use crate::fetch;
use crate::http::Purpose;
use crate::state::{Context, Shared};
use crate::vocab::note::NoteDoc;

/// A status we know, local or remote.
#[derive(Clone, Debug)]
pub struct Note {
    uri: Url,
    /// The status.
    pub status: Status,
}

impl Note {
    fn new(status: Status) -> Result<Self, FederationError> {
        let uri = Url::parse(&status.uri).map_err(|_| FederationError::Refused("stored status has no usable id"))?;
        Ok(Self { uri, status })
    }

    /// The stored status, else the fetched one with its author.
    ///
    /// # Errors
    /// It cannot be had, is not what it says, or is not for everybody.
    pub async fn known_or_fetched(uri: &Url, context: &Context) -> Result<Self, FederationError> {
        if let Some(known) = Self::read_from_id(uri.clone(), context).await? {
            return Ok(known);
        }
        let found = fetch::document::<NoteDoc>(context, Purpose::Note, uri).await?;
        Self::verify(&found.object, &found.url, context).await?;
        Box::pin(Self::from_json(found.object, context)).await
    }

    /// What the followed tag account `feed` passed on, stored as far as the feed is trusted, and shown to those who
    /// follow the hashtag. `None` when it is not let in.
    ///
    /// # Errors
    /// It cannot be had, is not what it says, or is not for everybody.
    pub async fn by_feed(uri: &Url, feed: AccountId, context: &Context) -> Result<Option<StatusId>, FederationError> {
        let service = context.service();
        let known = service.statuses().by_uri(uri.as_str()).await?.filter(|status| status.deleted_at.is_none());
        let id = if let Some(known) = known {
            Some(known.id)
        } else {
            let found = fetch::document::<NoteDoc>(context, Purpose::Note, uri).await?;
            Self::verify(&found.object, &found.url, context).await?;
            Box::pin(Self::ingest(found.object, Arrival::Announced(feed), context)).await?
        };
        if let Some(id) = id {
            service.statuses().announced_by_tag(&service.cx(), feed, id).await?;
        }
        Ok(id)
    }

    /// What a relay pointed at, stored if somebody here wants one of its hashtags.
    ///
    /// # Errors
    /// It cannot be had, is not what it says, or is not for everybody.
    pub async fn relayed(uri: &Url, context: &Context) -> Result<Option<StatusId>, FederationError> {
        if let Some(known) = context.service().statuses().by_uri(uri.as_str()).await? {
            return Ok(Some(known.id));
        }
        let found = fetch::document::<NoteDoc>(context, Purpose::Note, uri).await?;
        Self::verify(&found.object, &found.url, context).await?;
        Box::pin(Self::ingest(found.object, Arrival::Relayed, context)).await
    }

    /// Hands a fetched note on, its author first. Only what everybody may read is kept: what a server shows to our
    /// instance account alone was not meant for whoever asked.
    async fn ingest(
        document: NoteDoc,
        arrival: Arrival,
        context: &Context,
    ) -> Result<Option<StatusId>, FederationError> {
        let service = context.service();
        let author = document.attributed_to.clone().ok_or(FederationError::Refused("object has no author"))?;
        let author = Actor::known_or_fetched(&author, context).await?.account;
        let incoming =
            document.into_incoming(author.endpoints.followers.as_deref()).map_err(FederationError::Refused)?;
        if matches!(incoming.visibility, Visibility::Private | Visibility::Direct) {
            return Err(FederationError::Refused("fetched object is not for everybody"));
        }
        Ok(service.statuses().ingest(&service.cx(), incoming, arrival).await?)
    }
}

#[async_trait]
impl Object for Note {
    type DataType = Shared;
    type Kind = NoteDoc;
    type Error = FederationError;

    fn id(&self) -> &Url {
        &self.uri
    }

    fn is_deleted(&self) -> bool {
        self.status.deleted_at.is_some()
    }

    async fn read_from_id(id: Url, context: &Context) -> Result<Option<Self>, FederationError> {
        context.service().statuses().by_uri(id.as_str()).await?.map(Self::new).transpose()
    }

    async fn into_json(self, _: &Context) -> Result<NoteDoc, FederationError> {
        Err(FederationError::Refused("own notes are served from the renderer"))
    }

    async fn verify(document: &NoteDoc, expected: &Url, context: &Context) -> Result<(), FederationError> {
        let (Some(id), Some(author)) = (&document.id, &document.attributed_to) else {
            return Err(FederationError::Refused("object has no id or no author"));
        };
        if id.origin() != expected.origin() || author.origin() != expected.origin() {
            return Err(FederationError::Refused("object is not from where it says"));
        }
        if context.identity().is_local_uri(id.as_str()) {
            return Err(FederationError::Refused("object claims to be one of ours"));
        }
        Ok(())
    }

    async fn from_json(document: NoteDoc, context: &Context) -> Result<Self, FederationError> {
        let uri = document.id.clone().ok_or(FederationError::Refused("object has no id"))?;
        Box::pin(Self::ingest(document, Arrival::Fetched, context)).await?;
        let stored = context.service().statuses().by_uri(uri.as_str()).await?;
        Self::new(stored.ok_or(FederationError::Refused("object is not kept here"))?)
    }
}
