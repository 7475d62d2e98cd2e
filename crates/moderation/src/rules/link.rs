//! Where links lead: lists of hosts, endings and paths, and hosts that only look like others.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use serde::Deserialize;

use super::wrong;
use crate::normalise::View;
use crate::normalise::joined::look_key;

/// A link fits if its host fits any of what is said of hosts, and its path any of the paths, where there are such.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Links {
    /// Hosts, each with its subdomains. Shorteners go here, too.
    pub domains: Vec<String>,
    /// Endings of hosts, such as `.zip`.
    pub suffixes: Vec<String>,
    /// Hosts that others pretend to be: with letters that look alike, hyphens put in or left out, or as the beginning of
    /// a longer name.
    pub look_alikes_of: Vec<String>,
    /// The host is a number.
    pub ip_host: bool,
    /// What looks like a host stands before the host, as in `https://gov.uk@elsewhere.test`.
    pub poses_as_host: bool,
    /// Any of these stands in the path or behind it.
    pub paths: Vec<String>,
    /// Hosts that never fit, each with its subdomains.
    pub except: Vec<String>,
}

/// A link in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// In the view's text.
    pub(crate) span: Range<usize>,
    /// As people see it, in lower case.
    host: String,
    /// The host with look-alike letters made one.
    key: String,
    poses_as_host: bool,
    /// From the first `/` on.
    path: String,
    /// Whether it is surely one: with a scheme, a path, or `www`.
    pub(crate) is_sure: bool,
}

impl Links {
    pub(crate) fn validate(&self) -> Result<(), String> {
        let hosts = self.domains.iter().chain(&self.look_alikes_of).chain(&self.except);
        if let Some(host) = hosts.into_iter().find(|host| !is_domain(host)) {
            return wrong("link", &format!("lists {host:?}, which is no domain in lower case"));
        }
        if let Some(suffix) = self.suffixes.iter().find(|suffix| suffix.strip_prefix('.').is_none_or(str::is_empty)) {
            return wrong("link.suffixes", &format!("lists {suffix:?}, which does not begin with a dot"));
        }
        if !self.asks_for_host() && self.paths.is_empty() {
            return wrong("link", "says nothing about a link");
        }
        Ok(())
    }

    fn asks_for_host(&self) -> bool {
        let lists = [&self.domains, &self.suffixes, &self.look_alikes_of];
        self.ip_host || self.poses_as_host || lists.iter().any(|list| !list.is_empty())
    }

    /// What hosts that look like one of a list are compared with.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.look_alikes_of.iter().map(|known| look_key(known)).collect()
    }

    /// Whether a link is meant. `keys` are those of [`Self::keys`].
    pub(crate) fn fits(&self, link: &Link, keys: &[String]) -> bool {
        let within = |domains: &[String]| domains.iter().any(|domain| is_within(&link.host, domain));
        let host = within(&self.domains)
            || self.suffixes.iter().any(|suffix| link.host.ends_with(suffix.as_str()))
            || self.look_alikes_of.iter().zip(keys).any(|(known, key)| looks_like(link, known, key))
            || (self.ip_host && link.is_sure && is_address(&link.host))
            || (self.poses_as_host && link.poses_as_host);
        (host || !self.asks_for_host())
            && (self.paths.is_empty() || self.paths.iter().any(|path| link.path.contains(path.as_str())))
            && !within(&self.except)
    }
}

/// The links of a plain view. Addresses of people (`@name@host`, e-mail) are none.
pub(crate) fn links(view: &View) -> Vec<Link> {
    let text = view.text();
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    let found = finder.links(text).filter_map(|link| {
        let is_name = text.get(..link.start()).is_some_and(|before| before.ends_with('@'));
        (!is_name).then(|| parse(link.as_str(), link.start()..link.end()))?
    });
    found.collect()
}

fn parse(url: &str, span: Range<usize>) -> Option<Link> {
    let (scheme, rest) = url.split_once("://").map_or((None, url), |(scheme, rest)| (Some(scheme), rest));
    if scheme.is_some_and(|scheme| !matches!(scheme, "http" | "https")) {
        return None;
    }
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let host = host.split(':').next()?.trim_end_matches('.');
    let host = if host.contains("xn--") { idna::domain_to_unicode(host).0 } else { host.to_owned() };
    let is_sure = scheme.is_some() || path.len() > 1 || host.starts_with("www.");
    let poses_as_host =
        scheme.is_some() && user.is_some_and(|user| user.split(':').next().is_some_and(|name| name.contains('.')));
    let is_host = host.contains('.') || scheme.is_some();
    let key = look_key(&host);
    is_host.then(|| Link { span, host, key, poses_as_host, path: path.to_owned(), is_sure })
}

