//! Inboxes: what costs nothing first, then the signature, then one insert, then 202. Everything else is the workers'.

use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use staffroom_domain::Timestamp;
use staffroom_domain::account::Account;
use staffroom_service::inbox::{Accepted, NewInboxItem};
use tokio::time::timeout;
use url::Url;

use super::answer::{Failure, problem};
use super::forwarded::{Forwarded, forwarded};
use super::{actors, tags};
use crate::Federation;
use crate::activities::{as_relay, inbound_order};
use crate::fetch::trigger::bounded;
use crate::gate::{ActivityEnvelope, MAX_BODY_BYTES, Refused, check_envelope, verify_request};
use crate::http::host_of;
use crate::key_source::{RequestKeys, client_of};
use crate::state::Context;
use crate::synchronisation;

/// How long a body may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// `POST /inbox`.
pub(crate) async fn shared(State(federation): State<Federation>, request: Request) -> Result<Response, Failure> {
    receive(&federation, request, None).await
}

/// `POST /relay/inbox`: what stock servers take for a relay. They ask by following everybody, and push to us.
pub(crate) async fn relay(State(federation): State<Federation>, request: Request) -> Result<Response, Failure> {
    let ours = federation.shared().identity().instance_account_uri();
    receive(&federation, request, Some(&ours)).await
}

/// `POST /users/{name}/inbox`. 404 or 410 where nobody lives (any more).
pub(crate) async fn user(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let account: Account = actors::find(&federation, &name).await?;
    if account.is_gone() {
        return Ok(problem(StatusCode::GONE, "account is gone"));
    }
    receive(&federation, request, None).await
}

/// `POST /tags/{slug}/inbox`, which stock servers may take for a relay too.
pub(crate) async fn tag(
    State(federation): State<Federation>,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let account = tags::find(&federation, &slug).await?;
    receive(&federation, request, Some(&account.uri)).await
}

/// `relay` is the account that is meant by a follow of everybody sent here.
async fn receive(federation: &Federation, request: Request, relay: Option<&str>) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let body = match timeout(BODY_DEADLINE, Limited::new(body, MAX_BODY_BYTES).collect()).await {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Refused::BodyTooLarge.into()),
        Ok(Err(_)) => return Ok(problem(StatusCode::BAD_REQUEST, "body broke off")),
        Err(_) => return Ok(problem(StatusCode::REQUEST_TIMEOUT, "body came too slowly")),
    };
    let context = federation.context();
    bounded(Box::pin(accept(&context, &parts, body, relay))).await
}

async fn accept(context: &Context, parts: &Parts, body: Vec<u8>, relay: Option<&str>) -> Result<Response, Failure> {
    let service = context.service();
    let cx = service.cx();
    let request = check_envelope(parts, &body, context.gate(), cx.now())?;
    let activity = request.activity().ok_or(Refused::NotAnActivity("id, type and actor expected".into()))?.clone();
    let host = host_of(&activity.actor);
    if !service.domains().permits(&host) {
        return Err(Refused::Blocked.into());
    }
    if service.inbox().seen(activity.id.as_str(), request.signed_at()).await? {
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    let is_farewell = activity.is_farewell();
    if is_farewell && service.accounts().by_uri(activity.actor.as_str()).await?.is_none() {
        // account-deletion storms: nothing of theirs is here, so nothing is asked
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    context.budgets().check(service, &host, cx.now()).await?;
    let keys = RequestKeys { context, client: client_of(parts) };
    let mut item = NewInboxItem {
        uri: activity.id.to_string(),
        host,
        actor_uri: activity.actor.to_string(),
        order_key: order(&activity),
        body,
        signed_at: Timestamp::default(),
        ends_follow: None,
    };
    let mut is_first_hand = false;
    match verify_request(&request, &keys, context.key_fetches(), cx.now()).await {
        Ok(verified) => {
            is_first_hand = true;
            item.signed_at = request.signed_at();
            item.ends_follow = ends_follow(&activity);
            context.dialects().heard(&item.host, verified.dialect).await;
        }
        // the actor's own address answers 410: nobody can sign for it any more, and the farewell is true
        Err(Refused::KeyGone) if is_farewell => {}
        Err(refused @ (Refused::ForeignKey | Refused::WrongOwner | Refused::KeyNotFound)) => {
            match forwarded(&keys, &request, &activity, &item.body, refused).await? {
                Forwarded::Proven(None) => {}
                Forwarded::Proven(Some(messenger)) => {
                    if !service.domains().permits(&host_of(&messenger)) {
                        return Err(Refused::Blocked.into());
                    }
                    item.actor_uri = messenger.into();
                }
                Forwarded::By(messenger) => {
                    // not the activity itself: that may still come, from its actor
                    if !service.domains().permits(&host_of(&messenger)) {
                        return Err(Refused::Blocked.into());
                    }
                    item.uri = format!("{} by {messenger}", activity.id);
                    item.host = host_of(&messenger);
                    item.actor_uri = messenger.into();
                }
            }
        }
        Err(refused) => return Err(refused.into()),
    }
    let relay = relay.and_then(|uri| Url::parse(uri).ok());
    if let Some(body) = relay.and_then(|target| as_relay(&item.body, &target)) {
        item.body = body;
    }
    let host = item.host.clone();
    context.budgets().check(service, &host, cx.now()).await?;
    context.budgets().count(&host, cx.now());
    let accepted = service.inbox().accept(&cx, item).await?;
    if let Some(claim) = synchronisation::claim(parts).filter(|_| is_first_hand) {
        synchronisation::compare(context, &activity.actor, &claim).await?;
    }
    if let Err(error) = service.deliveries().host_seen(&cx, &host).await {
        // the activity is kept; only a pause in the other direction lasts longer
        tracing::warn!(%error, peer.host = %host, "a host that answers again was not noted");
    }
    if let Err(error) = service.exchange().heard_of(&cx, &host).await {
        // the next hour catches up all the same
        tracing::warn!(%error, peer.host = %host, "a peer that is back was not noted");
    }
    let outcome = if accepted == Accepted::New { "new" } else { "duplicate" };
    metrics::counter!("staffroom_inbox_accepted_total", "outcome" => outcome).increment(1);
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Id of the follow that its own server takes back in `activity`.
fn ends_follow(activity: &ActivityEnvelope) -> Option<String> {
    let follow = activity.object_uri.as_ref().filter(|follow| follow.origin() == activity.actor.origin())?;
    let is_undone = activity.kind == "Undo" && activity.object_kind.as_deref() == Some("Follow");
    is_undone.then(|| follow.to_string())
}

fn order(activity: &ActivityEnvelope) -> i64 {
    inbound_order(&activity.kind, &activity.actor, activity.object_uri.as_ref())
}
