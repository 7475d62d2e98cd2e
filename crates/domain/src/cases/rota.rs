//! Who is on duty for an organisation, and who covers for them.

use crate::Timestamp;
use crate::ids::{AccountId, OrganisationId, RotaTurnId};

/// What somebody is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TurnKind {
    /// Looks after what nobody has claimed.
    Duty,
    /// Is told when that does not happen.
    Cover,
}

impl TurnKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Duty, Self::Cover];

    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duty => "duty",
            Self::Cover => "cover",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Somebody's turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Our id.
    pub id: RotaTurnId,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// Whose.
    pub account: AccountId,
    /// As what.
    pub kind: TurnKind,
    /// From when.
    pub from: Timestamp,
    /// Until when; that instant is not in it.
    pub until: Timestamp,
}

/// How it stands with the cases of an organisation, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Morning {
    /// Cases that are open.
    pub open: i64,
    /// Of these, looked after by nobody.
    pub unclaimed: i64,
    /// Deadlines that end within a day.
    pub due: i64,
    /// Deadlines that are over.
    pub overdue: i64,
    /// Appeals that wait for a decision.
    pub appeals: i64,
    /// Reports nobody dealt with.
    pub reports: i64,
}

impl Morning {
    /// Whether there is nothing to tell.
    pub fn is_quiet(&self) -> bool {
        *self == Self::default()
    }
}
