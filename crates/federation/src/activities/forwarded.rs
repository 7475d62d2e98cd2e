//! Activities that came by somebody who is not their actor and without a proof: nothing in them is believed but that
//! something happened to an object, which is then looked up at its own address.

use serde_json::Value;
use url::Url;

use crate::error::FederationError;
use crate::fetch::value;
use crate::gate::ActivityEnvelope;
use crate::http::Purpose;
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

async fn is_gone(object: &Url, context: &Context) -> Result<bool, FederationError> {
    match value(context, Purpose::Note, object).await {
        Ok(found) => Ok(member(&found.object, "type") == Some("Tombstone")),
        Err(error) if error.is_absent() => Ok(true),
        Err(error) => Err(error),
    }
}
