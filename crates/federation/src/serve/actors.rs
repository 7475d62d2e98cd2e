//! `/users/{name}`, `/@{name}` and `/actor`: the documents of local accounts.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use staffroom_domain::account::Account;
use staffroom_service::ServiceError;

use super::answer::{Failure, activity, problem, see};
use super::negotiate::wants_activity;
use crate::Federation;
use crate::render::{actor, context};

/// `GET /users/{name}` and `GET /@{name}`: the actor; people are sent to the page.
pub(crate) async fn user(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let account = find(&federation, &name).await?;
    if account.deleted_at.is_some() {
        return Ok(problem(StatusCode::GONE, "account is gone"));
    }
    if wants_activity(&headers) {
        return document(&federation, &account).await;
    }
    if account.is_gone() {
        return Ok(problem(StatusCode::FORBIDDEN, "account is suspended"));
    }
    Ok(see(&account.url))
}

/// `GET /actor`: the instance account. Never asks for a signature: others need it to check ours.
pub(crate) async fn instance(State(federation): State<Federation>) -> Result<Response, Failure> {
    let service = federation.shared().service();
    let uri = service.settings().identity.instance_account_uri();
    let account = service.accounts().by_uri(&uri).await?.ok_or(ServiceError::NotFound("account"))?;
    document(&federation, &account).await
}

/// The actor document as an answer.
pub(crate) async fn document(federation: &Federation, account: &Account) -> Result<Response, Failure> {
    let service = federation.shared().service();
    let keys = service.accounts().public_keys(account.id).await?;
    Ok(activity(context::actor(), actor::actor(&service.settings().identity, account, &keys)))
}

/// The local account below `/users/`, gone ones included; tag accounts and the instance's own live elsewhere.
pub(crate) async fn find(federation: &Federation, name: &str) -> Result<Account, ServiceError> {
    federation.shared().service().accounts().resident(name).await
}
