//! Accounts as objects of the federation library.

use activitypub_federation::traits::Object;
use async_trait::async_trait;
use staffroom_domain::account::Account;
use url::Url;

use super::handle;
use crate::error::FederationError;
use crate::fetch;
use crate::http::{Purpose, host_of};
use crate::signature::dialect::Dialect;
use crate::state::{Context, Shared};
use crate::vocab::actor::ActorDoc;

/// An account we know, local or remote.
#[derive(Clone, Debug)]
pub struct Actor {
    uri: Url,
    /// The account.
    pub account: Account,
}

impl Actor {
    fn new(account: Account) -> Result<Self, FederationError> {
        let uri = Url::parse(&account.uri).map_err(|_| FederationError::Refused("stored account has no usable id"))?;
        Ok(Self { uri, account })
    }

    /// The stored account, else the fetched one.
    ///
    /// # Errors
    /// It cannot be had, or is not what it says.
    pub async fn known_or_fetched(uri: &Url, context: &Context) -> Result<Self, FederationError> {
        match Self::read_from_id(uri.clone(), context).await? {
            Some(known) => Ok(known),
            None => Self::fetched(uri, context).await,
        }
    }

    /// The account as its own server describes it now, stored.
    ///
    /// # Errors
    /// It cannot be had, or is not what it says.
    pub async fn fetched(uri: &Url, context: &Context) -> Result<Self, FederationError> {
        let found = fetch::document::<ActorDoc>(context, Purpose::Actor, uri).await?;
        Self::verify(&found.object, &found.url, context).await?;
        Box::pin(Self::store(found.object, context)).await
    }

    /// Stores `document` (anew), after [`Object::verify`].
    ///
    /// A known account keeps the host of its handle while its name stays the same.
    ///
    /// # Errors
    /// The document lacks something, or storing fails.
    pub async fn store(document: ActorDoc, context: &Context) -> Result<Self, FederationError> {
        let uri = document.id.clone().ok_or(FederationError::Refused("actor has no id"))?;
        let known = context.service().accounts().by_uri(uri.as_str()).await?;
        let kept =
            known.filter(|account| account.username == document.preferred_username).and_then(|account| account.domain);
        let domain = match kept {
            Some(domain) => domain,
            None => Box::pin(handle::resolve(context, &document, &uri)).await,
        };
        if let Some(algorithm) = document.takes_rfc9421() {
            context.dialects().heard(&host_of(&uri), Dialect::Rfc9421(algorithm)).await;
        }
        let incoming = document.into_incoming(domain).map_err(FederationError::Refused)?;
        let service = context.service();
        Self::new(service.accounts().ingest(&service.cx(), incoming).await?)
    }
}

#[async_trait]
impl Object for Actor {
    type DataType = Shared;
    type Kind = ActorDoc;
    type Error = FederationError;

    fn id(&self) -> &Url {
        &self.uri
    }

    fn is_deleted(&self) -> bool {
        self.account.deleted_at.is_some()
    }

    async fn read_from_id(id: Url, context: &Context) -> Result<Option<Self>, FederationError> {
        context.service().accounts().by_uri(id.as_str()).await?.map(Self::new).transpose()
    }

    /// The remote server says the actor is gone.
    async fn delete(&self, context: &Context) -> Result<(), FederationError> {
        let service = context.service();
        Ok(service.accounts().remove_remote(&service.cx(), &self.account.uri).await?)
    }

    async fn into_json(self, _: &Context) -> Result<ActorDoc, FederationError> {
        Err(FederationError::Refused("own actors are served from the renderer"))
    }

    async fn verify(document: &ActorDoc, expected: &Url, context: &Context) -> Result<(), FederationError> {
        let id = document.id.as_ref().ok_or(FederationError::Refused("actor has no id"))?;
        if id.origin() != expected.origin() {
            return Err(FederationError::Refused("actor is not from where it says"));
        }
        if context.identity().is_local_uri(id.as_str()) {
            return Err(FederationError::Refused("actor claims to be one of ours"));
        }
        if document.is_complete() { Ok(()) } else { Err(FederationError::Refused("actor is incomplete")) }
    }

    async fn from_json(document: ActorDoc, context: &Context) -> Result<Self, FederationError> {
        Self::store(document, context).await
    }
}
