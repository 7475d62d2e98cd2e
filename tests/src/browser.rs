//! A browser without scripts: keeps cookies, follows links between pages, fills in forms.
//!
//! Like real ones it files cookies under the host name alone, whatever the port.

use crate::api::plain_client;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE, USER_AGENT};
use reqwest::{Client, RequestBuilder};
use std::collections::BTreeMap;
use url::Url;

/// Redirects followed before something is wrong.
const MAX_REDIRECTS: usize = 10;

/// One person's browser.
pub struct Browser {
    client: Client,
    cookies: BTreeMap<String, String>,
    user_agent: &'static str,
}

/// What the browser shows.
#[derive(Debug)]
pub struct Page {
    /// HTTP status code.
    pub status: u16,
    /// Its address.
    pub url: Url,
    /// Headers of the answer.
    pub headers: HeaderMap,
    /// The HTML.
    pub body: String,
    /// Set when the page sends the browser to an app: the address exactly as sent.
    pub leaves_to: Option<String>,
}

impl Default for Browser {
    fn default() -> Self {
        Self { client: plain_client(), cookies: BTreeMap::new(), user_agent: "" }
    }
}

impl Browser {
    /// One that calls itself `user_agent`.
    #[must_use]
    pub fn named(user_agent: &'static str) -> Self {
        Self { user_agent, ..Self::default() }
    }

    /// Opens `url` and follows redirects up to the first that leaves `http://localhost`.
    ///
    /// # Panics
    /// When the server does not answer, or sends the browser in circles.
    pub async fn open(&mut self, url: &str) -> Page {
        let url = Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        self.go(self.client.get(url.clone()), url).await
    }

    /// Sends the form of `page` that goes to `action`: its hidden fields as they are, and `fields`.
    ///
    /// # Panics
    /// When `action` is no path, or like [`Self::open`].
    pub async fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let hidden = page.hidden_fields();
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<_> = hidden.chain(fields.iter().copied()).collect();
        self.post(page.url.join(action).unwrap_or_else(|error| panic!("{action}: {error}")), &all).await
    }

    /// Sends a form that no page showed.
    ///
    /// # Panics
    /// Like [`Self::open`].
    pub async fn post(&mut self, url: Url, fields: &[(&str, &str)]) -> Page {
        self.go(self.client.post(url.clone()).form(fields), url).await
    }

    /// Signs in as `login` on the sign-in page `page`.
    ///
    /// # Panics
    /// Like [`Self::open`].
    pub async fn sign_in(&mut self, page: &Page, login: &str, password: &str) -> Page {
        self.submit(page, "/auth/sign_in", &[("login", login), ("password", password)]).await
    }

    /// The value of a cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Sets a cookie, as somebody who may write to this browser would.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Forgets all cookies.
    pub fn clear_cookies(&mut self) {
        self.cookies.clear();
    }

    async fn go(&mut self, mut request: RequestBuilder, mut url: Url) -> Page {
        for _ in 0..MAX_REDIRECTS {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = request.header(COOKIE, cookies.join("; ")).header(USER_AGENT, self.user_agent).send().await;
            let answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            self.keep_cookies(&headers);
            let location = headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let next = location.as_deref().and_then(|location| url.join(location).ok());
            let Some(next) = next.filter(|next| next.scheme() == "http" && next.port() == url.port()) else {
                let body = answer.text().await.unwrap_or_default();
                return Page { status, url, headers, body, leaves_to: location };
            };
            request = self.client.get(next.clone());
            url = next;
        }
        panic!("sent in circles, last to {url}")
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (pair, flags) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            if flags.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }
}

impl Page {
    /// The value of a hidden field; empty when there is none.
    #[must_use]
    pub fn hidden(&self, name: &str) -> String {
        self.hidden_fields().remove(name).unwrap_or_default()
    }

    /// A header of the answer as text; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A parameter of the address the page sends the browser to, or of its own address.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<String> {
        let own = self.url.as_str().to_owned();
        let (_, query) = self.leaves_to.as_ref().unwrap_or(&own).split_once('?')?;
        url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    fn hidden_fields(&self) -> BTreeMap<String, String> {
        let attribute = |tag: &str, name: &str| {
            let (_, rest) = tag.split_once(&format!("{name}=\""))?;
            Some(rest.split_once('"')?.0.to_owned())
        };
        let tags = self.body.split("<input type=\"hidden\"").skip(1);
        tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
    }
}
