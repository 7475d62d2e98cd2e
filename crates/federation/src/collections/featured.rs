//! `/users/{name}/collections/featured`: the statuses somebody pinned.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::{PageRequest, Viewer};
use staffroom_service::timelines::AccountFilter;

use super::PAGE_SIZE;
use crate::Federation;
use crate::render::{actor, context, note};
use crate::serve::actors;
use crate::serve::answer::{Failure, activity};

/// `GET /users/{name}/collections/featured`, all on one page: nobody pins more than that.
pub(crate) async fn get(State(federation): State<Federation>, Path(name): Path<String>) -> Result<Response, Failure> {
    let account = actors::find(&federation, &name).await?;
    let service = federation.shared().service();
    let filter = AccountFilter { pinned: true, ..AccountFilter::default() };
    let pinned =
        service.timelines().account(Viewer::Anonymous, account.id, filter, PageRequest::newest(PAGE_SIZE)).await?;
    let (identity, now) = (&service.settings().identity, service.cx().now());
    let items: Vec<Value> = pinned.items.iter().map(|view| note::note(identity, view, &[], now)).collect();
    let document = json!({
        "id": actor::featured(&account),
        "type": "OrderedCollection",
        "totalItems": items.len(),
        "orderedItems": items,
    });
    Ok(activity(context::note(), document))
}
