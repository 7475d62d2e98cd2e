//! `/users/{name}/quote_authorizations/{id}`: the leave somebody here gave to a quote, for whoever checks it.

use axum::extract::{Path, State};
use axum::response::Response;
use staffroom_domain::ids::QuoteAuthorizationId;
use staffroom_service::ServiceError;

use super::actors::find;
use super::answer::{Failure, activity};
use crate::Federation;
use crate::render::activity::quote_authorization;
use crate::render::context;

/// `GET /users/{name}/quote_authorizations/{id}`; 404 once it was taken back.
pub(crate) async fn get(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let missing = || ServiceError::NotFound("quote authorization");
    let account = find(&federation, &name).await?;
    let id = QuoteAuthorizationId::parse(&id).ok_or_else(missing)?;
    let service = federation.shared().service();
    let (given, quoted, author) = service.statuses().quote_authorization(id).await?;
    if author.id != account.id {
        return Err(missing().into());
    }
    let uri = service.settings().identity.quote_authorization_uri(&author.username, given.id);
    Ok(activity(context::quotes(), quote_authorization(&author, &uri, &quoted.uri, &given.quoting_uri)))
}
