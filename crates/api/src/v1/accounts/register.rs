//! Making an account through an app, where the instance lets people.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use staffroom_service::ServiceError;
use staffroom_service::accounts::Registration;

use crate::call::Call;
use crate::dispatch::client_address;
use crate::error::{ApiError, ApiResult};

/// `POST /api/v1/accounts`: answers with a token, which opens nothing before the account may be used.
pub(crate) async fn create(call: Call) -> ApiResult<Response> {
    let app = call.bearer.as_deref().filter(|bearer| bearer.person.is_none());
    let app = app.and_then(|bearer| Some((bearer.app.as_ref()?.id, bearer.scopes.clone())));
    let stranger = || ApiError::new(StatusCode::FORBIDDEN, "This method requires client credentials authentication");
    let app = app.ok_or_else(stranger)?;
    let params = &call.params;
    let text = |name: &str| params.text(name).unwrap_or_default().trim().to_owned();
    let asked = Registration {
        username: text("username"),
        email: text("email"),
        // a space may belong to it
        password: params.text("password").unwrap_or_default().to_owned(),
        agreement: params.flag("agreement")?,
        locale: text("locale"),
        app,
        client: client_address(&call.parts),
    };
    match call.service().accounts().register(&call.cx, asked).await {
        Ok((_, issued)) => Ok(Json(json!({
            "access_token": issued.token,
            "token_type": "Bearer",
            "scope": issued.scopes.to_string(),
            "created_at": issued.created_at_secs,
        }))
        .into_response()),
        Err(ServiceError::Invalid { field, why }) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(refusal(field, &why))).into_response())
        }
        // somebody else was quicker
        Err(ServiceError::Conflict(_)) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(refusal("username", "has already been taken"))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong, in the form apps show beside the field.
fn refusal(field: &str, why: &str) -> Value {
    let code = match why {
        why if why.contains("taken") => "ERR_TAKEN",
        why if why.contains("reserved") => "ERR_RESERVED",
        why if why.contains("not allowed") => "ERR_BLOCKED",
        why if why.contains("accepted") => "ERR_ACCEPTED",
        why if why.contains("blank") => "ERR_BLANK",
        _ => "ERR_INVALID",
    };
    let mut details = serde_json::Map::new();
    details.insert(field.to_owned(), json!([{ "error": code, "description": why }]));
    json!({ "error": format!("Validation failed: {field} {why}"), "details": details })
}
