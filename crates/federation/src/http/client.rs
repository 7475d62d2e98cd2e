//! The one outbound client: how it is built, and how a single request goes out.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect;
use reqwest::tls::Certificate;
use staffroom_domain::clock::Clock;
use url::Url;

use super::policy::{AddressError, AddressPolicy, PolicyError, host_of};
use super::resolver::GuardedResolver;
use super::{HttpError, Purpose};
use crate::dialects::Dialects;

/// Largest body read from another server, in bytes, after decompression.
pub const MAX_RESPONSE_BYTES: usize = 1024 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Kept-alive connections per peer: as many as the widest delivery window.
const IDLE_PER_HOST: usize = 16;

/// Which hosts we speak with at all. Asked before every request, of whatever kind.
pub trait Hosts: Send + Sync + 'static {
    /// Whether we speak with `host` (with its port, where one is written).
    fn speaks_with(&self, host: &str) -> bool;
}

/// Everybody, as far as addresses allow.
struct Everybody;

impl Hosts for Everybody {
    fn speaks_with(&self, _: &str) -> bool {
        true
    }
}

/// The guarded client. Cheap to clone; build one per process, and one for a service under [`AddressPolicy::only`].
#[derive(Clone)]
pub struct OutboundClient {
    pub(super) http: reqwest::Client,
    pub(super) policy: Arc<AddressPolicy>,
    pub(super) clock: Arc<dyn Clock>,
    hosts: Arc<dyn Hosts>,
    pub(super) dialects: Option<Dialects>,
}

impl OutboundClient {
    /// Builds the client. `user_agent` names us and our site, e.g. `Staffroom/0.1 (+https://oak.example/)`.
    ///
    /// Trusts the system's certificate authorities and `policy`'s extra ones. On a machine without any system
    /// authority it trusts the extra ones alone (so https to anybody else fails) and says so in the log.
    /// Proxies from the environment are ignored: behind one, our address rules would not hold.
    ///
    /// # Errors
    /// [`HttpError::Policy`] for an unreadable extra authority, [`HttpError::Build`] if TLS cannot be set up.
    pub fn new(policy: AddressPolicy, user_agent: &str, clock: Arc<dyn Clock>) -> Result<Self, HttpError> {
        let authorities = certificates(&policy)?;
        let policy = Arc::new(policy);
        let http = match build(&policy, user_agent, |builder| builder.tls_certs_merge(authorities.clone())) {
            Ok(http) => http,
            Err(error) => {
                tracing::warn!(%error, "no system certificate authorities found, trusting the configured ones alone");
                build(&policy, user_agent, |builder| builder.tls_certs_only(authorities)).map_err(HttpError::Build)?
            }
        };
        Ok(Self { http, policy, clock, hosts: Arc::new(Everybody), dialects: None })
    }

    /// The same client, speaking only with whom `hosts` names.
    #[must_use]
    pub fn within(self, hosts: Arc<dyn Hosts>) -> Self {
        Self { hosts, ..self }
    }

    /// The same client, asking each host in the dialect it takes; without, all are asked in draft-cavage.
    #[must_use]
    pub fn speaking(self, dialects: Dialects) -> Self {
        Self { dialects: Some(dialects), ..self }
    }

    /// Whether `url` may be talked to, as far as its text tells. For the federation library's URL verifier and for
    /// refusing bad inboxes early; every request is checked again when it is sent.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn check_url(&self, url: &Url) -> Result<(), AddressError> {
        self.policy.check_url(url)
    }

    /// Whether a request to `url` may be made at all, before anything is signed for it.
    pub(crate) fn check(&self, url: &Url) -> Result<(), HttpError> {
        self.check_url(url).map_err(|source| HttpError::Address { url: url.clone(), source })?;
        if self.hosts.speaks_with(&host_of(url)) { Ok(()) } else { Err(HttpError::Closed { url: url.clone() }) }
    }

    /// The address rules in force.
    pub fn policy(&self) -> &AddressPolicy {
        &self.policy
    }

    /// Sends one request, without following redirects. The way deliveries leave.
    ///
    /// Any status is `Ok`; read the body with [`OutboundClient::read_limited`].
    ///
    /// # Errors
    /// [`HttpError::Address`] for a URL that is not allowed, [`HttpError::Closed`] for a host we do not speak with,
    /// [`HttpError::Transport`] for everything on the network, a forbidden address behind the name included.
    pub async fn send(&self, request: reqwest::Request) -> Result<reqwest::Response, HttpError> {
        let url = request.url().clone();
        self.check(&url)?;
        self.http.execute(request).await.map_err(|source| HttpError::Transport { url, source })
    }

    /// Sends a finished request, without following redirects, and reads the answer, in the bounds of `purpose`.
    ///
    /// # Errors
    /// As [`OutboundClient::send`] and [`OutboundClient::read_limited`].
    pub async fn exchange(
        &self,
        request: http::Request<Vec<u8>>,
        purpose: Purpose,
    ) -> Result<http::Response<Vec<u8>>, HttpError> {
        let mut request = reqwest::Request::try_from(request).map_err(HttpError::Build)?;
        *request.timeout_mut() = purpose.timeout();
        let response = self.send(request).await?;
        let mut answer = http::Response::new(Vec::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        *answer.body_mut() = Self::read_limited(response, purpose.limit_bytes()).await?;
        Ok(answer)
    }

    /// Reads a body up to `limit_bytes` after decompression.
    ///
    /// # Errors
    /// [`HttpError::TooLarge`] as soon as the limit is passed; [`HttpError::Transport`] if the body breaks off.
    pub async fn read_limited(response: reqwest::Response, limit_bytes: usize) -> Result<Vec<u8>, HttpError> {
        let mut response = response;
        let url = response.url().clone();
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > limit_bytes) {
            return Err(HttpError::TooLarge { url, limit_bytes });
        }
        let mut body = Vec::with_capacity(announced.unwrap_or(0));
        while let Some(chunk) =
            response.chunk().await.map_err(|source| HttpError::Transport { url: url.clone(), source })?
        {
            if body.len() + chunk.len() > limit_bytes {
                return Err(HttpError::TooLarge { url, limit_bytes });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one guarded client")]
fn build(
    policy: &Arc<AddressPolicy>,
    user_agent: &str,
    trust: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .user_agent(user_agent)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .https_only(!policy.allows_plain_http())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .gzip(true)
        .dns_resolver(GuardedResolver::new(Arc::clone(policy)));
    trust(builder).build()
}

fn certificates(policy: &AddressPolicy) -> Result<Vec<Certificate>, HttpError> {
    let mut all = Vec::new();
    for (at, pem) in policy.extra_ca().iter().enumerate() {
        let bundle = Certificate::from_pem_bundle(pem.as_bytes()).map_err(|_| PolicyError::ExtraCa(at))?;
        if bundle.is_empty() {
            return Err(PolicyError::ExtraCa(at).into());
        }
        all.extend(bundle);
    }
    Ok(all)
}
