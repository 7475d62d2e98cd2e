//! The deadlines each stage of a notice case starts.

use crate::Timestamp;
use crate::cases::{Deadline, Duty, OutOfRange};

use super::case::{Ground, NoticeCase, Stage};
use super::clock::NoticeClock;

const TIME: &str = "SI 2013/3028, regulation 3";
const DEFECTIVE: &str = "SI 2013/3028, regulation 4";
const PARAGRAPH_2: &str = "SI 2013/3028, Schedule, paragraph 2";
const PARAGRAPH_4: &str = "SI 2013/3028, Schedule, paragraph 4";
const PARAGRAPH_8: &str = "SI 2013/3028, Schedule, paragraph 8";

impl Ground {
    /// The provision that wants the statement gone, and the complainant told.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Unreachable => "SI 2013/3028, Schedule, paragraph 3",
            Self::Unanswered => "SI 2013/3028, Schedule, paragraph 5",
            Self::IncompleteAnswer => "SI 2013/3028, Schedule, paragraph 6",
            Self::Consented => "SI 2013/3028, Schedule, paragraph 7",
            Self::Reposted => "SI 2013/3028, Schedule, paragraph 9",
            Self::Choice => "the house's own time",
        }
    }
}

impl NoticeCase {
    /// What is to be done now, and until when, the soonest first. Nothing for a closed case.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn deadlines(&self, clock: &NoticeClock<'_>) -> Result<Vec<Deadline>, OutOfRange> {
        let first = clock.operator(self.received)?;
        let mut deadlines = match &self.stage {
            Stage::Received => vec![due(Duty::Assess, first, TIME)],
            Stage::Defective { .. } => vec![due(Duty::SayWhatIsMissing, first, DEFECTIVE)],
            Stage::Valid => {
                vec![due(Duty::PassToPoster, first, PARAGRAPH_2), due(Duty::Acknowledge, first, PARAGRAPH_4)]
            }
            Stage::WithPoster { sent } => vec![due(Duty::PosterAnswers, clock.poster(*sent)?, PARAGRAPH_2)],
            Stage::Removing { ground, since } => {
                let by = clock.operator(*since)?;
                vec![due(Duty::Remove, by, ground.source()), due(Duty::TellComplainant, by, ground.source())]
            }
            Stage::Removed { ground, since } => {
                vec![due(Duty::TellComplainant, clock.operator(*since)?, ground.source())]
            }
            Stage::Stands { since, .. } => vec![due(Duty::TellComplainant, clock.operator(*since)?, PARAGRAPH_8)],
            Stage::Closed(_) => Vec::new(),
        };
        if self.stage.awaits_acknowledgement() && self.acknowledged.is_none() {
            deadlines.push(due(Duty::Acknowledge, first, PARAGRAPH_4));
        }
        deadlines.sort_by_key(|deadline| deadline.by);
        Ok(deadlines)
    }
}

const fn due(duty: Duty, by: Timestamp, source: &'static str) -> Deadline {
    Deadline { duty, by, source }
}
