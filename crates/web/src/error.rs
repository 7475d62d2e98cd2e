//! What a person sees when something went wrong. What is wrong with us is logged, not shown.

use askama::Template;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use staffroom_service::ServiceError;
use staffroom_service::auth::OAuthError;

use crate::assets;
use crate::params::encode;

/// Why a page could not be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// The authorization request is unknown or too old.
    #[error("this request has expired; go back to the app and start again")]
    Expired,
    /// The link of a letter was used, or is too old.
    #[error("this link was used already, or it is too old; ask for another one")]
    UsedLink,
    /// A form came from elsewhere, or its page was open too long.
    #[error("this form has expired; go back, reload the page and try again")]
    ForeignForm,
    /// The app asked for something it may not ask for; the code is the one of RFC 6749.
    #[error("{message}")]
    BadRequest {
        /// RFC 6749's word.
        code: &'static str,
        /// In plain words.
        message: String,
    },
    /// The person said no, and there is no app to tell.
    #[error("you did not give the app access; you can close this page")]
    Denied,
    /// It was there, and was deleted.
    #[error("this {0} was deleted")]
    Gone(&'static str),
    /// It is somebody's who is suspended.
    #[error("this account is suspended")]
    Suspended,
    /// Only for people signed in; with the way back to it.
    #[error("please sign in first")]
    SignInFirst(String),
    /// A use case said no.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// A template failed.
    #[error("the page could not be built")]
    Template(#[from] askama::Error),
}

impl WebError {
    /// What is at `uri` is for people signed in.
    pub(crate) fn sign_in_first(uri: &Uri) -> Self {
        Self::SignInFirst(uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string))
    }
}

impl From<OAuthError> for WebError {
    fn from(error: OAuthError) -> Self {
        let (code, message) = match error {
            OAuthError::Service(error) => return Self::Service(error),
            OAuthError::InvalidClient => {
                ("invalid_client", "This app is not registered here. Remove the account in the app and add it again.")
            }
            OAuthError::InvalidScope => ("invalid_scope", "The app asked for more than it registered for."),
            OAuthError::InvalidGrant => ("invalid_grant", "This request is no longer valid."),
            OAuthError::UnsupportedGrantType => ("unsupported_grant_type", "The app asked in a way we do not know."),
            OAuthError::InvalidRequest(message) => return Self::BadRequest { code: "invalid_request", message },
        };
        Self::BadRequest { code, message: message.to_owned() }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    heading: &'a str,
    message: &'a str,
    code: &'a str,
    style: &'a str,
    icon: &'a str,
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let (status, heading) = match &self {
            Self::SignInFirst(back) => {
                let path = format!("/auth/sign_in?{}", encode([("back", back.as_str())]));
                return Redirect::to(&path).into_response();
            }
            Self::Gone(_) => (StatusCode::GONE, "No longer here"),
            Self::Suspended => (StatusCode::FORBIDDEN, "Not shown"),
            Self::Expired => (StatusCode::GONE, "Please start again"),
            Self::UsedLink => (StatusCode::GONE, "This link does not count any more"),
            Self::ForeignForm => (StatusCode::FORBIDDEN, "Please try again"),
            Self::Denied => (StatusCode::OK, "No access given"),
            Self::BadRequest { .. } => (StatusCode::BAD_REQUEST, "The app's request does not fit"),
            Self::Service(ServiceError::NotFound(_)) => (StatusCode::NOT_FOUND, "Not found"),
            Self::Service(ServiceError::Unauthorized(_)) => (StatusCode::UNAUTHORIZED, "Please sign in"),
            Self::Service(ServiceError::Forbidden(_) | ServiceError::Refused { .. }) => {
                (StatusCode::FORBIDDEN, "Not allowed")
            }
            Self::Service(ServiceError::Invalid { .. } | ServiceError::Conflict(_)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "That did not work")
            }
            Self::Service(ServiceError::RateLimited { .. }) => {
                (StatusCode::TOO_MANY_REQUESTS, "Too many attempts, please wait a little")
            }
            Self::Service(ServiceError::Remote(_)) => (StatusCode::BAD_GATEWAY, "Another server did not answer"),
            Self::Service(ServiceError::Killed(_) | ServiceError::Storage(_) | ServiceError::Internal(_))
            | Self::Template(_) => {
                tracing::error!(error = &self as &dyn std::error::Error, "page failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here")
            }
        };
        let message = if status.is_server_error() { "Please try again later.".into() } else { sentence(&self) };
        let code = if let Self::BadRequest { code, .. } = &self { code } else { "" };
        let page =
            ErrorPage { heading, message: &message, code, style: assets::style_path(), icon: assets::icon_path() };
        // Should even this template fail, the heading alone is the page.
        (status, Html(page.render().unwrap_or_else(|_| heading.to_owned()))).into_response()
    }
}

/// An error's lower-case message as a sentence.
fn sentence(error: &WebError) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