/// Whether `domain` is written as the lists of rules have it.
pub(crate) fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c == '-' || (c.is_alphanumeric() && !c.is_uppercase()))
    };
    domain.contains('.') && domain.split('.').all(label)
}

/// Whether `host` is `domain` or within it.
pub(crate) fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether the host of a link may be taken for `known` without being within it.
fn looks_like(Link { host, key, .. }: &Link, known: &str, known_key: &str) -> bool {
    let stands_inside = || {
        let mut places = key.match_indices(known_key);
        places.any(|(at, _)| {
            let (before, behind) =
                (key.get(..at).unwrap_or_default(), key.get(at + known_key.len()..).unwrap_or_default());
            (before.is_empty() || before.ends_with('.')) && (behind.is_empty() || behind.starts_with('.'))
        })
    };
    !is_within(host, known) && (stands_inside() || host.strip_prefix(known).is_some_and(|rest| rest.starts_with('-')))
}

fn is_address(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok() || host.starts_with('[')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(rule: &Links, text: &str) -> Vec<String> {
        let view = View::plain(text);
        let found = links(&view).into_iter().filter(|link| rule.fits(link, &rule.keys()));
        found.map(|link| text.get(view.original(link.span)).unwrap().to_owned()).collect()
    }

    fn rule(toml: &str) -> Links {
        let rule: Links = toml::from_str(toml).unwrap();
        rule.validate().unwrap();
        rule
    }

    #[test]
    fn hosts_paths_and_their_exceptions() {
        let shorteners = rule("domains = ['short.test', 'sho.rt']\nexcept = ['ours.short.test']");
        assert_eq!(
            fits(&shorteners, "see HTTPS://Short.Test/x, sho.rt/y and a.short.test."),
            ["HTTPS://Short.Test/x", "sho.rt/y", "a.short.test"]
        );
        assert!(fits(&shorteners, "https://ours.short.test notshort.test @amy@short.test amy@short.test").is_empty());
        let logins = rule("suffixes = ['.zip']\npaths = ['/login']");
        assert_eq!(
            fits(&logins, "http://a.zip/x/login?y http://a.zip/ http://a.test/login"),
            ["http://a.zip/x/login?y"]
        );
        let odd = rule("ip-host = true\nposes-as-host = true");
        let text =
            "http://192.0.2.7/a https://gov.uk@evil.test/ version 1.2.3.4 https://gov.uk/a@b https://amy:x.y@oak.test";
        assert_eq!(fits(&odd, text), ["http://192.0.2.7/a", "https://gov.uk@evil.test/"]);
    }

    #[test]
    fn a_host_that_looks_like_another_is_told_from_it() {
        let rule = rule("look-alikes-of = ['oakschool.test', 'gov.uk']");
        for host in
            ["оаkschool.test", "oak-schoo1.test", "xn--80a.test", "0akschool.test", "gov.uk.evil.test", "www.gοv.uk"]
        {
            let fits = fits(&rule, &format!("https://{host}/x"));
            assert_eq!(fits.len(), usize::from(host != "xn--80a.test"), "{host}");
        }
        let punycode = idna::domain_to_ascii("оаkschool.test").unwrap();
        assert_eq!(fits(&rule, &format!("see {punycode}")).len(), 1);
        assert!(
            fits(&rule, "https://oakschool.test https://www.gov.uk/x https://oakschools.test https://dog.uk")
                .is_empty()
        );
    }

    #[test]
    fn a_rule_that_cannot_be_meant_is_told() {
        for (toml, wanted) in [
            ("", "says nothing"),
            ("domains = ['Short.Test']", "no domain"),
            ("domains = ['https://a.test/']", "no domain"),
            ("suffixes = ['zip']", "begin with a dot"),
        ] {
            let rule: Links = toml::from_str(toml).unwrap();
            assert!(rule.validate().unwrap_err().contains(wanted), "{toml}");
        }
    }
}
