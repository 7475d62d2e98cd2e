//! How any case goes on: one face for the course of a notice and for those of the other kinds.

mod others;
mod step;

use crate::Timestamp;

use super::notice::{NoticeCase, NoticeClock, Outcome, Refused, Stage};
use super::{CaseKind, Deadline, Jurisdiction, OutOfRange};
use others::{Access, Breach, Complained};
pub use step::{Step, StepKind};

/// After whatever a case waits for: 2100.
const LATE: Timestamp = Timestamp(4_102_444_800_000);

/// How a case stands. Times are those at which things happened, not at which they were recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Course {
    /// A notice of complaint.
    Notice(NoticeCase),
    /// A breach of personal data.
    Breach(Breach),
    /// A request for personal data.
    Access(Access),
    /// A complaint.
    Complained(Complained),
}

/// Why a step cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// The case is at a stage where this does not happen.
    #[error("cannot happen to a case that is {state}; what can happen: {}", words(.possible))]
    WrongStage {
        /// Where it is, see [`Course::state`].
        state: &'static str,
        /// What can happen there.
        possible: Vec<StepKind>,
    },
    /// It cannot have happened before what it follows.
    #[error("cannot have been before {}", .0.to_rfc3339())]
    TooEarly(Timestamp),
    /// It had to be done before.
    #[error("had to be done by {}", .0.to_rfc3339())]
    TooLate(Timestamp),
    /// The law of the place has no such procedure.
    #[error("is no procedure in {0}")]
    NoProcedure(String),
    /// The time is outside the calendar.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
}

impl Course {
    /// A case that begins with what was received, or became known, at `received`.
    ///
    /// # Errors
    /// [`StepRefused::NoProcedure`].
    pub fn begin(kind: CaseKind, received: Timestamp, law: &Jurisdiction) -> Result<Self, StepRefused> {
        Ok(match kind {
            CaseKind::DefamationNotice => {
                clock(law)?;
                Self::Notice(NoticeCase::new(received))
            }
            CaseKind::DataBreach => {
                Self::Breach(Breach { aware: received, is_settled: false, is_removed: false, persons_told: false })
            }
            CaseKind::SubjectAccess => Self::Access(Access::new(received)),
            CaseKind::DataComplaint | CaseKind::SafetyComplaint => Self::Complained(Complained {
                received,
                kind,
                is_acknowledged: false,
                is_removed: false,
                is_over: false,
            }),
        })
    }

    /// The case after all of `steps`, each with its time.
    ///
    /// # Errors
    /// [`StepRefused`], for the first step that cannot be.
    pub fn replay(
        kind: CaseKind,
        received: Timestamp,
        steps: impl IntoIterator<Item = (Timestamp, Step)>,
        law: &Jurisdiction,
    ) -> Result<Self, StepRefused> {
        let begun = Self::begin(kind, received, law)?;
        steps.into_iter().try_fold(begun, |course, (at, step)| course.after(step, at, law))
    }

    /// The case after something happened at `at`.
    ///
    /// # Errors
    /// [`StepRefused`]: the case is unchanged.
    pub fn after(&self, step: Step, at: Timestamp, law: &Jurisdiction) -> Result<Self, StepRefused> {
        match self.tried(step, at, law)? {
            Some(next) => Ok(next),
            None => Err(StepRefused::WrongStage { state: self.state(), possible: self.possible(law) }),
        }
    }

    /// What can happen next.
    pub fn possible(&self, law: &Jurisdiction) -> Vec<StepKind> {
        // Only what belongs to another stage is refused at the end of all times.
        let can_be = |kind: &StepKind| !matches!(self.tried(kind.plain(), LATE, law), Ok(None));
        StepKind::ALL.into_iter().filter(can_be).collect()
    }

    /// What is to be done now, and until when.
    ///
    /// # Errors
    /// [`StepRefused`] where the law has no such procedure, or the calendar no such time.
    pub fn deadlines(&self, law: &Jurisdiction) -> Result<Vec<Deadline>, StepRefused> {
        Ok(match self {
            Self::Notice(case) => case.deadlines(&clock(law)?)?,
            Self::Breach(breach) => breach.deadlines(law)?,
            Self::Access(access) => access.deadlines(law)?,
            Self::Complained(complained) => complained.deadlines(law)?,
        })
    }

    /// Where it is, in one word.
    pub const fn state(&self) -> &'static str {
        match self {
            Self::Notice(case) => match &case.stage {
                Stage::Received => "received",
                Stage::Defective { .. } => "defective",
                Stage::Valid => "valid",
                Stage::WithPoster { .. } => "with_poster",
                Stage::Removing { .. } => "removing",
                Stage::Removed { .. } => "removed",
                Stage::Stands { .. } => "stands",
                Stage::Closed(Outcome::Defective) => "ended_defective",
                Stage::Closed(Outcome::Removed) => "ended_removed",
                Stage::Closed(Outcome::Stands) => "ended_stands",
                Stage::Closed(Outcome::Withdrawn) => "ended_withdrawn",
            },
            Self::Breach(breach) => breach.state(),
            Self::Access(access) => access.state(),
            Self::Complained(complained) => complained.state(),
        }
    }

    /// Whether nothing is left to do that the law asks for.
    pub const fn is_over(&self) -> bool {
        match self {
            Self::Notice(case) => matches!(case.stage, Stage::Closed(_)),
            Self::Breach(breach) => breach.is_settled,
            Self::Access(access) => access.is_over,
            Self::Complained(complained) => complained.is_over,
        }
    }

    /// The notice this is.
    pub const fn notice(&self) -> Option<&NoticeCase> {
        match self {
            Self::Notice(case) => Some(case),
            _ => None,
        }
    }

    /// `None` when it belongs to another stage.
    fn tried(&self, step: Step, at: Timestamp, law: &Jurisdiction) -> Result<Option<Self>, StepRefused> {
        let begun = self.begun();
        if at < begun {
            return Err(StepRefused::TooEarly(begun));
        }
        Ok(match self {
            Self::Notice(case) => {
                let Some(event) = step.of_notice() else { return Ok(None) };
                match case.after(event, at, &clock(law)?) {
                    Ok(next) => Some(Self::Notice(next)),
                    Err(Refused::WrongStage) => None,
                    Err(Refused::TooEarly(earliest)) => return Err(StepRefused::TooEarly(earliest)),
                    Err(Refused::OutOfRange(error)) => return Err(error.into()),
                }
            }
            Self::Breach(breach) => breach.after(&step).map(Self::Breach),
            Self::Access(access) => access.after(&step, at, law)?.map(Self::Access),
            Self::Complained(complained) => complained.after(&step).map(Self::Complained),
        })
    }

    const fn begun(&self) -> Timestamp {
        match self {
            Self::Notice(case) => case.received,
            Self::Breach(breach) => breach.aware,
            Self::Access(access) => access.received,
            Self::Complained(complained) => complained.received,
        }
    }
}

fn clock(law: &Jurisdiction) -> Result<NoticeClock<'_>, StepRefused> {
    law.notices().ok_or_else(|| StepRefused::NoProcedure(law.name.clone()))
}

fn words(kinds: &[StepKind]) -> String {
    if kinds.is_empty() {
        return "nothing".to_owned();
    }
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}
