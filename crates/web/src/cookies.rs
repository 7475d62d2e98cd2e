//! Our cookies: their names, flags and secrets.
//!
//! Cookies ignore ports, so several instances on one loopback host would overwrite each other's: there the port is
//! part of the name. Everywhere else the `__Host-` prefix keeps other hosts of the domain from setting them.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use staffroom_service::Cx;
use time::Duration;
use url::Url;

/// How long a browser keeps a session cookie; the service may end the session earlier.
const SESSION_DAYS: i64 = 30;
/// Random bytes in a form token.
const FORM_TOKEN_BYTES: usize = 24;

/// Names and flags, fixed by the public URL.
#[derive(Clone, Debug)]
pub(crate) struct Cookies {
    session: String,
    form: String,
    secure: bool,
}

impl Cookies {
    /// For an instance at `base`.
    pub(crate) fn for_url(base: &Url) -> Self {
        let secure = base.scheme() == "https";
        let name = |what: &str| match base.port_or_known_default() {
            Some(port) if !secure => format!("staffroom_{what}_{port}"),
            _ => format!("__Host-staffroom_{what}"),
        };
        Self { session: name("session"), form: name("form"), secure }
    }

    /// The session secret the browser sent.
    pub(crate) fn session<'a>(&self, jar: &'a CookieJar) -> Option<&'a str> {
        jar.get(&self.session).map(Cookie::value)
    }

    /// Starts a session in the browser; the form token of the stranger before ends.
    pub(crate) fn start_session(&self, jar: CookieJar, secret: String) -> CookieJar {
        let mut cookie = self.cookie(&self.session, secret);
        cookie.set_max_age(Duration::days(SESSION_DAYS));
        jar.add(cookie).add(self.ended(&self.form))
    }

    /// Ends the session in the browser.
    pub(crate) fn end_session(&self, jar: CookieJar) -> CookieJar {
        jar.add(self.ended(&self.session))
    }

    /// The token that ties the sign-in form to this browser: the one it has, or a new one.
    pub(crate) fn form_token(&self, jar: CookieJar, cx: &Cx) -> (CookieJar, String) {
        let known = jar.get(&self.form).map(|cookie| cookie.value().to_owned()).filter(|token| is_token(token));
        let token = known.unwrap_or_else(|| cx.secret(FORM_TOKEN_BYTES));
        let cookie = self.cookie(&self.form, token.clone());
        (jar.add(cookie), token)
    }

    /// Whether a form carries the token of this browser.
    pub(crate) fn is_own_form(&self, jar: &CookieJar, token: &str) -> bool {
        jar.get(&self.form).is_some_and(|cookie| is_token(cookie.value()) && is_same(cookie.value(), token))
    }

    fn cookie(&self, name: &str, value: String) -> Cookie<'static> {
        Cookie::build((name.to_owned(), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .build()
    }

    fn ended(&self, name: &str) -> Cookie<'static> {
        let mut cookie = self.cookie(name, String::new());
        cookie.make_removal();
        cookie
    }
}

/// Compares two secrets in a time that depends on their length alone.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |different, (x, y)| different | (x ^ y)) == 0
}

/// Whether a cookie of ours can hold a token: a guessable or empty one protects nothing.
fn is_token(text: &str) -> bool {
    text.len() >= FORM_TOKEN_BYTES && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(url: &str) -> (String, bool) {
        let cookies = Cookies::for_url(&Url::parse(url).unwrap());
        (cookies.session, cookies.secure)
    }

    #[test]
    fn names_carry_the_port_on_plain_http_and_the_host_prefix_elsewhere() {
        assert_eq!(names("http://localhost:3001"), ("staffroom_session_3001".into(), false));
        assert_eq!(names("http://localhost"), ("staffroom_session_80".into(), false));
        assert_eq!(names("https://oak.test"), ("__Host-staffroom_session".into(), true));
        assert_eq!(names("https://oak.test:8443"), ("__Host-staffroom_session".into(), true));
    }

    #[test]
    fn a_session_cookie_is_locked_down() {
        let cookies = Cookies::for_url(&Url::parse("https://oak.test").unwrap());
        let jar = cookies.start_session(CookieJar::new(), "secret".into());
        let text = jar.get("__Host-staffroom_session").unwrap().to_string();
        for wanted in ["secret", "HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age"] {
            assert!(text.contains(wanted), "{text}");
        }
        assert!(!text.contains("Domain"), "{text}");
    }

    #[test]
    fn an_empty_or_guessable_form_cookie_protects_nothing_and_is_refused() {
        let cookies = Cookies::for_url(&Url::parse("https://oak.test").unwrap());
        for token in ["", "short", "with space and more than enough"] {
            let jar = CookieJar::new().add(Cookie::new("__Host-staffroom_form", token));
            assert!(!cookies.is_own_form(&jar, token), "{token:?}");
        }
        let token = "abcdefghijklmnopqrstuvwxyz012345";
        let jar = CookieJar::new().add(Cookie::new("__Host-staffroom_form", token));
        assert!(cookies.is_own_form(&jar, token));
        assert!(!cookies.is_own_form(&jar, "abcdefghijklmnopqrstuvwxyz012346"));
        assert!(!cookies.is_own_form(&CookieJar::new(), token));
    }
}
