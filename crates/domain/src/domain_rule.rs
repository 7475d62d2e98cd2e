//! Rules about other servers' domains: how a domain is written, how hard it is limited.

use url::Host;

use crate::Timestamp;
use crate::ids::DomainRuleId;

/// How hard a domain is limited; Mastodon's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Not at all by itself; media or reports may still be turned away.
    Noop,
    /// Its people are seen and heard only by those who follow them.
    Silence,
    /// Nothing comes from there and nothing goes there.
    Suspend,
}

impl Severity {
    /// The word kept in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Noop => "noop",
            Self::Silence => "silence",
            Self::Suspend => "suspend",
        }
    }

    /// From that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Noop, Self::Silence, Self::Suspend].into_iter().find(|one| one.as_str() == text)
    }
}

/// A limit on a domain and everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainBlock {
    /// Our id.
    pub id: DomainRuleId,
    /// The domain, see [`normalise`].
    pub domain: String,
    /// How hard.
    pub severity: Severity,
    /// Pictures, videos, avatars and emoji from there are not shown.
    pub reject_media: bool,
    /// Reports from there are not read.
    pub reject_reports: bool,
    /// Why, for the operators.
    pub comment: String,
    /// Why, for everybody.
    pub public_comment: String,
    /// The name is not shown in full where limits are published.
    pub obfuscate: bool,
    /// Since when.
    pub since: Timestamp,
}

/// A domain that is spoken with by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainAllow {
    /// Our id.
    pub id: DomainRuleId,
    /// The domain, see [`normalise`].
    pub domain: String,
    /// Since when.
    pub since: Timestamp,
}

/// A domain as rules are kept: lower case, ASCII (punycode), no port, no dot at the end. `None` for what is no name:
/// addresses, single labels, URLs.
///
/// Every spelling of a name becomes the same text, so that none of them passes a rule about another.
pub fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    let name = match text.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        Some(_) => return None,
        None => text,
    };
    let Ok(Host::Domain(name)) = Host::parse(name.trim_end_matches('.')) else { return None };
    let is_name = name.len() <= 253
        && name.split('.').all(|label| (1..=63).contains(&label.len()))
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    (is_name && name.contains('.')).then_some(name)
}

/// The name itself and every name above it, longest first: `a.b.example`, `b.example`, `example`.
pub fn with_parents(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |name| name.split_once('.').map(|(_, parent)| parent))
}

/// What somebody can register, by the public suffix list: `oak.school.sch.uk` is below `school.sch.uk`. A port makes
/// no other domain.
pub fn registrable(host: &str) -> String {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    psl::domain_str(name).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_name_is_one() {
        for text in
            ["bücher.example", "BÜCHER.example.", "xn--bcher-kva.example", " bücher.example:443 ", "ｂücher.example"]
        {
            assert_eq!(normalise(text).as_deref(), Some("xn--bcher-kva.example"), "{text}");
        }
        for bad in [
            "",
            "com",
            ".",
            "10.0.0.1",
            "[::1]",
            "https://oak.example",
            "oak.example/x",
            "o ak.example",
            "a..b",
            "127.1",
            "oak.example:.",
        ] {
            assert_eq!(normalise(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_name_stands_below_its_parents() {
        assert_eq!(with_parents("a.b.example").collect::<Vec<_>>(), ["a.b.example", "b.example", "example"]);
    }

    #[test]
    fn a_school_is_a_domain_and_its_county_is_not() {
        assert_eq!(registrable("social.oak.kent.sch.uk"), "oak.kent.sch.uk");
        assert_eq!(registrable("social.oak.example:8443"), "oak.example");
        assert_eq!(registrable("x.evil.localhost:80"), "evil.localhost");
        assert_eq!(registrable("localhost:3001"), "localhost");
    }
}
