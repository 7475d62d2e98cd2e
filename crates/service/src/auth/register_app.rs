//! Registering a client application.

use staffroom_domain::scope::Scopes;
use staffroom_domain::text;
use staffroom_storage::apps::App as StoredApp;
use url::Url;

use super::secrets::{self, SECRET_BYTES};
use super::{App, Auth, NewApp};
use crate::{Cx, Result, ServiceError};

/// Longest name, in characters.
const MAX_NAME: usize = 200;
/// Longest site and redirect URI, in bytes.
const MAX_URI_BYTES: usize = 2048;
/// Most redirect URIs.
const MAX_REDIRECT_URIS: usize = 20;
/// The code is shown to the person instead of being sent anywhere.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
/// Schemes that run something in the browser or read from the machine.
const REFUSED_SCHEMES: [&str; 7] = ["javascript", "data", "vbscript", "file", "blob", "about", "view-source"];

impl Auth<'_> {
    /// Registers an application; returns its secret, known only now.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names the value that is wrong.
    pub async fn register_app(&self, cx: &Cx, new: NewApp) -> Result<(App, String)> {
        let name = text::shown_name(&new.name);
        if name.is_empty() {
            return Err(ServiceError::invalid("client_name", "can't be blank"));
        }
        if name.chars().count() > MAX_NAME {
            return Err(ServiceError::invalid("client_name", format!("is longer than {MAX_NAME} characters")));
        }
        let website = new.website.filter(|site| !site.trim().is_empty());
        if website.as_deref().is_some_and(|site| !is_web_address(site)) {
            return Err(ServiceError::invalid("website", "must be an http or https address"));
        }
        if new.redirect_uris.is_empty() || new.redirect_uris.len() > MAX_REDIRECT_URIS {
            return Err(ServiceError::invalid("redirect_uris", format!("must be 1 to {MAX_REDIRECT_URIS} addresses")));
        }
        for uri in &new.redirect_uris {
            check_redirect_uri(uri)?;
        }
        let secret = cx.secret(SECRET_BYTES);
        let app = StoredApp {
            id: cx.id(),
            client_id: cx.secret(SECRET_BYTES),
            secret_hash: secrets::hash(&secret).to_vec(),
            name,
            website,
            redirect_uris: new.redirect_uris,
            scopes: if new.scopes.is_empty() { Scopes::parse("read") } else { new.scopes },
        };
        let tx = self.service.storage().begin().await?;
        tx.apps().insert(&app, cx.now()).await?;
        tx.commit().await?;
        Ok((app.into(), secret))
    }
}

fn is_web_address(text: &str) -> bool {
    text.len() <= MAX_URI_BYTES && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Only whether it may be stored; it is kept and compared byte for byte as it came.
fn check_redirect_uri(uri: &str) -> Result<()> {
    let refuse = |why: &str| Err(ServiceError::invalid("redirect_uris", why));
    if uri == OUT_OF_BAND {
        return Ok(());
    }
    if uri.len() > MAX_URI_BYTES {
        return refuse("are too long");
    }
    if uri.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return refuse("must not contain spaces or control characters");
    }
    if uri.contains('#') {
        return refuse("must not contain a fragment");
    }
    match Url::parse(uri) {
        Err(_) => refuse("must be absolute addresses"),
        Ok(url) if REFUSED_SCHEMES.contains(&url.scheme()) => refuse("must not use this scheme"),
        Ok(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_apps_register_and_refuses_what_runs_in_a_browser() {
        for good in [
            OUT_OF_BAND,
            "icecubesapp://",
            "oauth2redirect://com.keylesspalace.tusky/",
            "org.joinmastodon.android-auth://callback",
            "http://localhost:3000",
            "https://brid.gy/mastodon/callback",
            "com.example.app:/oauth",
        ] {
            assert!(check_redirect_uri(good).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\tscript:alert(1)",
            " javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "https://a.example/#x",
            "/relative",
            "",
            "https://a.example/\r\nx",
        ] {
            assert!(check_redirect_uri(bad).is_err(), "{bad}");
        }
    }
}
