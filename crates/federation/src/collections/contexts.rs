//! `/contexts/{id}`: a whole conversation that began here, as far as everybody may see it (FEP-7888).

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::PageRequest;
use staffroom_domain::ids::StatusId;
use staffroom_service::ServiceError;

use super::{PAGE_SIZE, Paging, page};
use crate::Federation;
use crate::render::context;
use crate::serve::answer::{Failure, activity};

/// `GET /contexts/{id}`: who it belongs to; its pages hold ids, newest first.
pub(crate) async fn get(
    State(federation): State<Federation>,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let id = StatusId::parse(&id).ok_or(ServiceError::NotFound("conversation"))?;
    let service = federation.shared().service();
    let uri = service.settings().identity.context_uri(id);
    let request = paging.request();
    let wanted = request.unwrap_or(PageRequest::newest(PAGE_SIZE));
    let (owner, found) = service.statuses().conversation(id, wanted).await?;
    if request.is_some() {
        return Ok(page(&uri, &wanted, context::plain(), &found.map(|uri| -> Value { json!(uri) })));
    }
    let document = json!({
        "id": uri,
        "type": "OrderedCollection",
        "attributedTo": owner,
        "first": format!("{uri}?page=true"),
    });
    Ok(activity(context::plain(), document))
}
