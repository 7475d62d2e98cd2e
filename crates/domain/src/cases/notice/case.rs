//! How a notice case goes on: stages, and what leads from one to the next.

use crate::Timestamp;
use crate::cases::OutOfRange;

use super::clock::NoticeClock;
use super::fields::Requirement;
use super::reply::Answer;

/// A notice of complaint on its way. Times are those at which things happened, not at which they were recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeCase {
    /// When the notice came.
    pub received: Timestamp,
    /// When the complainant was told that it came and what was done.
    pub acknowledged: Option<Timestamp>,
    /// Where the case is.
    pub stage: Stage,
}

/// Where a case is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has looked at the notice yet.
    Received,
    /// The notice lacks something, and the complainant must be told (regulation 4). A corrected notice is a new case.
    Defective {
        /// What is missing.
        missing: Vec<Requirement>,
    },
    /// The notice is valid and must be passed to the poster (Schedule, paragraph 2).
    Valid,
    /// The poster was written to and has some days to answer.
    WithPoster {
        /// When they were written to.
        sent: Timestamp,
    },
    /// The statement must go.
    Removing {
        /// Why.
        ground: Ground,
        /// From when the time for it runs.
        since: Timestamp,
    },
    /// The statement is gone; the complainant must be told.
    Removed {
        /// Why.
        ground: Ground,
        /// From when the time for telling runs.
        since: Timestamp,
    },
    /// The poster objects and said who they are, so the statement stays; the complainant must be told (Schedule,
    /// paragraph 8).
    Stands {
        /// When the answer came.
        since: Timestamp,
        /// Whether the complainant may be given the poster's name and address.
        details_may_be_given: bool,
    },
    /// Nothing is left to do.
    Closed(Outcome),
}

/// Why a statement goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ground {
    /// There is no way to reach the poster (Schedule, paragraph 3).
    Unreachable,
    /// The poster did not answer in time (Schedule, paragraph 5).
    Unanswered,
    /// The poster's answer does not say what it must (Schedule, paragraph 6).
    IncompleteAnswer,
    /// The poster agrees (Schedule, paragraph 7).
    Consented,
    /// It was removed before, again and again (Schedule, paragraph 9).
    Reposted,
    /// The operator or the poster removed it without having to.
    Choice,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The complainant was told what the notice lacks.
    Defective,
    /// The statement is gone.
    Removed,
    /// The statement stays.
    Stands,
    /// The complainant took the notice back.
    Withdrawn,
}

/// What happens to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The notice was looked at.
    Assessed {
        /// What it lacks, see [`Notice::missing`](super::Notice::missing).
        missing: Vec<Requirement>,
        /// How often this statement, or substantially the same by the same poster, was removed before after notices of
        /// this complainant.
        earlier_removals: u32,
    },
    /// There turned out to be no way to reach the poster.
    PosterUnreachable,
    /// The poster was sent the notice.
    PassedToPoster,
    /// The complainant was told that the notice came and what was done.
    Acknowledged,
    /// The poster answered.
    PosterAnswered(Answer),
    /// The poster's time ended without an answer.
    PosterTimeEnded,
    /// The statement was removed.
    Removed,
    /// The complainant was told how it ended, or what the notice lacks.
    ToldComplainant,
    /// The complainant took the notice back.
    Withdrawn,
}

/// Why an event cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The case is at a stage where this does not happen.
    #[error("this cannot happen to the notice at this stage")]
    WrongStage,
    /// It cannot have happened before what it follows.
    #[error("this cannot have been before {}", .0.to_rfc3339())]
    TooEarly(Timestamp),
    /// The time is outside the calendar.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
}

impl NoticeCase {
    /// A case that begins with the receipt of a notice.
    pub const fn new(received: Timestamp) -> Self {
        Self { received, acknowledged: None, stage: Stage::Received }
    }

    /// The case after all of `events`, each with its time.
    ///
    /// # Errors
    /// [`Refused`], for the first event that cannot be.
    pub fn replay(
        received: Timestamp,
        events: impl IntoIterator<Item = (Timestamp, Event)>,
        clock: &NoticeClock<'_>,
    ) -> Result<Self, Refused> {
        events.into_iter().try_fold(Self::new(received), |case, (at, event)| case.after(event, at, clock))
    }

