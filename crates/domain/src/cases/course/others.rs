//! How breaches, requests and complaints go on: few steps each, in hardly any order.

use crate::Timestamp;
use crate::cases::data::SubjectAccess;
use crate::cases::{CaseKind, Deadline, Duty, Jurisdiction, OutOfRange};

use super::{Step, StepRefused};

/// A breach of personal data on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    pub(super) aware: Timestamp,
    pub(super) is_settled: bool,
    pub(super) is_removed: bool,
    pub(super) persons_told: bool,
}

impl Breach {
    pub(super) const fn after(mut self, step: &Step) -> Option<Self> {
        match step {
            Step::RegulatorTold | Step::NoNeedToTell if !self.is_settled => self.is_settled = true,
            Step::PersonsTold if !self.persons_told => self.persons_told = true,
            Step::Removed if !self.is_removed => self.is_removed = true,
            _ => return None,
        }
        Some(self)
    }

    pub(super) fn deadlines(self, law: &Jurisdiction) -> Result<Vec<Deadline>, OutOfRange> {
        if self.is_settled { Ok(Vec::new()) } else { Ok(vec![law.breach(self.aware)?]) }
    }

    pub(super) const fn state(self) -> &'static str {
        if self.is_settled { "settled" } else { "received" }
    }
}

/// A person's request for their data on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    pub(super) received: Timestamp,
    pub(super) request: SubjectAccess,
    /// Since when the answer to a question is waited for.
    pub(super) asked: Option<Timestamp>,
    pub(super) is_over: bool,
}

impl Access {
    pub(super) const fn new(received: Timestamp) -> Self {
        let request = SubjectAccess { starts: received, extended: false, stopped_days: 0 };
        Self { received, request, asked: None, is_over: false }
    }

    pub(super) fn after(mut self, step: &Step, at: Timestamp, law: &Jurisdiction) -> Result<Option<Self>, StepRefused> {
        if self.is_over {
            return Ok(None);
        }
        match (step, self.asked) {
            (Step::IdentityProved, _) => self.request.starts = at,
            (Step::ClarificationAsked, None) => self.asked = Some(at),
            (Step::ClarificationCame, Some(asked)) => {
                if at < asked {
                    return Err(StepRefused::TooEarly(asked));
                }
                let stopped = law.stopped_days(asked, at)?;
                self.request.stopped_days = self.request.stopped_days.saturating_add(stopped);
                self.asked = None;
            }
            (Step::Extended, _) if !self.request.extended => {
                let told = self.deadlines(law)?.into_iter().find(|one| one.duty == Duty::SayItTakesLonger);
                if let Some(late) = told.filter(|deadline| !deadline.met_at(at)) {
                    return Err(StepRefused::TooLate(late.by));
                }
                self.request.extended = true;
            }
            (Step::Answered | Step::Withdrawn, _) => self.is_over = true,
            _ => return Ok(None),
        }
        Ok(Some(self))
    }

    /// While an answer to a question is waited for, the end is computed as if the clock went on: the real one is later.
    pub(super) fn deadlines(self, law: &Jurisdiction) -> Result<Vec<Deadline>, OutOfRange> {
        if self.is_over { Ok(Vec::new()) } else { law.subject_access(self.request) }
    }

    pub(super) const fn state(self) -> &'static str {
        match (self.is_over, self.asked) {
            (true, _) => "settled",
            (false, Some(_)) => "waiting",
            (false, None) => "received",
        }
    }
}

/// A complaint on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Complained {
    pub(super) received: Timestamp,
    /// About personal data, or about online safety.
    pub(super) kind: CaseKind,
    pub(super) is_acknowledged: bool,
    pub(super) is_removed: bool,
    pub(super) is_over: bool,
}

impl Complained {
    pub(super) const fn after(mut self, step: &Step) -> Option<Self> {
        match step {
            _ if self.is_over => return None,
            Step::Acknowledged if !self.is_acknowledged => self.is_acknowledged = true,
            Step::Removed if !self.is_removed => self.is_removed = true,
            Step::Answered | Step::Withdrawn => self.is_over = true,
            _ => return None,
        }
        Some(self)
    }

    pub(super) fn deadlines(self, law: &Jurisdiction) -> Result<Vec<Deadline>, OutOfRange> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let mut deadlines = if self.kind == CaseKind::DataComplaint {
            vec![law.data_complaint(self.received)?]
        } else {
            law.online_safety_complaint(self.received)?.to_vec()
        };
        deadlines.retain(|deadline| !self.is_acknowledged || deadline.duty != Duty::AcknowledgeComplaint);
        Ok(deadlines)
    }

    pub(super) const fn state(self) -> &'static str {
        match (self.is_over, self.is_acknowledged) {
            (true, _) => "settled",
            (false, true) => "acknowledged",
            (false, false) => "received",
        }
    }
}
