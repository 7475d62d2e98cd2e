//! What somebody on another server has pinned to their profile.

use serde::Deserialize as _;
use serde_json::Value;
use staffroom_domain::ids::AccountId;

use crate::error::FederationError;
use crate::fetch;
use crate::http::Purpose;
use crate::objects::Note;
use crate::state::Context;
use crate::vocab::lenient::{id_of, items, parse_url};
use crate::vocab::note::NoteDoc;

/// Most items read of the collection.
const MAX_ITEMS: usize = 20;

/// Takes in the collection of an account: all of it, on one page. Items are believed from where the collection is, as
/// far as they are the account's own and for everybody; what is named by id is fetched. One that cannot be had is left
/// out.
pub(super) async fn fetch(context: &Context, id: AccountId) -> Result<(), FederationError> {
    let service = context.service();
    let account = service.accounts().get(id).await?;
    let featured = account.endpoints.featured.as_deref().and_then(parse_url);
    let featured = featured.ok_or(FederationError::Ignored("account pins nothing"))?;
    let found = fetch::value(context, Purpose::Featured, &featured).await?;
    let listed = ["orderedItems", "items"].into_iter().find_map(|name| found.object.get(name)).map(items);
    let mut pinned = Vec::new();
    for item in listed.unwrap_or_default().iter().take(MAX_ITEMS) {
        match Box::pin(taken_in(context, &account.uri, item)).await {
            Ok(uri) => pinned.push(uri),
            Err(error) => tracing::debug!(account.uri = %account.uri, %error, "a pinned status was left out"),
        }
    }
    Ok(service.statuses().all_pinned_elsewhere(&service.cx(), id, &pinned).await?)
}

/// Stores one item and returns its network id.
async fn taken_in(context: &Context, author: &str, item: &Value) -> Result<String, FederationError> {
    use activitypub_federation::traits::Object as _;
    let uri = id_of(item).ok_or(FederationError::Refused("item has no id"))?;
    let Value::Object(_) = item else {
        return Ok(Note::known_or_fetched(&uri, context).await?.status.uri);
    };
    let note = NoteDoc::deserialize(item).map_err(|_| FederationError::Refused("item is unreadable"))?;
    let author = parse_url(author).ok_or(FederationError::Refused("account has no usable id"))?;
    if note.attributed_to.as_ref() != Some(&author) {
        return Err(FederationError::Refused("item is somebody else's"));
    }
    Note::verify(&note, &author, context).await?;
    Ok(Note::from_json(note, context).await?.status.uri)
}
