//! `POST /oauth/token` and `POST /oauth/revoke` (RFC 6749, RFC 7009).

use axum::Json;
use axum::http::{HeaderName, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};
use staffroom_domain::scope::Scopes;
use staffroom_service::auth::{ClientCredentials, Grant, OAuthError};

use crate::call::Call;
use crate::error::ApiResult;

/// A token as given out.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "named as clients know them")]
pub(crate) struct Token {
    access_token: String,
    token_type: &'static str,
    scope: String,
    created_at: i64,
}

type NoStore = [(HeaderName, HeaderValue); 1];

/// Exchanges a code, or an application's secret, for a token.
pub(crate) async fn create(call: Call) -> ApiResult<(NoStore, Json<Token>)> {
    let grant = grant(&call)?;
    let issued = call.service().auth().token(&call.cx, client(&call)?, grant).await?;
    let token = Token {
        access_token: issued.token,
        token_type: "Bearer",
        scope: issued.scopes.to_string(),
        created_at: issued.created_at_secs,
    };
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(token)))
}

/// Ends a token of the client. Unknown tokens are no error.
pub(crate) async fn revoke(call: Call) -> ApiResult<Json<Value>> {
    let token = call.params.text("token").unwrap_or_default();
    call.service().auth().revoke(&call.cx, client(&call)?, token).await?;
    Ok(Json(json!({})))
}

fn grant(call: &Call) -> Result<Grant, OAuthError> {
    let params = &call.params;
    let required = |name: &str| params.filled(name).map(ToOwned::to_owned).ok_or_else(|| missing(name));
    match params.filled("grant_type") {
        Some("authorization_code") => Ok(Grant::AuthorizationCode {
            code: required("code")?,
            redirect_uri: required("redirect_uri")?,
            code_verifier: params.filled("code_verifier").map(ToOwned::to_owned),
        }),
        Some("client_credentials") => {
            let asked = params.list("scope").join(" ");
            let scopes = Scopes::parse(if asked.is_empty() { "read" } else { &asked });
            if scopes.is_empty() { Err(OAuthError::InvalidScope) } else { Ok(Grant::ClientCredentials { scopes }) }
        }
        Some(_) => Err(OAuthError::UnsupportedGrantType),
        None => Err(missing("grant_type")),
    }
}

fn missing(name: &str) -> OAuthError {
    OAuthError::InvalidRequest(format!("missing required parameter: {name}"))
}

/// Who the application is: from the body, or from `Authorization: Basic` (RFC 6749 section 2.3.1).
fn client(call: &Call) -> Result<ClientCredentials, OAuthError> {
    let params = &call.params;
    if let Some(client_id) = params.filled("client_id") {
        let client_secret = params.filled("client_secret").map(ToOwned::to_owned);
        if client_secret.is_some() || basic(call).is_none() {
            return Ok(ClientCredentials { client_id: client_id.to_owned(), client_secret });
        }
    }
    basic(call).ok_or(OAuthError::InvalidClient)
}

fn basic(call: &Call) -> Option<ClientCredentials> {
    let value = call.parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(ClientCredentials { client_id: decoded(id), client_secret: Some(decoded(secret)) })
}

/// Both halves are form-encoded before they are put together.
fn decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned())
}
