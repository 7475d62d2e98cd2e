//! Who calls: the bearer token, and whether it opens an endpoint.

use axum::http::{HeaderMap, StatusCode, header};
use staffroom_domain::account::UserRole;
use staffroom_domain::organisation::Right;
use staffroom_service::Service;
use staffroom_service::auth::{Authority, Bearer};

use crate::error::{ApiError, ApiResult};
use crate::routes::{Auth, Route};

/// Longest token looked up, in bytes; ours are far shorter.
const MAX_TOKEN_BYTES: usize = 512;

/// Endpoints for people whose address is not confirmed yet.
const BEFORE_CONFIRMATION: [&str; 2] = ["/api/v1/emails/confirmations", "/api/v1/emails/check_confirmation"];

/// What came in `Authorization`.
#[derive(Debug)]
pub(crate) enum Token {
    /// Nothing, or another scheme.
    Absent,
    /// Unknown or revoked.
    Invalid,
    /// A token of ours.
    Valid(Box<Bearer>),
}

/// The text of the bearer token. The scheme's name may be written in any case (RFC 9110 section 11.1).
pub(crate) fn bearer_text(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// Looks the token up.
///
/// # Errors
/// Only when the database fails.
pub(crate) async fn identify(service: &Service, headers: &HeaderMap) -> ApiResult<Token> {
    look_up(service, bearer_text(headers)).await
}

/// Whose token this is.
///
/// # Errors
/// Only when the database fails.
pub(crate) async fn look_up(service: &Service, text: Option<&str>) -> ApiResult<Token> {
    let Some(text) = text else { return Ok(Token::Absent) };
    if text.len() > MAX_TOKEN_BYTES {
        return Ok(Token::Invalid);
    }
    let bearer = service.auth().bearer(text).await?;
    Ok(bearer.map_or(Token::Invalid, |bearer| Token::Valid(Box::new(bearer))))
}

/// Lets the holder of `token` into `route`: who calls, and by which authority they act on others there, if they do.
///
/// # Errors
/// As [`admit`]; 403 for those without the right that is needed.
pub(crate) async fn enter(
    service: &Service,
    route: &Route,
    token: Token,
) -> ApiResult<(Option<Box<Bearer>>, Option<Authority>)> {
    let bearer = admit(route, token, service.domains().is_closed())?;
    let authority = authority(service, route, bearer.as_deref()).await?;
    Ok((bearer, authority))
}

/// Whether `token` opens `route`; returns who calls. In a closed network nobody reads without one, as in Mastodon's
/// limited federation mode.
///
/// # Errors
/// 401 without a token where one is needed and for an unknown one, 403 when its scope is too small or the person may
/// not act yet or has not the role that is needed, 422 when it is an application's own and a person's is needed.
fn admit(route: &Route, token: Token, is_closed: bool) -> ApiResult<Option<Box<Bearer>>> {
    let bearer = match (token, route.auth) {
        (_, Auth::Open) => return Ok(None),
        (Token::Absent, Auth::Public) if !is_closed => return Ok(None),
        (Token::Absent, _) => return Err(unauthorized("This API requires an authenticated user")),
        (Token::Invalid, _) => return Err(unauthorized("The access token is invalid")),
        (Token::Valid(bearer), _) => bearer,
    };
    if !route.scope.is_empty() && !bearer.scopes.covers(route.scope) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "This action is outside the authorized scopes"));
    }
    match &bearer.person {
        Some((_, user)) => {
            let problem = if user.disabled_at.is_some() {
                Some("Your login is currently disabled")
            } else if BEFORE_CONFIRMATION.contains(&route.path) {
                None
            } else if user.confirmed_at.is_none() {
                Some("Your login is missing a confirmed e-mail address")
            } else if user.approved_at.is_none() {
                Some("Your login is currently pending approval")
            } else {
                None
            };
            let needed = match route.auth {
                Auth::Admin => UserRole::Admin,
                Auth::Moderator => UserRole::Moderator,
                Auth::Open
                | Auth::Public
                | Auth::AppOrUser
                | Auth::User
                | Auth::OrganisationModerator
                | Auth::OrganisationAdmin => UserRole::Member,
            };
            let may_not = user.role < needed;
            let problem = problem.or_else(|| may_not.then_some("This action is not allowed"));
            problem.map_or(Ok(()), |text| Err(ApiError::new(StatusCode::FORBIDDEN, text)))?;
        }
        None if !matches!(route.auth, Auth::Open | Auth::Public | Auth::AppOrUser) => {
            let text = "This method requires an authenticated user";
            return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, text));
        }
        None => {}
    }
    Ok(Some(bearer))
}

/// By which authority the caller of `route` acts on others; `None` where nobody does.
///
/// # Errors
/// 403 for those who have none.
async fn authority(service: &Service, route: &Route, bearer: Option<&Bearer>) -> ApiResult<Option<Authority>> {
    let right = match route.auth {
        Auth::Open | Auth::Public | Auth::AppOrUser | Auth::User => return Ok(None),
        Auth::OrganisationModerator | Auth::Moderator => Right::Moderate,
        Auth::OrganisationAdmin | Auth::Admin => Right::Administer,
    };
    let Some((account, user)) = bearer.and_then(|bearer| bearer.person.as_ref()) else { return Ok(None) };
    Ok(Some(service.auth().staff(account, user, right).await?))
}

fn unauthorized(text: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        bearer_text(&headers).map(ToOwned::to_owned)
    }

    #[test]
    fn the_scheme_may_be_written_in_any_case() {
        for good in ["Bearer abc", "bearer abc", "BEARER  abc "] {
            assert_eq!(text(good).as_deref(), Some("abc"), "{good}");
        }
    }

    #[test]
    fn other_schemes_and_empty_tokens_are_no_token() {
        for bad in ["Basic abc", "Bearer", "Bearer ", "abc", ""] {
            assert_eq!(text(bad), None, "{bad}");
        }
    }
}
