//! Signing in, client applications, tokens: OAuth 2.0 as Mastodon's apps speak it.
//!
//! Every secret given out (session, code, token, client secret) is random, known only to its holder, and kept here as
//! SHA-256.

mod access;
mod attempts;
mod authorise;
mod authorize;
mod bearer;
mod confirm;
mod password;
mod register_app;
mod revoke;
pub(crate) mod secrets;
mod session;
mod sign_in;
#[cfg(test)]
mod tests;
mod token;

use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AppId, TokenId};
use staffroom_domain::scope::Scopes;
use staffroom_storage::StorageError;
use staffroom_storage::apps::App as StoredApp;

use crate::{Service, ServiceError};
pub use access::{AppAccess, BrowserAccess};
pub(crate) use attempts::Attempts;
pub use authorise::Authority;
pub(crate) use authorise::{may_publish, not_allowed};

/// Signing in, client applications, tokens.
#[derive(Clone, Copy)]
pub struct Auth<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Auth<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// A client application.
#[derive(Clone, Debug)]
pub struct App {
    /// Our id.
    pub id: AppId,
    /// Public identifier.
    pub client_id: String,
    /// Name.
    pub name: String,
    /// Site.
    pub website: Option<String>,
    /// Redirect URIs byte for byte as registered.
    pub redirect_uris: Vec<String>,
    /// The most it may ask for.
    pub scopes: Scopes,
}

impl From<StoredApp> for App {
    fn from(app: StoredApp) -> Self {
        Self {
            id: app.id,
            client_id: app.client_id,
            name: app.name,
            website: app.website,
            redirect_uris: app.redirect_uris,
            scopes: app.scopes,
        }
    }
}

/// An application to be registered.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// Name.
    pub name: String,
    /// Site.
    pub website: Option<String>,
    /// Redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The most it may ask for.
    pub scopes: Scopes,
}

/// Who holds a token.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The token.
    pub token_id: TokenId,
    /// What it may do.
    pub scopes: Scopes,
    /// The application it was given to.
    pub app: Option<App>,
    /// The person it speaks for; `None` for an application's own token.
    pub person: Option<(Account, User)>,
}

/// A new token; the only time its text is known.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    /// The text.
    pub token: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Seconds since the epoch.
    pub created_at_secs: i64,
}

/// What a client asks at `/oauth/authorize`, as it came.
#[derive(Clone, Debug, Default)]
pub struct AuthorizeQuery {
    /// `response_type`.
    pub response_type: String,
    /// `client_id`.
    pub client_id: String,
    /// `redirect_uri`, byte for byte.
    pub redirect_uri: String,
    /// `scope`; empty means `read`.
    pub scope: String,
    /// `state`.
    pub state: Option<String>,
    /// `code_challenge`.
    pub code_challenge: Option<String>,
    /// `code_challenge_method`.
    pub code_challenge_method: Option<String>,
    /// `force_login`.
    pub force_login: bool,
}

/// A checked authorization request, kept on the server under an id.
#[derive(Clone, Debug)]
pub struct AuthorizeRequest {
    /// The application.
    pub app: App,
    /// Where the code goes.
    pub redirect_uri: String,
    /// What is asked for.
    pub scopes: Scopes,
    /// Echoed.
    pub state: Option<String>,
    /// Ask for the password even when signed in.
    pub force_login: bool,
}

/// How an application shows who it is at the token endpoint.
#[derive(Clone, Debug, Default)]
pub struct ClientCredentials {
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`; absent for public clients with PKCE.
    pub client_secret: Option<String>,
}

/// What is exchanged for a token.
#[derive(Clone, Debug)]
pub enum Grant {
    /// A code from the consent page.
    AuthorizationCode {
        /// The code.
        code: String,
        /// Must equal the one of the request.
        redirect_uri: String,
        /// PKCE verifier.
        code_verifier: Option<String>,
    },
    /// The application for itself.
    ClientCredentials {
        /// What it asks for; empty means `read`.
        scopes: Scopes,
    },
}

/// Why the token endpoint said no, in RFC 6749's words.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// Client unknown or secret wrong (401).
    #[error(
        "client authentication failed due to unknown client, no client authentication included, or unsupported authentication method"
    )]
    InvalidClient,
    /// Code wrong, used, expired, or for another client or redirect URI (400).
    #[error(
        "the provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client"
    )]
    InvalidGrant,
    /// More asked for than the application registered (400).
    #[error("the requested scope is invalid, unknown, or malformed")]
    InvalidScope,
    /// Something is missing or malformed (400).
    #[error("{0}")]
    InvalidRequest(String),
    /// No such grant type (400).
    #[error("the authorization grant type is not supported by the authorization server")]
    UnsupportedGrantType,
    /// The service failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StorageError> for OAuthError {
    fn from(e: StorageError) -> Self {
        Self::Service(e.into())
    }
}

/// A browser that is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account.
    pub account: Account,
    /// Ties forms to this session.
    pub csrf: String,
}
