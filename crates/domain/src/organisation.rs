//! Organisations: the schools, trusts and clusters people belong to.

use crate::clock::Timestamp;
use crate::ids::OrganisationId;

/// A school, a trust, a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Our id.
    pub id: OrganisationId,
    /// Short name for URLs: lower-case ASCII letters, digits and `-`.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Creation.
    pub created_at: Timestamp,
}

/// What somebody may do in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Member,
    /// Writes.
    Contributor,
    /// Decides about reports and holds.
    Moderator,
    /// Decides about people.
    Admin,
}

impl Role {
    /// The word used everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Contributor => "contributor",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// Parses that word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "member" => Self::Member,
            "contributor" => Self::Contributor,
            "moderator" => Self::Moderator,
            "admin" => Self::Admin,
            _ => return None,
        })
    }
}
