//! Which URLs and addresses we talk to. The same rules in every mode; configuration can only name exceptions.

use std::net::IpAddr;

use url::{Host, Origin, Url};

use staffroom_domain::cidr::Cidr;

use super::addresses::{Reach, reach};

/// Domains that mean something else in every network: by RFC 6761, RFC 6762, RFC 7686, RFC 8375, by ICANN (`internal`), and
/// by custom.
const OWN_DOMAINS: [&str; 9] =
    ["home.arpa", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "onion"];

/// Why a URL or an address is not talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not https (nor http to a listed loopback host).
    #[error("url scheme is not allowed, it must be https")]
    Scheme,
    /// User name or password in the URL.
    #[error("url carries credentials")]
    Credentials,
    /// An IP address where a name belongs, or no host at all.
    #[error("url has no host name")]
    NoName,
    /// A host name with a trailing dot, an empty label or over 253 bytes.
    #[error("host name is malformed")]
    BadName,
    /// A port other than 443 that is not listed.
    #[error("port is not allowed")]
    Port,
    /// The name leads to an address that is not public and not allowed.
    #[error("address is not public")]
    NotPublic,
    /// Somebody else than the one service this client is for.
    #[error("not the service spoken to")]
    Elsewhere,
}

/// An entry of the configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Neither `host`, `host:port` nor `address/length`.
    #[error("allowed host {0:?} is neither host, host:port nor address/length")]
    AllowedHost(String),
    /// Not `name:port`, or an IP literal.
    #[error("insecure loopback host {0:?} is not name:port")]
    LoopbackHost(String),
    /// Not a certificate in PEM form.
    #[error("extra certificate authority number {0} is not a PEM certificate")]
    ExtraCa(usize),
    /// Not the address of a service: no web address, one with credentials, or one that leads nowhere sensible.
    #[error("{0:?} is not the address of a service")]
    Service(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NamedHost {
    name: String,
    port: Option<u16>,
    /// All names below this one are meant, not the name itself.
    below: bool,
}

impl NamedHost {
    fn is(&self, name: &str) -> bool {
        if self.below {
            name.strip_suffix(&self.name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            self.name == name
        }
    }
}

/// `host` or `host:port` of a URL, as in ids and handles; empty without a host.
pub(crate) fn host_of(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        _ => String::new(),
    }
}

/// The address rules of this server.
///
/// Without exceptions: https, port 443, a host name (never an IP literal), no credentials, and only globally
/// routable addresses. Exceptions, all from the configuration:
/// - `allowed_hosts` for closed networks: `host` or `host:port` lets that name lead to private or loopback addresses
///   (and to that port); `address/length` lets every name lead into that block. Link-local and other special
///   addresses need an explicit block.
/// - `insecure_loopback_hosts`: exactly these `name:port` may be spoken to in plain http, and then only on loopback;
///   `*.localhost:port` means every name below `localhost` (which is this machine, RFC 6761 §6.3).
/// - `extra_ca`: further certificate authorities, PEM.
#[derive(Debug, Clone, Default)]
pub struct AddressPolicy {
    named: Vec<NamedHost>,
    blocks: Vec<Cidr>,
    loopback: Vec<NamedHost>,
    extra_ca: Vec<String>,
    /// Nobody else is spoken to, see [`AddressPolicy::only`].
    only: Option<Origin>,
}

impl AddressPolicy {
    /// The policy of the open internet: no exceptions.
    pub fn strict() -> Self {
        Self::default()
    }

    /// A policy with exceptions, see the type.
    ///
    /// # Errors
    /// [`PolicyError`] names the entry that cannot be used.
    pub fn new(
        allowed_hosts: &[String],
        insecure_loopback_hosts: &[String],
        extra_ca: &[String],
    ) -> Result<Self, PolicyError> {
        let mut policy = Self { extra_ca: extra_ca.to_vec(), ..Self::default() };
        for entry in allowed_hosts {
            if let Some(block) = Cidr::parse(entry) {
                policy.blocks.push(block);
            } else {
                let named = named_host(entry).ok_or_else(|| PolicyError::AllowedHost(entry.clone()))?;
                policy.named.push(named);
            }
        }
        for entry in insecure_loopback_hosts {
            let named = loopback_host(entry).filter(|named| named.port.is_some());
            policy.loopback.push(named.ok_or_else(|| PolicyError::LoopbackHost(entry.clone()))?);
        }
        Ok(policy)
    }

    /// The policy for a service of the operator's own choice: scheme, host and port of `url` and nothing else, wherever
    /// that lies, in the operator's own network as well. Link-local and other special addresses stay closed.
    ///
    /// # Errors
    /// [`PolicyError::Service`].
    pub fn only(url: &Url, extra_ca: &[String]) -> Result<Self, PolicyError> {
        let is_closed = match url.host() {
            Some(Host::Ipv4(address)) => reach(address.into()) == Reach::Never,
            Some(Host::Ipv6(address)) => reach(address.into()) == Reach::Never,
            Some(Host::Domain(_)) => false,
            None => true,
        };
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        if is_closed || has_credentials || !matches!(url.scheme(), "http" | "https") {
            return Err(PolicyError::Service(url.origin().ascii_serialization()));
        }
        Ok(Self { only: Some(url.origin()), extra_ca: extra_ca.to_vec(), ..Self::default() })
    }

    /// PEM texts of further certificate authorities.
    pub fn extra_ca(&self) -> &[String] {
        &self.extra_ca
    }

    /// Whether plain http is allowed to anybody at all.
    pub fn allows_plain_http(&self) -> bool {
        let is_plain = |origin: &Origin| matches!(origin, Origin::Tuple(scheme, ..) if scheme == "http");
        !self.loopback.is_empty() || self.only.as_ref().is_some_and(is_plain)
    }

    /// Whether any exception is configured, so that a library's coarser checks must be switched off in favour of ours.
    pub fn has_exceptions(&self) -> bool {
        !(self.named.is_empty() && self.blocks.is_empty() && self.loopback.is_empty())
    }

    /// Judges a URL by its text: scheme, credentials, host name, port. Addresses are judged at connect time.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn check_url(&self, url: &Url) -> Result<(), AddressError> {
        let is_plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(AddressError::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        if let Some(only) = &self.only {
            return if url.origin() == *only { Ok(()) } else { Err(AddressError::Elsewhere) };
        }
        let Some(Host::Domain(name)) = url.host() else { return Err(AddressError::NoName) };
        if name.len() > 253 || name.split('.').any(|label| label.is_empty() || label.len() > 63) {
            return Err(AddressError::BadName);
        }
        let port = url.port_or_known_default();
        if is_plain {
            let listed = self.loopback.iter().any(|host| host.is(name) && host.port == port);
            return if listed { Ok(()) } else { Err(AddressError::Scheme) };
        }
        let listed = |host: &NamedHost| host.is(name) && host.port == port;
        if port == Some(443) || self.named.iter().any(listed) { Ok(()) } else { Err(AddressError::Port) }
    }

    /// Whether the name in a URL can be one of the open internet, or may be another by configuration. All others
    /// lead to no address that is spoken with; whoever gives one can be told at once.
    pub fn knows_name(&self, url: &Url) -> bool {
        let Some(Host::Domain(name)) = url.host() else { return false };
        let port = url.port_or_known_default();
        let is = |host: &NamedHost| host.is(name) && host.port.or(Some(443)) == port;
        let is_listed = self.named.iter().chain(&self.loopback).any(is);
        is_listed || !self.blocks.is_empty() || is_public_name(name)
    }

    /// Judges an address `name` leads to.
    ///
    /// # Errors
    /// [`AddressError::NotPublic`].
    pub fn check_address(&self, name: &str, address: IpAddr) -> Result<(), AddressError> {
        let name = name.to_ascii_lowercase();
        if let Some(Origin::Tuple(_, host, _)) = &self.only {
            let is_it = host.to_string() == name && reach(address) != Reach::Never;
            return if is_it { Ok(()) } else { Err(AddressError::NotPublic) };
        }
        let is_named = |hosts: &[NamedHost]| hosts.iter().any(|host| host.is(&name));
        let allowed = match reach(address) {
            Reach::Global => true,
            Reach::Loopback => is_named(&self.loopback) || is_named(&self.named),
            Reach::Private => is_named(&self.named),
            Reach::Never => false,
        };
        // a name listed for plain http leads to this machine or nowhere
        let strays = is_named(&self.loopback) && !is_named(&self.named) && reach(address) != Reach::Loopback;
        if (allowed && !strays) || self.blocks.iter().any(|block| block.contains(address)) {
            Ok(())
        } else {
            Err(AddressError::NotPublic)
        }
    }
}

/// Whether a name, in lower case, has a domain that is no network's own.
fn is_public_name(name: &str) -> bool {
    let is_own = |end: &&str| name.strip_suffix(*end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    name.contains('.') && !OWN_DOMAINS.iter().any(is_own)
}

/// `name` or `name:port`, lower-cased; `None` for IP literals and anything that is not a host name.
fn named_host(entry: &str) -> Option<NamedHost> {
    let entry = entry.trim().to_ascii_lowercase();
    let (name, port) = match entry.split_once(':') {
        Some((name, port)) => (name, Some(port.parse::<u16>().ok().filter(|port| *port > 0)?)),
        None => (entry.as_str(), None),
    };
    match Host::parse(name).ok()? {
        Host::Domain(name) if !name.ends_with('.') => Some(NamedHost { name, port, below: false }),
        _ => None,
    }
}

/// As [`named_host`], or `*.localhost:port`.
fn loopback_host(entry: &str) -> Option<NamedHost> {
    match entry.trim().strip_prefix("*.") {
        Some(below) => {
            named_host(below).filter(|named| named.name == "localhost").map(|n| NamedHost { below: true, ..n })
        }
        None => named_host(entry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn policy(allowed: &[&str], loopback: &[&str]) -> AddressPolicy {
        let owned = |list: &[&str]| list.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>();
        AddressPolicy::new(&owned(allowed), &owned(loopback), &[]).unwrap()
    }

    #[test]
    fn the_open_internet_is_https_names_on_port_443() {
        let strict = AddressPolicy::strict();
        for good in ["https://oak.example/users/amy", "https://oak.example:443/x", "https://xn--bcher-kva.example/"] {
            assert_eq!(strict.check_url(&url(good)), Ok(()), "{good}");
        }
        for (bad, expected) in [
            ("http://oak.example/", AddressError::Scheme),
            ("ftp://oak.example/", AddressError::Scheme),
            ("file:///etc/passwd", AddressError::Scheme),
            ("data:text/plain,x", AddressError::Scheme),
            ("gopher://oak.example/", AddressError::Scheme),
            ("https://amy@oak.example/", AddressError::Credentials),
            ("https://amy:secret@oak.example/", AddressError::Credentials),
            ("https://127.0.0.1/", AddressError::NoName),
            ("https://8.8.8.8/", AddressError::NoName),
            ("https://2130706433/", AddressError::NoName),
            ("https://0x7f.1/", AddressError::NoName),
            ("https://[::1]/", AddressError::NoName),
            ("https://[::ffff:127.0.0.1]/", AddressError::NoName),
            ("https://oak.example./", AddressError::BadName),
            ("https://oak..example/", AddressError::BadName),
            ("https://oak.example:22/", AddressError::Port),
            ("https://oak.example:8443/", AddressError::Port),
            ("https://oak.example:80/", AddressError::Port),
            ("http://localhost:3001/", AddressError::Scheme),
            ("https://localhost:3001/", AddressError::Port),
        ] {
            assert_eq!(strict.check_url(&url(bad)), Err(expected), "{bad}");
        }
    }

    #[test]
    fn plain_http_reaches_exactly_the_listed_loopback_hosts() {
        let demo = policy(&[], &["localhost:3001", "LOCALHOST:3002"]);
        assert_eq!(demo.check_url(&url("http://localhost:3001/inbox")), Ok(()));
        assert_eq!(demo.check_url(&url("http://localhost:3002/inbox")), Ok(()));
        for bad in ["http://localhost:3003/", "http://localhost/", "http://oak.example/", "http://127.0.0.1:3001/"] {
            assert!(demo.check_url(&url(bad)).is_err(), "{bad}");
        }
        assert_eq!(demo.check_url(&url("https://localhost:3001/")), Err(AddressError::Port));
        assert_eq!(demo.check_address("localhost", "127.0.0.1".parse().unwrap()), Ok(()));
        assert_eq!(demo.check_address("localhost", "::1".parse().unwrap()), Ok(()));
        for stray in ["10.0.0.1", "8.8.8.8", "169.254.169.254", "::ffff:127.0.0.1"] {
            assert_eq!(
                demo.check_address("localhost", stray.parse().unwrap()),
                Err(AddressError::NotPublic),
                "{stray}"
            );
        }
        assert_eq!(demo.check_address("evil.example", "127.0.0.1".parse().unwrap()), Err(AddressError::NotPublic));
    }

    #[test]
    fn names_below_localhost_can_be_meant_together() {
        let demo = policy(&[], &["*.localhost:3001"]);
        for good in ["http://oak.localhost:3001/", "http://a.oak.localhost:3001/"] {
            assert_eq!(demo.check_url(&url(good)), Ok(()), "{good}");
        }
        for bad in ["http://localhost:3001/", "http://oak.localhost:3002/", "http://evillocalhost:3001/"] {
            assert!(demo.check_url(&url(bad)).is_err(), "{bad}");
        }
        assert_eq!(demo.check_address("Oak.localhost", "127.0.0.1".parse().unwrap()), Ok(()));
        assert!(demo.check_address("oak.localhost", "10.0.0.1".parse().unwrap()).is_err());
        assert!(AddressPolicy::new(&[], &["*.oak.example:3001".to_owned()], &[]).is_err());
    }

    #[test]
    fn closed_networks_are_named_one_by_one() {
        let trust = policy(&["oak.lan", "elm.lan:8443", "10.20.0.0/16"], &[]);
        assert_eq!(trust.check_url(&url("https://elm.lan:8443/")), Ok(()));
        assert_eq!(trust.check_url(&url("https://oak.lan:8443/")), Err(AddressError::Port));
        assert_eq!(trust.check_url(&url("http://oak.lan/")), Err(AddressError::Scheme));
        assert_eq!(trust.check_address("oak.lan", "192.168.1.5".parse().unwrap()), Ok(()));
        assert_eq!(trust.check_address("oak.lan", "169.254.169.254".parse().unwrap()), Err(AddressError::NotPublic));
        assert_eq!(trust.check_address("other.example", "10.20.3.4".parse().unwrap()), Ok(()));
        assert_eq!(trust.check_address("other.example", "10.21.3.4".parse().unwrap()), Err(AddressError::NotPublic));
        assert_eq!(trust.check_address("other.example", "127.0.0.1".parse().unwrap()), Err(AddressError::NotPublic));
    }

    #[test]
    fn a_service_is_spoken_to_wherever_it_lies_and_nobody_else_is() {
        for (service, address) in [
            ("http://localhost:5000/", "127.0.0.1"),
            ("http://translate.lan:5000/prefix", "10.0.0.7"),
            ("https://translate.example/", "93.184.216.34"),
            ("http://127.0.0.1:5000/", "127.0.0.1"),
        ] {
            let service = url(service);
            let policy = AddressPolicy::only(&service, &[]).unwrap();
            assert_eq!(policy.allows_plain_http(), service.scheme() == "http");
            assert_eq!(policy.check_url(&service.join("/translate").unwrap()), Ok(()));
            let name = service.host_str().unwrap();
            assert_eq!(policy.check_address(name, address.parse().unwrap()), Ok(()));
            assert!(policy.check_address(name, "169.254.169.254".parse().unwrap()).is_err());
            assert!(policy.check_address("other.example", address.parse().unwrap()).is_err());
            for bad in ["https://oak.example/", "http://localhost:5001/", "http://localhost/", "http://10.0.0.7:5000/"]
            {
                assert_eq!(policy.check_url(&url(bad)), Err(AddressError::Elsewhere), "{bad}");
            }
        }
        // as for everybody else
        let strict = AddressPolicy::strict();
        assert!(strict.check_url(&url("http://localhost:5000/")).is_err());
        assert!(strict.check_address("localhost", "127.0.0.1".parse().unwrap()).is_err());
        for bad in ["http://169.254.169.254/", "http://[fe80::1]/", "http://amy:x@localhost/", "ftp://localhost/"] {
            assert!(AddressPolicy::only(&url(bad), &[]).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_of_networks_are_known_where_they_are_listed() {
        let strict = AddressPolicy::strict();
        for good in ["https://push.example/", "https://local.example/", "https://internal.lan.example/"] {
            assert!(strict.knows_name(&url(good)), "{good}");
        }
        let bad =
            ["push", "push.local", "PUSH.Local", "metadata.google.internal", "a.home.arpa", "home.arpa", "localhost"];
        for name in bad.map(|name| url(&format!("https://{name}/"))) {
            assert!(!strict.knows_name(&name), "{name}");
        }
        assert!(!strict.knows_name(&url("https://8.8.8.8/")));
        let trust = policy(&["oak.lan"], &["*.localhost:3001"]);
        assert!(trust.knows_name(&url("https://oak.lan/")) && trust.knows_name(&url("http://elm.localhost:3001/")));
        for other in ["https://elm.lan/", "https://localhost/", "https://elm.localhost/", "https://oak.lan:8443/"] {
            assert!(!trust.knows_name(&url(other)), "{other}");
        }
        assert!(policy(&["10.20.0.0/16"], &[]).knows_name(&url("https://elm.lan/")));
    }

    #[test]
    fn unusable_entries_are_named() {
        let owned = |entry: &str| vec![entry.to_owned()];
        for bad in ["", "10.0.0.1", "oak.lan:0", "oak.lan:x", "[::1]", "10.0.0.1/8", "https://oak.lan"] {
            assert!(AddressPolicy::new(&owned(bad), &[], &[]).is_err(), "{bad}");
        }
        for bad in ["localhost", "127.0.0.1:3001", "[::1]:3001", ""] {
            assert!(AddressPolicy::new(&[], &owned(bad), &[]).is_err(), "{bad}");
        }
    }
}
