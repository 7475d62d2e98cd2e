//! Registering client applications.

use axum::Json;
use axum::http::StatusCode;
use staffroom_domain::ids::AppId;
use staffroom_domain::scope::Scopes;
use staffroom_service::auth::{App, NewApp};

use crate::call::Call;
use crate::entities::{Application, CredentialApplication};
use crate::error::{ApiError, ApiResult};

/// The redirect URI of those who have none.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// `POST /api/v1/apps`. Redirect URIs come as one text, several lines, or a list; unknown scopes are left out.
pub(crate) async fn create(call: Call) -> ApiResult<Json<CredentialApplication>> {
    let params = &call.params;
    let name = params.filled("client_name").ok_or_else(|| ApiError::invalid("client_name", "can't be blank"))?;
    let redirect_uris: Vec<String> = params
        .list("redirect_uris")
        .iter()
        .flat_map(|text| text.split(['\n', '\r']))
        .map(|uri| uri.trim().to_owned())
        .filter(|uri| !uri.is_empty())
        .collect();
    if redirect_uris.is_empty() {
        return Err(ApiError::invalid("redirect_uris", "can't be blank"));
    }
    let asked = params.list("scopes").join(" ");
    let scopes = Scopes::parse(if asked.is_empty() { "read" } else { &asked });
    if scopes.is_empty() {
        return Err(ApiError::invalid("scopes", "names no scope known here"));
    }
    let website = params.filled("website").map(ToOwned::to_owned);
    let new = NewApp { name: name.to_owned(), website, redirect_uris, scopes };
    let (app, secret) = call.service().auth().register_app(&call.cx, new).await?;
    let vapid_key = call.service().push().server_key().await?;
    Ok(Json(CredentialApplication::new(&app, vapid_key, secret)))
}

/// `GET /api/v1/apps/verify_credentials`. A token made on the command line was given to no application: it stands for
/// itself.
pub(crate) async fn verify_credentials(call: Call) -> ApiResult<Json<Application>> {
    let bearer = call.bearer.as_deref().ok_or_else(|| ApiError::new(StatusCode::UNAUTHORIZED, "No access token"))?;
    let itself = || App {
        id: AppId(bearer.token_id.0),
        client_id: String::new(),
        name: "Personal access token".to_owned(),
        website: None,
        redirect_uris: vec![OUT_OF_BAND.to_owned()],
        scopes: bearer.scopes.clone(),
    };
    let vapid_key = call.service().push().server_key().await?;
    Ok(Json(Application::new(&bearer.app.clone().unwrap_or_else(itself), vapid_key)))
}
