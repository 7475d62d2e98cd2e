//! What all pages share: the instance they belong to, and turning a template into a response.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use staffroom_domain::Account;
use staffroom_service::Settings;

use crate::assets;
use crate::error::WebError;

/// The instance, as shown on every page.
#[derive(Debug)]
pub(crate) struct Site {
    /// Name.
    pub(crate) title: String,
    /// One or two sentences.
    pub(crate) description: String,
    /// What people type into an app.
    pub(crate) host: String,
    /// Host part of handles.
    pub(crate) account_domain: String,
    /// Address for questions; may be empty.
    pub(crate) contact_email: String,
    /// House rules.
    pub(crate) rules: Vec<String>,
    /// Our version.
    pub(crate) version: String,
    /// Source of this build.
    pub(crate) source_url: String,
    /// Identity in redirects (RFC 9207), the same as in the server's metadata document.
    pub(crate) issuer: String,
    /// Where the style sheet is.
    pub(crate) style: &'static str,
    /// Where the icon is.
    pub(crate) icon: &'static str,
}

impl Site {
    /// From the instance's settings.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            title: settings.title.clone(),
            description: settings.description.clone(),
            host: settings.identity.host(),
            account_domain: settings.identity.account_domain.clone(),
            contact_email: settings.contact_email.clone(),
            rules: settings.rules.clone(),
            version: settings.version.clone(),
            source_url: settings.source_url.clone(),
            issuer: settings.identity.issuer(),
            style: assets::style_path(),
            icon: assets::icon_path(),
        }
    }
}

impl Site {
    /// `name@host`, also for people here.
    pub(crate) fn acct(&self, account: &Account) -> String {
        let domain = account.domain.as_ref().unwrap_or(&self.account_domain);
        format!("{}@{domain}", account.username)
    }
}

/// A template as a response.
pub(crate) fn html(status: StatusCode, template: &impl Template) -> Result<Response, WebError> {
    Ok((status, Html(template.render()?)).into_response())
}
