//! Activities that somebody other than their actor sends on: relays, and servers that pass replies to followers.
//!
//! What the messenger says is never believed. A proof by the actor stands for the actor's own signature; without one,
//! those we listen to may make us look for ourselves, see [`crate::activities`].

use serde_json::Value;
use url::Url;

use super::answer::Failure;
use crate::activities::{is_followed, may_be_confirmed};
use crate::gate::{ActivityEnvelope, Refused, SignedRequest, verify_messenger, verify_proof};
use crate::key_source::RequestKeys;
use crate::proof;
use crate::state::Context;

/// What is to become of it.
pub(super) enum Forwarded {
    /// As good as from its actor. Who passed it on, if that is a hub or relay we listen to.
    Proven(Option<Url>),
    /// To be looked up, because this account, which somebody here follows, pointed at it.
    By(Url),
}

/// Judges an activity whose signer is not its actor; `refused` is the answer if nothing speaks for it.
pub(super) async fn forwarded(
    keys: &RequestKeys<'_>,
    request: &SignedRequest,
    activity: &ActivityEnvelope,
    body: &[u8],
    refused: Refused,
) -> Result<Forwarded, Failure> {
    let context = keys.context;
    let service = context.service();
    let not_json = |error: serde_json::Error| Refused::NotAnActivity(error.to_string().into());
    let document: Value = serde_json::from_slice(body).map_err(not_json)?;
    if let Ok(Some(proof)) = proof::read(&document) {
        let now = service.cx().now();
        match verify_proof(&proof, &activity.actor, keys, context.key_fetches(), now).await {
            Ok(()) => return Ok(Forwarded::Proven(listened_to(context, request, keys).await?)),
            Err(Refused::Blocked) => return Err(Refused::Blocked.into()),
            Err(error) => tracing::debug!(activity.id = %activity.id, %error, "proof does not hold"),
        }
    }
    match listened_to(context, request, keys).await? {
        Some(messenger) if may_be_confirmed(activity) => Ok(Forwarded::By(messenger)),
        _ => Err(refused.into()),
    }
}

/// Who signed the request, if somebody here follows that account or we listen to it as a relay.
async fn listened_to(
    context: &Context,
    request: &SignedRequest,
    keys: &RequestKeys<'_>,
) -> Result<Option<Url>, Failure> {
    let service = context.service();
    let Some(messenger) = verify_messenger(request, keys).await? else { return Ok(None) };
    let account = service.accounts().by_uri(messenger.owner_uri.as_str()).await?.filter(|account| !account.is_gone());
    let Some(account) = account else { return Ok(None) };
    let is_listened_to = is_followed(&account, context).await.map_err(|_| Refused::KeyUnavailable)?
        || service.exchange().is_relay(&account.uri).await?;
    Ok(is_listened_to.then_some(messenger.owner_uri))
}
