//! The ways a request can be signed.

use staffroom_domain::account::KeyAlgorithm;

/// What servers say they can do, in the words of FEP-844e's registry: identifier, name, and the key it is about. What we
/// publish and what we read.
pub const CAPABILITIES: [(&str, &str, KeyAlgorithm); 2] = [
    ("https://datatracker.ietf.org/doc/html/rfc9421", "RFC-9421: HTTP Message Signatures", KeyAlgorithm::Rsa),
    (
        "https://datatracker.ietf.org/doc/html/rfc9421#name-eddsa-using-curve-edwards25",
        "RFC-9421 signatures using the Ed25519 algorithm",
        KeyAlgorithm::Ed25519,
    ),
];

/// A way to sign requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// draft-cavage-http-signatures-12 with RSA: understood everywhere.
    Cavage,
    /// RFC 9421 with a key of this kind.
    Rfc9421(KeyAlgorithm),
}

impl Dialect {
    /// The word kept in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cavage => "cavage",
            Self::Rfc9421(KeyAlgorithm::Rsa) => "rfc9421-rsa",
            Self::Rfc9421(KeyAlgorithm::Ed25519) => "rfc9421-ed25519",
        }
    }

    /// From the word kept in the database.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Cavage, Self::Rfc9421(KeyAlgorithm::Rsa), Self::Rfc9421(KeyAlgorithm::Ed25519)];
        all.into_iter().find(|dialect| dialect.as_str() == word)
    }

    /// What to try where this one was refused.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Cavage => Self::Rfc9421(KeyAlgorithm::Rsa),
            Self::Rfc9421(_) => Self::Cavage,
        }
    }

    /// The kind of key it signs with.
    pub const fn algorithm(self) -> KeyAlgorithm {
        match self {
            Self::Cavage => KeyAlgorithm::Rsa,
            Self::Rfc9421(algorithm) => algorithm,
        }
    }
}
