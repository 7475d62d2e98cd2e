//! Asking other servers for documents: what everything that fetches goes through, between its callers and the client.
//!
//! One trigger (a received activity, a request, a look-up) causes at most [`trigger::MAX_FETCHES`] requests; of all who
//! want one document at a time one asks; what could not be had is not asked for again for a while; and new hosts of
//! one registrable domain are met slowly. A document is believed only if it was found at its own id.

mod budget;
mod memory;
mod rates;
pub(crate) mod trigger;

use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;
use staffroom_domain::card::PageInfo;
use staffroom_service::media::{HEAD_BYTES, can_be_shown};
use url::Url;

pub(crate) use memory::Memory;

use crate::error::FederationError;
use crate::http::{HttpError, Purpose, host_of};
use crate::state::Context;
use crate::vocab::lenient::{id_of, parse_url};

/// A document, found at its own id.
#[derive(Clone, Debug)]
pub(crate) struct Found<T> {
    /// Its id, which is where it was found.
    pub(crate) url: Url,
    /// The document.
    pub(crate) object: T,
}

/// Fetches an ActivityStreams document and reads it as `T`, see [`value`].
///
/// # Errors
/// As [`value`]; [`FederationError::Refused`] for a document of another shape.
pub(crate) async fn document<T: DeserializeOwned>(
    context: &Context,
    purpose: Purpose,
    url: &Url,
) -> Result<Found<T>, FederationError> {
    let found = value(context, purpose, url).await?;
    let object = T::deserialize(&found.object).map_err(|_| FederationError::Refused("document is unreadable"))?;
    Ok(Found { url: found.url.clone(), object })
}

/// Fetches the ActivityStreams document at `url`, signed by the instance account.
///
/// The `id` of a document is the address it was found at, after a redirect; where it names another address on the same
/// server, that is asked once and must answer with itself.
///
/// # Errors
/// The network's, and [`FederationError::Refused`] for documents that are not where they say, our own, or too much
/// for one trigger or domain.
pub(crate) async fn value(
    context: &Context,
    purpose: Purpose,
    url: &Url,
) -> Result<Arc<Found<Value>>, FederationError> {
    let mut url = url.clone();
    url.set_fragment(None);
    context.client().check(&url)?;
    let known = context.memory().get(purpose, &url, || Box::pin(at_its_id(context, purpose, &url)));
    known.await.map_err(FederationError::Shared)
}

/// A small document of a server about itself or its handles (WebFinger, NodeInfo).
///
/// # Errors
/// As [`value`].
pub(crate) async fn descriptor(
    context: &Context,
    purpose: Purpose,
    url: &Url,
) -> Result<Arc<Found<Value>>, FederationError> {
    context.client().check(url)?;
    let ask = || async { once(context, purpose, url).await };
    context.memory().get(purpose, url, || Box::pin(ask())).await.map_err(FederationError::Shared)
}

/// What the page at `url` says about itself; `None` for what is no page.
///
/// # Errors
/// The network's, and [`FederationError::Refused`] for too much for one trigger or domain.
pub(crate) async fn page(context: &Context, url: &str) -> Result<Option<PageInfo>, FederationError> {
    let Some(url) = parse_url(url) else { return Ok(None) };
    context.client().check(&url)?;
    trigger::spend()?;
    context.memory().meet(context.service(), &host_of(&url)).await?;
    let fetched = context.client().get(Purpose::Page, &url, None).await?;
    Ok(crate::http::page_info(&fetched))
}

/// The text of the rule pack at `url`, unsigned: who made it is told by its seal.
///
/// # Errors
/// The network's, and [`FederationError::Refused`] for what is no address or no text, and for too much for one trigger or
/// domain.
pub(crate) async fn rule_pack(context: &Context, url: &str) -> Result<String, FederationError> {
    let url = parse_url(url)
        .ok_or(FederationError::Refused("address of a rule pack is not an https url with a host name"))?;
    context.client().check(&url)?;
    trigger::spend()?;
    context.memory().meet(context.service(), &host_of(&url)).await?;
    let fetched = context.client().get(Purpose::RulePack, &url, None).await?;
    String::from_utf8(fetched.body).map_err(|_| FederationError::Refused("rule pack is not text"))
}

/// Fetches the file at `url` into the new file `into`, at most `limit_bytes` of it. What is no picture, film or sound is
/// not read to its end.
///
/// # Errors
/// The network's, and [`FederationError::Refused`] for too much for one trigger or domain.
pub(crate) async fn file(context: &Context, url: &str, into: &Path, limit_bytes: u64) -> Result<(), FederationError> {
    let url = parse_url(url).ok_or(FederationError::Refused("address of a file is not a url"))?;
    context.client().check(&url)?;
    trigger::spend()?;
    context.memory().meet(context.service(), &host_of(&url)).await?;
    let mut file = tokio::fs::File::create_new(into).await.map_err(HttpError::Sink)?;
    let client = context.client();
    client.download(Purpose::Media, &url, &mut file, limit_bytes, HEAD_BYTES, can_be_shown).await?;
    Ok(file.sync_all().await.map_err(HttpError::Sink)?)
}

async fn at_its_id(context: &Context, purpose: Purpose, url: &Url) -> Result<Found<Value>, FederationError> {
    let found = once(context, purpose, url).await?;
    let id = id_in(&found.object).ok_or(FederationError::Refused("document has no usable id"))?;
    if id == found.url {
        return Ok(found);
    }
    if id.origin() != found.url.origin() {
        return Err(FederationError::Refused("document is not from where it says"));
    }
    let found = once(context, purpose, &id).await?;
    if id_in(&found.object).as_ref() == Some(&id) && found.url == id {
        Ok(found)
    } else {
        Err(FederationError::Refused("document is not where it says"))
    }
}

/// One request (and at most one redirect), counted against trigger and domain.
async fn once(context: &Context, purpose: Purpose, url: &Url) -> Result<Found<Value>, FederationError> {
    if context.identity().is_local_uri(url.as_str()) {
        return Err(FederationError::Refused("our own documents are not fetched"));
    }
    trigger::spend()?;
    if let Some(thread) = trigger::thread() {
        context.memory().spend_for_thread(&thread, &host_of(url), context.service().cx().now())?;
    }
    context.memory().meet(context.service(), &host_of(url)).await?;
    let key = purpose.is_activity().then(|| context.fetch_key());
    let fetched = context.client().get_json(purpose, url, key).await?;
    if host_of(&fetched.url) != host_of(url) {
        context.memory().meet(context.service(), &host_of(&fetched.url)).await?;
    }
    Ok(Found { url: fetched.url, object: fetched.body })
}

/// The id of a document; none with a fragment, which no server could be asked for.
fn id_in(document: &Value) -> Option<Url> {
    id_of(document).filter(|id| id.fragment().is_none())
}
