//! What happens to cases that moves them on.

use crate::cases::notice::{self, Answer, Requirement};

/// Something that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A notice was looked at.
    Assessed {
        /// What it lacks.
        missing: Vec<Requirement>,
        /// How often this statement was removed before, see [`notice::Event::Assessed`].
        earlier_removals: u32,
    },
    /// There turned out to be no way to reach the poster.
    PosterUnreachable,
    /// The poster was sent the notice.
    PassedToPoster,
    /// The complainant was told that the notice or complaint came.
    Acknowledged,
    /// The poster answered.
    PosterAnswered(Answer),
    /// The poster's time ended without an answer.
    PosterTimeEnded,
    /// The statement, or what a breach or complaint is about, was removed.
    Removed,
    /// The complainant was told how a notice ended, or what it lacks.
    ToldComplainant,
    /// Who asked or complained took it back.
    Withdrawn,
    /// The regulator was told of a breach.
    RegulatorTold,
    /// A breach need not be told: it is unlikely to be a risk for anybody.
    NoNeedToTell,
    /// The people whose data it is were told of a breach.
    PersonsTold,
    /// Who asks for data showed who they are, or paid the fee: the time starts again.
    IdentityProved,
    /// Who asks for data was asked what they mean: the clock stands still.
    ClarificationAsked,
    /// They said it.
    ClarificationCame,
    /// They were told that it takes longer.
    Extended,
    /// A request or complaint was answered.
    Answered,
}

/// A [`Step`] without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "as in Step")]
pub enum StepKind {
    Assessed,
    PosterUnreachable,
    PassedToPoster,
    Acknowledged,
    PosterAnswered,
    PosterTimeEnded,
    Removed,
    ToldComplainant,
    Withdrawn,
    RegulatorTold,
    NoNeedToTell,
    PersonsTold,
    IdentityProved,
    ClarificationAsked,
    ClarificationCame,
    Extended,
    Answered,
}

impl StepKind {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Assessed,
        Self::PosterUnreachable,
        Self::PassedToPoster,
        Self::Acknowledged,
        Self::PosterAnswered,
        Self::PosterTimeEnded,
        Self::Removed,
        Self::ToldComplainant,
        Self::Withdrawn,
        Self::RegulatorTold,
        Self::NoNeedToTell,
        Self::PersonsTold,
        Self::IdentityProved,
        Self::ClarificationAsked,
        Self::ClarificationCame,
        Self::Extended,
        Self::Answered,
    ];

    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assessed => "assessed",
            Self::PosterUnreachable => "poster_unreachable",
            Self::PassedToPoster => "passed_to_poster",
            Self::Acknowledged => "acknowledged",
            Self::PosterAnswered => "poster_answered",
            Self::PosterTimeEnded => "poster_time_ended",
            Self::Removed => "removed",
            Self::ToldComplainant => "told_complainant",
            Self::Withdrawn => "withdrawn",
            Self::RegulatorTold => "regulator_told",
            Self::NoNeedToTell => "no_need_to_tell",
            Self::PersonsTold => "persons_told",
            Self::IdentityProved => "identity_proved",
            Self::ClarificationAsked => "clarification_asked",
            Self::ClarificationCame => "clarification_came",
            Self::Extended => "extended",
            Self::Answered => "answered",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// A step of this kind, with nothing special about it.
    pub const fn plain(self) -> Step {
        match self {
            Self::Assessed => Step::Assessed { missing: Vec::new(), earlier_removals: 0 },
            Self::PosterUnreachable => Step::PosterUnreachable,
            Self::PassedToPoster => Step::PassedToPoster,
            Self::Acknowledged => Step::Acknowledged,
            Self::PosterAnswered => Step::PosterAnswered(Answer::Consents),
            Self::PosterTimeEnded => Step::PosterTimeEnded,
            Self::Removed => Step::Removed,
            Self::ToldComplainant => Step::ToldComplainant,
            Self::Withdrawn => Step::Withdrawn,
            Self::RegulatorTold => Step::RegulatorTold,
            Self::NoNeedToTell => Step::NoNeedToTell,
            Self::PersonsTold => Step::PersonsTold,
            Self::IdentityProved => Step::IdentityProved,
            Self::ClarificationAsked => Step::ClarificationAsked,
            Self::ClarificationCame => Step::ClarificationCame,
            Self::Extended => Step::Extended,
            Self::Answered => Step::Answered,
        }
    }
}

impl Step {
    /// What kind it is.
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::Assessed { .. } => StepKind::Assessed,
            Self::PosterUnreachable => StepKind::PosterUnreachable,
            Self::PassedToPoster => StepKind::PassedToPoster,
            Self::Acknowledged => StepKind::Acknowledged,
            Self::PosterAnswered(_) => StepKind::PosterAnswered,
            Self::PosterTimeEnded => StepKind::PosterTimeEnded,
            Self::Removed => StepKind::Removed,
            Self::ToldComplainant => StepKind::ToldComplainant,
            Self::Withdrawn => StepKind::Withdrawn,
            Self::RegulatorTold => StepKind::RegulatorTold,
            Self::NoNeedToTell => StepKind::NoNeedToTell,
            Self::PersonsTold => StepKind::PersonsTold,
            Self::IdentityProved => StepKind::IdentityProved,
            Self::ClarificationAsked => StepKind::ClarificationAsked,
            Self::ClarificationCame => StepKind::ClarificationCame,
            Self::Extended => StepKind::Extended,
            Self::Answered => StepKind::Answered,
        }
    }

    /// What it is in the course of a notice; `None` for what does not happen to notices.
    pub(super) fn of_notice(self) -> Option<notice::Event> {
        Some(match self {
            Self::Assessed { missing, earlier_removals } => notice::Event::Assessed { missing, earlier_removals },
            Self::PosterUnreachable => notice::Event::PosterUnreachable,
            Self::PassedToPoster => notice::Event::PassedToPoster,
            Self::Acknowledged => notice::Event::Acknowledged,
            Self::PosterAnswered(answer) => notice::Event::PosterAnswered(answer),
            Self::PosterTimeEnded => notice::Event::PosterTimeEnded,
            Self::Removed => notice::Event::Removed,
            Self::ToldComplainant => notice::Event::ToldComplainant,
            Self::Withdrawn => notice::Event::Withdrawn,
            _ => return None,
        })
    }
}
