//! Sending the browser back to the app, to exactly the address it registered.

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use staffroom_service::auth::AuthorizeRequest;

use crate::error::WebError;
use crate::params::encode;

/// The redirect URI of apps that cannot be redirected to: the code is shown instead.
pub(crate) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Back to the app with a code, the app's `state`, and who we are (RFC 9207).
pub(crate) fn with_code(request: &AuthorizeRequest, code: &str, issuer: &str) -> Result<Response, WebError> {
    if request.redirect_uri == OUT_OF_BAND {
        let page = format!("/oauth/authorize/native?{}", encode([("code", code)]));
        return Ok(Redirect::to(&page).into_response());
    }
    back(request, ("code", code), issuer)
}

/// Back to the app with one of RFC 6749's error words.
pub(crate) fn with_error(request: &AuthorizeRequest, error: &str, issuer: &str) -> Result<Response, WebError> {
    if request.redirect_uri == OUT_OF_BAND { Err(WebError::Denied) } else { back(request, ("error", error), issuer) }
}

/// A real 302 without a page in between: sign-in sheets of phones wait for one.
fn back(request: &AuthorizeRequest, answer: (&str, &str), issuer: &str) -> Result<Response, WebError> {
    let state = request.state.as_deref().map(|state| ("state", state));
    let pairs = [answer].into_iter().chain(state).chain([("iss", issuer)]);
    let location = append(&request.redirect_uri, &encode(pairs));
    let location = HeaderValue::try_from(location).map_err(|_| WebError::BadRequest {
        code: "invalid_request",
        message: "The app's redirect address cannot be used.".to_owned(),
    })?;
    Ok((StatusCode::FOUND, [(LOCATION, location)]).into_response())
}

/// Adds a query to `uri` without touching what is there: apps compare the string byte for byte.
fn append(uri: &str, query: &str) -> String {
    let separator = match uri {
        uri if uri.ends_with(['?', '&']) => "",
        uri if uri.contains('?') => "&",
        _ => "?",
    };
    format!("{uri}{separator}{query}")
}

#[cfg(test)]
mod tests {
    use staffroom_domain::ids::AppId;
    use staffroom_domain::scope::Scopes;
    use staffroom_service::auth::App;

    use super::*;

    fn location(redirect_uri: &str, state: Option<&str>) -> String {
        let app = App {
            id: AppId(1),
            client_id: "id".into(),
            name: "app".into(),
            website: None,
            redirect_uris: vec![redirect_uri.into()],
            scopes: Scopes::parse("read"),
        };
        let request = AuthorizeRequest {
            app,
            redirect_uri: redirect_uri.into(),
            scopes: Scopes::parse("read"),
            state: state.map(Into::into),
            force_login: false,
        };
        let response = with_code(&request, "c-d_e", "https://oak.test").unwrap();
        assert!(response.status().is_redirection());
        response.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn addresses_of_real_apps_come_back_as_registered() {
        let iss = "iss=https%3A%2F%2Foak.test";
        for (uri, state, wanted) in [
            ("icecubesapp://", None, format!("icecubesapp://?code=c-d_e&{iss}")),
            ("http://localhost:3000", None, format!("http://localhost:3000?code=c-d_e&{iss}")),
            ("https://x.test/cb?a=b", Some("s t&u"), format!("https://x.test/cb?a=b&code=c-d_e&state=s+t%26u&{iss}")),
            ("https://x.test/?", Some("None"), format!("https://x.test/?code=c-d_e&state=None&{iss}")),
            (
                "oauth2redirect://com.keylesspalace.tusky/",
                None,
                format!("oauth2redirect://com.keylesspalace.tusky/?code=c-d_e&{iss}"),
            ),
            (OUT_OF_BAND, None, "/oauth/authorize/native?code=c-d_e".to_owned()),
        ] {
            assert_eq!(location(uri, state), wanted, "{uri}");
        }
    }
}
