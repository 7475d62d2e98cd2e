//! `Announce` of an activity: a group passes on what was said in it (FEP-1b12; Lemmy, `PieFed` and `NodeBB` do so).
//!
//! The group's word is worth nothing but this: that something may have happened to an object. An activity that carries
//! a proof by its actor is taken as if they had sent it here. Otherwise what was written is read at its own address, what
//! was deleted must be gone there, and a `Like` or its `Undo` counts only as it is found at its own id.

use activitypub_federation::traits::Activity as _;
use serde::Deserialize as _;
use serde_json::Value;
use staffroom_domain::{Account, AccountKind};
use url::Url;

use super::announce::is_followed;
use super::forwarded::is_proof_by;
use super::incoming::{Envelope, Incoming, Sender};
use crate::error::FederationError;
use crate::fetch::value;
use crate::http::{Purpose, host_of};
use crate::objects::{Actor, Note};
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::lenient::{items, member};
use crate::vocab::note::NoteDoc;

/// An activity inside of an `Announce`.
#[derive(Debug)]
pub(super) struct PassedOn {
    pub(super) envelope: Envelope,
    kind: String,
    id: Option<Url>,
    /// What it is about.
    object: Url,
    /// It as it came.
    whole: Value,
}

/// Whether something of this type is passed on as an activity.
pub(super) fn is_passed_on(kind: &str) -> bool {
    matches!(kind, "Create" | "Update" | "Delete" | "Like" | "EmojiReact" | "Undo")
}

impl PassedOn {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let inner = document.embedded().ok_or(FederationError::Refused("Announce has no object"))?;
        let object = inner.object_id().ok_or(FederationError::Refused("activity passed on has no object"))?;
        let whole = items(&document.object).first().cloned().unwrap_or_default();
        Ok(Self { envelope, kind: inner.kind, id: inner.id, object, whole })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, context: &Context) -> Result<(), FederationError> {
        if self.envelope.sender.account()?.kind != AccountKind::Group {
            return Err(FederationError::Ignored("only groups pass on activities"));
        }
        let is_ours = |url: &Url| context.identity().is_local_uri(url.as_str());
        if is_ours(&self.object) && matches!(self.kind.as_str(), "Create" | "Update" | "Delete") {
            return Err(FederationError::Ignored("what is ours needs nobody to pass it on"));
        }
        Ok(())
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        if !is_followed(self.envelope.sender.account()?, context).await? {
            return Err(FederationError::Ignored("nobody here follows the sender"));
        }
        if let Some(proven) = self.proven(context).await? {
            proven.verify(context).await?;
            return proven.receive(context).await;
        }
        match self.kind.as_str() {
            "Create" => Note::known_or_fetched(&self.object, context).await.map(drop),
            "Update" => edited(&self.object, context).await,
            "Delete" => deleted(&self.object, context).await,
            _ => said(self.id, context).await,
        }
    }
}

impl PassedOn {
    /// The activity as its actor's own, where it has their proof. What is wrong about a proof is no reason not to look at
    /// the activity's own address.
    async fn proven(&self, context: &Context) -> Result<Option<Box<Incoming>>, FederationError> {
        let Ok(document) = ActivityDoc::deserialize(&self.whole) else { return Ok(None) };
        let (Some(id), Some(actor)) = (document.id.clone(), document.actor.clone()) else { return Ok(None) };
        if id.origin() != actor.origin()
            || !context.service().domains().permits(&host_of(&actor))
            || !is_proof_by(&self.whole, &actor, context).await
        {
            return Ok(None);
        }
        if context.service().inbox().is_withdrawn(id.as_str(), actor.as_str()).await? {
            return Err(FederationError::Ignored("it was taken back before it came"));
        }
        let account = speaker(&actor, context).await?;
        let messenger = Some(self.envelope.sender.uri.clone());
        let sender = Sender { uri: actor, account: Some(account), messenger, signed: None };
        Ok(Some(Box::new(Incoming::read(document, id, sender)?)))
    }
}

/// The account of another server that is said to speak.
async fn speaker(actor: &Url, context: &Context) -> Result<Account, FederationError> {
    let account = Actor::known_or_fetched(actor, context).await?.account;
    if account.is_local() || account.is_gone() {
        return Err(FederationError::Ignored("actor is suspended, deleted, or one of ours"));
    }
    Ok(account)
}

/// The present version, from its own address; what is not known here is stored.
async fn edited(object: &Url, context: &Context) -> Result<(), FederationError> {
    let statuses = context.service().statuses();
    let Some(known) = statuses.by_uri(object.as_str()).await? else {
        return Note::known_or_fetched(object, context).await.map(drop);
    };
    let found = crate::fetch::document::<NoteDoc>(context, Purpose::Note, object).await?;
    let author = context.service().accounts().get(known.account_id).await?;
    let incoming =
        found.object.into_incoming(author.endpoints.followers.as_deref()).map_err(FederationError::Refused)?;
    if incoming.uri != known.uri {
        return Err(FederationError::Refused("object is not where it says"));
    }
    Ok(statuses.ingest_edit(&context.service().cx(), incoming).await?)
}

/// Gone only if its own server says so.
async fn deleted(object: &Url, context: &Context) -> Result<(), FederationError> {
    let service = context.service();
    let Some(known) = service.statuses().by_uri(object.as_str()).await?.filter(|status| !status.local) else {
        return Err(FederationError::Ignored("status is not known here"));
    };
    match value(context, Purpose::Note, object).await {
        Ok(found) if member(&found.object, "type") != Some("Tombstone") => {
            return Err(FederationError::Ignored("object is said to be deleted and is still there"));
        }
        Err(error) if !error.is_absent() => return Err(error),
        Ok(_) | Err(_) => {}
    }
    let author = service.accounts().get(known.account_id).await?;
    Ok(service.statuses().remove(&service.cx(), object.as_str(), &author.uri).await?)
}

/// What its own actor says at its own id, as if they had sent it here.
async fn said(id: Option<Url>, context: &Context) -> Result<(), FederationError> {
    let id = id.ok_or(FederationError::Refused("activity passed on has no id"))?;
    let found = value(context, Purpose::Note, &id).await?;
    let unreadable = |_| FederationError::Refused("activity is unreadable");
    let document = ActivityDoc::deserialize(&found.object).map_err(unreadable)?;
    let actor = document.actor.clone().filter(|actor| actor.origin() == found.url.origin());
    let actor = actor.ok_or(FederationError::Refused("activity is not on its actor's server"))?;
    if !matches!(document.kind.as_str(), "Like" | "EmojiReact" | "Undo") || document.id.as_ref() != Some(&found.url) {
        return Err(FederationError::Ignored("activity passed on is another one at its own address"));
    }
    let account = speaker(&actor, context).await?;
    let sender = Sender { uri: actor, account: Some(account), messenger: None, signed: None };
    let activity = Incoming::read(document, found.url.clone(), sender)?;
    activity.verify(context).await?;
    activity.receive(context).await
}
