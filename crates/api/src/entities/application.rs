//! Client applications.

use serde::Serialize;
use staffroom_service::auth::App;

/// An application, as shown to its own token.
#[derive(Debug, Serialize)]
pub(crate) struct Application {
    id: String,
    name: String,
    website: Option<String>,
    scopes: Vec<String>,
    redirect_uris: Vec<String>,
    redirect_uri: String,
    vapid_key: String,
}

/// An application just registered, with its secrets.
#[derive(Debug, Serialize)]
pub(crate) struct CredentialApplication {
    #[serde(flatten)]
    application: Application,
    client_id: String,
    client_secret: String,
    client_secret_expires_at: i64,
}

impl Application {
    /// Shows `app`; `vapid_key` is the one devices subscribe to notifications under.
    pub(crate) fn new(app: &App, vapid_key: String) -> Self {
        Self {
            id: app.id.to_string(),
            name: app.name.clone(),
            website: app.website.clone(),
            scopes: app.scopes.iter().map(ToOwned::to_owned).collect(),
            redirect_uris: app.redirect_uris.clone(),
            redirect_uri: app.redirect_uris.join("\n"),
            vapid_key,
        }
    }
}

impl CredentialApplication {
    /// Shows `app` with its secret.
    pub(crate) fn new(app: &App, vapid_key: String, client_secret: String) -> Self {
        Self {
            application: Application::new(app, vapid_key),
            client_id: app.client_id.clone(),
            client_secret,
            client_secret_expires_at: 0,
        }
    }
}
