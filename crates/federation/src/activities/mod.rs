//! What a received activity means: who may say it (`verify`) and which use case it calls (`receive`).
//!
//! Signatures were checked by the gate before an activity was stored; here only its content is judged, by FEP-fe34's
//! rule: whoever speaks, speaks for what lies on their own server, and embedded objects of others are never believed.
//! Nothing in here knows SQL or HTTP headers. Start with [`InboxHandler`].

mod announce;
mod answer;
mod block;
mod create;
mod delete;
mod feature;
mod feature_request;
mod flag;
mod follow;
mod forwarded;
mod incoming;
mod like;
mod passed_on;
mod relocation;
mod request;
mod undo;
mod update;
mod vote;

#[cfg(test)]
mod tests;

use activitypub_federation::config::FederationConfig;
use activitypub_federation::traits::{Activity as _, Object as _};
use async_trait::async_trait;
use url::Url;

pub(crate) use announce::is_followed;
pub(crate) use follow::as_relay;
pub(crate) use forwarded::may_be_confirmed;
pub use incoming::inbound_order;

use crate::error::FederationError;
use crate::fetch::trigger::bounded;
use crate::http::host_of;
use crate::objects::Actor;
use crate::state::{Context, Shared};
use crate::vocab::activity::ActivityDoc;
use incoming::{Incoming, Sender};

/// What became of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It took effect, or had done so before.
    Done,
    /// It does not concern us: why, for the log.
    Ignored(&'static str),
}

/// Why an activity was not worked off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// Something outside did not work; worth another try later.
    #[error("{0}")]
    Temporary(String),
    /// The activity itself is wrong; trying again changes nothing.
    #[error("{0}")]
    Permanent(String),
}

impl From<FederationError> for HandleError {
    fn from(error: FederationError) -> Self {
        if error.is_temporary() { Self::Temporary(error.to_string()) } else { Self::Permanent(error.to_string()) }
    }
}

/// Works off stored activities; the inbox workers call it. Handling one twice has the effect of once.
#[async_trait]
pub trait ActivityHandler: Send + Sync + 'static {
    /// Works off `body`, which the gate accepted as signed by `actor_uri`; an activity of somebody else is looked up.
    async fn handle(&self, actor_uri: &str, body: &[u8]) -> Result<Handled, HandleError>;
}

/// The handler for all activities we know.
#[derive(Clone)]
pub struct InboxHandler {
    config: FederationConfig<Shared>,
}

impl InboxHandler {
    /// A handler on top of the library's configuration.
    pub fn new(config: FederationConfig<Shared>) -> Self {
        Self { config }
    }
}

#[async_trait]
impl ActivityHandler for InboxHandler {
    async fn handle(&self, actor_uri: &str, body: &[u8]) -> Result<Handled, HandleError> {
        let context = self.config.to_request_data();
        match bounded(Box::pin(work_off(&context, actor_uri, body))).await {
            Ok(()) => Ok(Handled::Done),
            Err(FederationError::Ignored(why)) => Ok(Handled::Ignored(why)),
            Err(error) => Err(error.into()),
        }
    }
}

async fn work_off(context: &Context, actor_uri: &str, body: &[u8]) -> Result<(), FederationError> {
    let document: ActivityDoc =
        serde_json::from_slice(body).map_err(|_| FederationError::Refused("activity is unreadable"))?;
    let (Some(id), Some(actor)) = (document.id.clone(), document.actor.clone()) else {
        return Err(FederationError::Refused("activity has no id or no actor"));
    };
    if id.origin() != actor.origin() {
        return Err(FederationError::Refused("activity is not on its actor's server"));
    }
    let domains = context.service().domains();
    let sent_from = Url::parse(actor_uri).map(|signer| host_of(&signer)).unwrap_or_default();
    if !domains.permits(&host_of(&actor)) || !domains.permits(&sent_from) {
        return Err(FederationError::Ignored("nothing is taken from this domain"));
    }
    if document.kind == "Flag" && domains.limits(&host_of(&actor)).reject_reports {
        return Err(FederationError::Ignored("reports of this domain are not read"));
    }
    let messenger = Url::parse(actor_uri).ok().filter(|messenger| *messenger != actor);
    let document = if messenger.is_none() || forwarded::is_proven(body, &actor, context).await {
        document
    } else {
        forwarded::confirm(document, &actor, context).await?
    };
    let signed = forwarded::signed(body, &document);
    let sender = Sender { account: sender(context, &actor, &document).await?, uri: actor, messenger, signed };
    if undo::can_be_undone(&document.kind)
        && context.service().inbox().is_withdrawn(id.as_str(), sender.uri.as_str()).await?
    {
        return Err(FederationError::Ignored("it was taken back before it came"));
    }
    let activity = Incoming::read(document, id, sender)?;
    activity.verify(context).await?;
    activity.receive(context).await
}

/// The account that speaks; stored now if the gate has just met it. `None` only where an unknown account says it is
/// gone.
async fn sender(
    context: &Context,
    actor: &Url,
    document: &ActivityDoc,
) -> Result<Option<staffroom_domain::Account>, FederationError> {
    if document.kind == "Delete" && document.object_id().as_ref() == Some(actor) {
        return Ok(context.service().accounts().by_uri(actor.as_str()).await?);
    }
    let account = match context.keys().take_fetched(actor).await {
        Some(fetched) => {
            Actor::verify(&fetched, actor, context).await?;
            Actor::store((*fetched).clone(), context).await?.account
        }
        None => Actor::known_or_fetched(actor, context).await?.account,
    };
    let is_restored =
        account.suspended_by_origin && document.kind == "Update" && document.object_id().as_ref() == Some(actor);
    if account.is_gone() && !is_restored {
        return Err(FederationError::Ignored("sender is suspended or deleted"));
    }
    Ok(Some(account))
}
