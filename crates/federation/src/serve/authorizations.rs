//! `/users/{name}/quote_authorizations/{id}` and `/users/{name}/authorizations/{id}`: the leave somebody here gave to a
//! quote, or to a favourite, answer or boost, for whoever checks it; `/users/{name}/feature_authorizations/{id}`: to be in
//! a collection.

use axum::extract::{Path, State};
use axum::response::Response;
use staffroom_domain::ids::AuthorizationId;
use staffroom_service::ServiceError;

use super::actors::find;
use super::answer::{Failure, activity};
use crate::Federation;
use crate::render::activity::{authorization, feature_authorization};
use crate::render::context;

/// `GET` of an authorization; 404 once it was taken back.
pub(crate) async fn get(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let missing = || ServiceError::NotFound("authorization");
    let account = find(&federation, &name).await?;
    let id = AuthorizationId::parse(&id).ok_or_else(missing)?;
    let service = federation.shared().service();
    let (given, status, author) = service.statuses().authorization(id).await?;
    if author.id != account.id {
        return Err(missing().into());
    }
    let uri = service.settings().identity.authorization_uri(&author.username, given.what, given.id);
    let document = authorization(&author, given.what, &uri, &status.uri, &given.interacting_uri);
    Ok(activity(context::interactions(), document))
}

/// `GET /users/{name}/feature_authorizations/{id}`; 404 once it does not stand any more.
pub(crate) async fn feature(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let missing = || ServiceError::NotFound("authorization");
    let account = find(&federation, &name).await?;
    let id = AuthorizationId::parse(&id).ok_or_else(missing)?;
    let service = federation.shared().service();
    let (given, author) = service.accounts().feature_authorization(id).await?;
    if author.id != account.id {
        return Err(missing().into());
    }
    let uri = service.settings().identity.feature_authorization_uri(&author.username, given.id);
    Ok(activity(context::features(), feature_authorization(&author, &uri, &given.collection_uri)))
}
