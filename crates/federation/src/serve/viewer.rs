//! Who is asking, for documents that not everybody may see (authorized fetch).

use http::request::Parts;
use staffroom_domain::Viewer;
use url::Url;

use super::answer::Failure;
use crate::Federation;
use crate::fetch::trigger::bounded;
use crate::gate::{check_fetch, verify_request};
use crate::http::host_of;
use crate::key_source::{RequestKeys, client_of};
use crate::signature::cavage::SIGNATURE;
use crate::signature::rfc9421::SIGNATURE_INPUT;

/// The account that signed the request; anonymous without a signature, or for signers we have never heard of.
///
/// A signature that is there must be right. Call it only where the answer depends on it: it may have to fetch a key.
pub(crate) async fn viewer(federation: &Federation, parts: &Parts) -> Result<Viewer, Failure> {
    let Some(owner) = signer(federation, parts).await? else { return Ok(Viewer::Anonymous) };
    let account = federation.shared().service().accounts().by_uri(owner.as_str()).await?;
    Ok(account.filter(|account| !account.is_gone()).map_or(Viewer::Anonymous, |account| Viewer::Account(account.id)))
}

/// The host of the key a request claims to be signed with, whether or not it is.
pub(crate) fn claimed_host(parts: &Parts) -> Option<String> {
    let names = [SIGNATURE, SIGNATURE_INPUT];
    let mut headers = names.into_iter().flat_map(|name| parts.headers.get_all(name)).filter_map(|v| v.to_str().ok());
    headers.find_map(|header| {
        let (_, rest) = header.split_once("keyId=\"").or_else(|| header.split_once("keyid=\""))?;
        Url::parse(rest.split('"').next()?).ok().map(|key| host_of(&key))
    })
}

/// Network id of who signed the request; `None` without a signature.
///
/// # Errors
/// A signature that is not right, or of somebody we do not listen to.
pub(crate) async fn signer(federation: &Federation, parts: &Parts) -> Result<Option<Url>, Failure> {
    if !parts.headers.contains_key(SIGNATURE) {
        return Ok(None);
    }
    let context = federation.context();
    let now = context.service().cx().now();
    let request = check_fetch(parts, context.gate(), now)?;
    let keys = RequestKeys { context: &context, client: client_of(parts) };
    let verified = bounded(verify_request(&request, &keys, context.key_fetches(), now)).await?;
    Ok(Some(verified.owner_uri))
}
