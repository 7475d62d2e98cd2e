//! Which kinds of cases there are, and how long their files are kept.

use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaseKind {
    /// A notice of complaint about a statement, see [`super::notice`].
    DefamationNotice,
    /// A breach of personal data.
    DataBreach,
    /// A person's request for what is kept about them.
    SubjectAccess,
    /// A complaint about how personal data is used.
    DataComplaint,
    /// A complaint about content, or about what was done to it (Online Safety Act 2023, section 21).
    SafetyComplaint,
}

impl CaseKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::DefamationNotice, Self::DataBreach, Self::SubjectAccess, Self::DataComplaint, Self::SafetyComplaint];

    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DefamationNotice => "defamation_notice",
            Self::DataBreach => "data_breach",
            Self::SubjectAccess => "subject_access",
            Self::DataComplaint => "data_complaint",
            Self::SafetyComplaint => "online_safety_complaint",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What it is called in letters.
    pub const fn described(self) -> &'static str {
        match self {
            Self::DefamationNotice => "notice of complaint",
            Self::DataBreach => "breach of personal data",
            Self::SubjectAccess => "subject access request",
            Self::DataComplaint => "data protection complaint",
            Self::SafetyComplaint => "online safety complaint",
        }
    }

    /// Whether anybody can begin one by the form for complaints.
    pub const fn has_form(self) -> bool {
        matches!(self, Self::DefamationNotice | Self::DataComplaint | Self::SafetyComplaint)
    }

    /// Whether somebody wrote in, so that there is a complaint on file and somebody to answer.
    pub const fn has_complainant(self) -> bool {
        !matches!(self, Self::DataBreach)
    }

    /// How long its file is kept.
    pub const fn retention(self) -> Retention {
        match self {
            Self::SubjectAccess => Retention::Correspondence,
            _ => Retention::Legal,
        }
    }
}

/// How long the file of a case is kept once it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retention {
    /// Six years: as long as somebody may come back to it before a court.
    Legal,
    /// Two years.
    Correspondence,
}

impl Retention {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Legal, Self::Correspondence];

    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Legal => "legal",
            Self::Correspondence => "correspondence",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// The time from the closing of a case to the end of its file; leap days are counted in.
    pub fn kept(self) -> Duration {
        match self {
            Self::Legal => DAY * (6 * 365 + 2),
            Self::Correspondence => DAY * (2 * 365 + 1),
        }
    }
}
