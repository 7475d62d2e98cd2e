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

/// What is to become of it.
pub(super) enum Forwarded {
    /// As good as from its actor.
    Proven,
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
    let document: Value = serde_json::from_slice(body).map_err(|_| Refused::NotAnActivity("json object expected"))?;
    if let Ok(Some(proof)) = proof::read(&document) {
        let now = service.cx().now();
        match verify_proof(&proof, &activity.actor, keys, context.key_fetches(), now).await {
            Ok(()) => return Ok(Forwarded::Proven),
            Err(Refused::Blocked) => return Err(Refused::Blocked.into()),
            Err(error) => tracing::debug!(activity.id = %activity.id, %error, "proof does not hold"),
        }
    }
    let Some(messenger) = verify_messenger(request, keys).await? else { return Err(refused.into()) };
    let account = service.accounts().by_uri(messenger.owner_uri.as_str()).await?.filter(|account| !account.is_gone());
    let Some(account) = account else { return Err(refused.into()) };
    let is_listened_to = is_followed(&account, context).await.map_err(|_| Refused::KeyUnavailable)?;
    if is_listened_to && may_be_confirmed(activity) {
        Ok(Forwarded::By(messenger.owner_uri))
    } else {
        Err(refused.into())
    }
}