    /// The case after something happened at `at`.
    ///
    /// # Errors
    /// [`Refused`]: the case is unchanged.
    pub fn after(&self, event: Event, at: Timestamp, clock: &NoticeClock<'_>) -> Result<Self, Refused> {
        let earliest = self.earliest();
        if at < earliest {
            return Err(Refused::TooEarly(earliest));
        }
        let mut next = self.clone();
        next.stage = match (&self.stage, event) {
            (Stage::Closed(_), _) => return Err(Refused::WrongStage),
            (_, Event::Withdrawn) => Stage::Closed(Outcome::Withdrawn),
            (Stage::Received, Event::Assessed { missing, earlier_removals }) => {
                self.assessed(missing, clock.is_repost(earlier_removals))
            }
            (Stage::Valid, Event::PassedToPoster) => Stage::WithPoster { sent: at },
            (Stage::Valid | Stage::WithPoster { .. }, Event::PosterUnreachable) => self.removing(Ground::Unreachable),
            (Stage::WithPoster { sent }, Event::PosterAnswered(answer)) => {
                let end = clock.poster(*sent)?;
                if at > end {
                    Stage::Removing { ground: Ground::Unanswered, since: end }
                } else {
                    answered(&answer, at)
                }
            }
            (Stage::WithPoster { sent }, Event::PosterTimeEnded) => {
                let end = clock.poster(*sent)?;
                if at < end {
                    return Err(Refused::TooEarly(end));
                }
                Stage::Removing { ground: Ground::Unanswered, since: end }
            }
            (Stage::Removing { ground, since }, Event::Removed) => Stage::Removed { ground: *ground, since: *since },
            (Stage::Received | Stage::Valid | Stage::WithPoster { .. } | Stage::Stands { .. }, Event::Removed) => {
                Stage::Removed { ground: Ground::Choice, since: at }
            }
            (stage, Event::Acknowledged) if stage.awaits_acknowledgement() && self.acknowledged.is_none() => {
                next.acknowledged = Some(at);
                stage.clone()
            }
            (Stage::Defective { .. }, Event::ToldComplainant) => Stage::Closed(Outcome::Defective),
            (Stage::Removed { .. }, Event::ToldComplainant) => {
                next.acknowledged = self.acknowledged.or(Some(at));
                Stage::Closed(Outcome::Removed)
            }
            (Stage::Stands { .. }, Event::ToldComplainant) => {
                next.acknowledged = self.acknowledged.or(Some(at));
                Stage::Closed(Outcome::Stands)
            }
            _ => return Err(Refused::WrongStage),
        };
        Ok(next)
    }

    fn assessed(&self, missing: Vec<Requirement>, is_repost: bool) -> Stage {
        if !missing.is_empty() {
            Stage::Defective { missing }
        } else if is_repost {
            self.removing(Ground::Reposted)
        } else {
            Stage::Valid
        }
    }

    /// For the grounds whose time runs from the receipt of the notice.
    const fn removing(&self, ground: Ground) -> Stage {
        Stage::Removing { ground, since: self.received }
    }

    /// What follows cannot have been before this.
    const fn earliest(&self) -> Timestamp {
        match self.stage {
            Stage::WithPoster { sent } => sent,
            Stage::Removing { since, .. } | Stage::Removed { since, .. } | Stage::Stands { since, .. } => since,
            Stage::Received | Stage::Defective { .. } | Stage::Valid | Stage::Closed(_) => self.received,
        }
    }
}

impl Stage {
    /// Whether a letter that says what was done about the notice is due, or would still be, apart from the one that
    /// says how it ended.
    pub(super) const fn awaits_acknowledgement(&self) -> bool {
        match self {
            Self::WithPoster { .. } | Self::Stands { .. } => true,
            // where the poster is not asked, what was done is how it ended
            Self::Removing { ground, .. } | Self::Removed { ground, .. } => {
                !matches!(ground, Ground::Unreachable | Ground::Reposted)
            }
            Self::Received | Self::Defective { .. } | Self::Valid | Self::Closed(_) => false,
        }
    }
}

fn answered(answer: &Answer, at: Timestamp) -> Stage {
    match answer {
        Answer::Consents => Stage::Removing { ground: Ground::Consented, since: at },
        Answer::Incomplete { .. } => Stage::Removing { ground: Ground::IncompleteAnswer, since: at },
        Answer::Objects { details_may_be_given } => {
            Stage::Stands { since: at, details_may_be_given: *details_may_be_given }
        }
    }
}
