//! Activities that came by somebody who is not their actor and without a proof: nothing in them is believed but that
//! something happened to an object, which is then looked up at its own address.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;
use staffroom_service::ports::Rendered;
use url::Url;

use crate::error::FederationError;
use crate::fetch::value;
use crate::gate::{ActivityEnvelope, verify_proof};
use crate::http::Purpose;
use crate::key_source::RequestKeys;
use crate::order_key::order_key;
use crate::proof;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;
use crate::vocab::lenient::member;

/// Whether looking at the object's own address tells if the activity is true.
pub(crate) fn may_be_confirmed(activity: &ActivityEnvelope) -> bool {
    let is_known = matches!(activity.kind.as_str(), "Create" | "Update" | "Delete");
    is_known && activity.object_uri.as_ref().is_some_and(|object| object.origin() == activity.actor.origin())
}

/// The activity with its object by reference only, so that the object is fetched. A deletion is confirmed here: the
/// object must be gone.
pub(super) async fn confirm(
    document: ActivityDoc,
    actor: &Url,
    context: &Context,
) -> Result<ActivityDoc, FederationError> {
    let object = document.object_id().filter(|object| object.origin() == actor.origin());
    let object = object.ok_or(FederationError::Refused("object is on another server than its actor"))?;
    if document.kind == "Delete" && !is_gone(&object, context).await? {
        return Err(FederationError::Ignored("object is said to be deleted and is still there"));
    }
    Ok(ActivityDoc { object: Value::String(object.into()), ..document })
}

/// Whether an activity carries a proof by its actor: then who passed it on does not matter.
pub(super) async fn is_proven(body: &[u8], actor: &Url, context: &Context) -> bool {
    match serde_json::from_slice::<Value>(body) {
        Ok(document) => is_proof_by(&document, actor, context).await,
        Err(_) => false,
    }
}

/// Whether `document` carries a proof by `actor`.
pub(super) async fn is_proof_by(document: &Value, actor: &Url, context: &Context) -> bool {
    let Ok(Some(proof)) = proof::read(document) else { return false };
    let now = context.service().cx().now();
    verify_proof(&proof, actor, &RequestKeys { context, client: None }, context.key_fetches(), now).await.is_ok()
}

/// What a hub can pass on unchanged: an activity about one status with a proof in it (whoever gets it checks that).
pub(super) fn signed(body: &[u8], document: &ActivityDoc) -> Option<Rendered> {
    let kind = ["Create", "Update", "Delete"].into_iter().find(|kind| *kind == document.kind)?;
    let value = serde_json::from_slice::<Value>(body).ok()?;
    proof::read(&value).ok().flatten()?;
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, body).as_ref());
    Some(Rendered {
        uri: document.id.as_ref()?.to_string(),
        kind,
        order_key: order_key(document.object_id()?.as_str()),
        body: body.to_vec(),
        digest: sha256,
    })
}

async fn is_gone(object: &Url, context: &Context) -> Result<bool, FederationError> {
    match value(context, Purpose::Note, object).await {
        Ok(found) => Ok(member(&found.object, "type") == Some("Tombstone")),
        Err(error) if error.is_absent() => Ok(true),
        Err(error) => Err(error),
    }
}
