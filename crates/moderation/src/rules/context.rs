//! Who is spoken of, and what is said of them (see `context`).

use serde::Deserialize;

use super::wrong;
use crate::context::read::Read;
use crate::context::{self, Hit};

/// What is looked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contexts {
    /// Any of these.
    pub any: Vec<ContextRule>,
}

/// One way of reading a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextRule {
    /// A pupil can be told from what is said.
    PupilIdentification,
    /// A teacher accused by or for a pupil can be told.
    TeacherAnonymity,
    /// A named person or school is accused of something.
    DefamationRisk,
}

impl ContextRule {
    /// The name it has in packs and findings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PupilIdentification => "pupil_identification",
            Self::TeacherAnonymity => "teacher_anonymity",
            Self::DefamationRisk => "defamation_risk",
        }
    }
}

impl ContextRule {
    pub(crate) fn find(self, read: &Read<'_>) -> Vec<Hit> {
        match self {
            Self::PupilIdentification => context::pupil_identification::find(read),
            Self::TeacherAnonymity => context::teacher_anonymity::find(read),
            Self::DefamationRisk => context::defamation_risk::find(read),
        }
    }
}

impl Contexts {
    pub(crate) fn validate(&self) -> Result<(), String> {
        if self.any.is_empty() {
            return wrong("context.any", "names nothing to look for");
        }
        Ok(())
    }
}
