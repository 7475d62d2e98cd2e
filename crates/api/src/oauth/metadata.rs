//! `GET /.well-known/oauth-authorization-server` (RFC 8414): where to register, sign in and get tokens.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::scope::Scopes;

use crate::call::Call;
use crate::error::ApiResult;

/// What the authorization server can do.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let identity = &call.service().settings().identity;
    let base = &identity.public_url;
    Ok(Json(json!({
        "issuer": identity.issuer(),
        "service_documentation": "https://docs.joinmastodon.org/",
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "userinfo_endpoint": format!("{base}/oauth/userinfo"),
        "app_registration_endpoint": format!("{base}/api/v1/apps"),
        "scopes_supported": Scopes::all().collect::<Vec<_>>(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    })))
}
