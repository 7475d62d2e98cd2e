//! The law of a place, as data: its calendar and the lengths of its clocks.

use super::calendar::Calendar;
use super::period::Period;

/// The jurisdictions compiled into the program: code and text.
pub const BUILT_IN: [(&str, &str); 3] = [
    ("england-and-wales", include_str!("../../../../config/jurisdictions/england-and-wales.toml")),
    ("scotland", include_str!("../../../../config/jurisdictions/scotland.toml")),
    ("northern-ireland", include_str!("../../../../config/jurisdictions/northern-ireland.toml")),
];

/// The law of a place. Read from TOML: `config/jurisdictions/england-and-wales.toml` is the example, and explains
/// itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jurisdiction {
    /// Lower-case words with hyphens.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Its days.
    pub calendar: Calendar,
    pub(super) clocks: Clocks,
}

/// The lengths of the clocks of a jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clocks {
    /// `None` where the law knows no such notices.
    pub(super) defamation_notice: Option<NoticeLengths>,
    pub(super) breach: Period,
    pub(super) access: Period,
    pub(super) access_extended: Period,
    pub(super) data_complaint: Period,
    pub(super) safety_acknowledge: Period,
    pub(super) safety_answer: Period,
}

/// The lengths in the procedure of defamation notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoticeLengths {
    pub(super) operator: Period,
    pub(super) poster: Period,
    pub(super) removals_before_repost_rule: u32,
}

/// What is wrong with the file of a jurisdiction.
#[derive(Debug, thiserror::Error)]
pub enum JurisdictionError {
    /// It is not TOML, or not of the form of a jurisdiction.
    #[error("{name} is not a jurisdiction: {source}")]
    NotAJurisdiction {
        /// The name it was read under.
        name: String,
        /// Where and why; names the line.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// It is one, but says something that cannot be.
    #[error("{name}: {problem}")]
    Wrong {
        /// The name it was read under.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl Jurisdiction {
    /// One of [`BUILT_IN`]; `None` for another code.
    ///
    /// # Errors
    /// None in a released build: a test reads them all.
    pub fn built_in(code: &str) -> Result<Option<Self>, JurisdictionError> {
        let found = BUILT_IN.into_iter().find(|(known, _)| *known == code);
        found.map(|(name, text)| Self::parse(name, text)).transpose()
    }
}
