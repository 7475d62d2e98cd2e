//! Who is asking, for documents that not everybody may see (authorized fetch).

use http::request::Parts;
use staffroom_domain::Viewer;

use super::answer::Failure;
use crate::Federation;
use crate::gate::{check_fetch, verify_request};
use crate::key_source::RequestKeys;
use crate::signature::cavage::SIGNATURE;

/// The account that signed the request; anonymous without a signature, or for signers we have never heard of.
///
/// A signature that is there must be right. Call it only where the answer depends on it: it may have to fetch a key.
pub(crate) async fn viewer(federation: &Federation, parts: &Parts) -> Result<Viewer, Failure> {
    if !parts.headers.contains_key(SIGNATURE) {
        return Ok(Viewer::Anonymous);
    }
    let context = federation.context();
    let (service, now) = (context.service(), context.service().cx().now());
    let request = check_fetch(parts, context.gate(), now)?;
    let keys = RequestKeys { context: &context };
    let verified = verify_request(&request, &keys, context.key_fetches(), now).await?;
    let account = service.accounts().by_uri(verified.owner_uri.as_str()).await?;
    Ok(account.filter(|account| !account.is_gone()).map_or(Viewer::Anonymous, |account| Viewer::Account(account.id)))
}
