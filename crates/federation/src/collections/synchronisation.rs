//! `/users/{name}/followers_synchronization`: the followers on the server that asks, for that server alone (FEP-8fcf).

use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use crate::Federation;
use crate::render::context;
use crate::serve::actors;
use crate::serve::answer::{Failure, activity, private, problem};
use crate::serve::viewer::signer;

/// `GET /users/{name}/followers_synchronization`, all on one page: it has to be whole.
pub(crate) async fn get(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let account = actors::find(&federation, &name).await?;
    if account.is_gone() {
        return Ok(problem(StatusCode::GONE, "account is gone"));
    }
    let (parts, _) = request.into_parts();
    let Some(signer) = signer(&federation, &parts).await? else {
        return Ok(problem(StatusCode::UNAUTHORIZED, "followers are told to their own servers only"));
    };
    let service = federation.shared().service();
    let followers = service.follows().followers_on(account.id, &signer.origin().ascii_serialization()).await?;
    let document = json!({
        "id": format!("{}/followers_synchronization", account.uri),
        "type": "OrderedCollection",
        "orderedItems": followers,
    });
    Ok(private(activity(context::plain(), document)))
}
