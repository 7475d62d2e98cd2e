//! Why something of somebody was restricted, and their appeal against that.

use std::time::Duration;

use crate::account::Account;
use crate::clock::Timestamp;
use crate::ids::{AccountId, AppealId, CaseId, OrganisationId, ReasonsId, StatusId, WarningId};
use crate::moderation::Measure;
use crate::report::ReportCategory;

/// So long after a decision somebody can appeal against it, as with Mastodon.
pub const APPEAL_WITHIN: Duration = Duration::from_hours(20 * 24);

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// A measure against the account; [`Measure::None`] for a mere word.
    Measure(Measure),
    /// A status was removed.
    StatusRemoved(StatusId),
    /// A held status is not published, nor a held edit of one.
    StatusRejected(StatusId),
}

impl Restriction {
    /// The word it is shown and kept under, Mastodon's for measures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Measure(measure) => measure.as_str(),
            Self::StatusRemoved(_) => "status_removed",
            Self::StatusRejected(_) => "status_rejected",
        }
    }

    /// From that word, with the status it is about.
    pub fn parse(word: &str, status: Option<StatusId>) -> Option<Self> {
        match (word, status) {
            ("status_removed", Some(id)) => Some(Self::StatusRemoved(id)),
            ("status_rejected", Some(id)) => Some(Self::StatusRejected(id)),
            _ => Measure::parse(word).map(Self::Measure),
        }
    }

    /// The status it is about; for one that is rejected the id under which it is held.
    pub const fn status(self) -> Option<StatusId> {
        match self {
            Self::Measure(_) => None,
            Self::StatusRemoved(id) | Self::StatusRejected(id) => Some(id),
        }
    }
}

/// On what a decision rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The law.
    Law,
    /// The rules of the house.
    Rules,
}

impl Ground {
    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::Rules => "rules",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Law, Self::Rules].into_iter().find(|ground| ground.as_str() == word)
    }

    /// What a decision because of a report of this category rests on.
    pub const fn of_report(category: ReportCategory) -> Self {
        match category {
            ReportCategory::Legal => Self::Law,
            ReportCategory::Spam | ReportCategory::Violation | ReportCategory::Other => Self::Rules,
        }
    }
}

/// A statement of reasons: what was decided about something of somebody, on what ground, by whom, and what they can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementOfReasons {
    /// Our id.
    pub id: ReasonsId,
    /// Against whom.
    pub account_id: AccountId,
    /// The school of the account then.
    pub organisation: Option<OrganisationId>,
    /// What was decided.
    pub restriction: Restriction,
    /// On what it rests.
    pub ground: Ground,
    /// Which rule or provision; `None` when none is named.
    pub rule: Option<String>,
    /// Why, in the words of who decided; may be empty.
    pub facts: String,
    /// Whether no person decided it.
    pub automated: bool,
    /// Who did; `None` for the operator and for rules.
    pub decided_by: Option<AccountId>,
    /// By a right that reached over the whole instance.
    pub of_instance: bool,
    /// The measure it is about, as the person was told of it.
    pub warning: Option<WarningId>,
    /// The case it belongs to.
    pub case: Option<CaseId>,
    /// When.
    pub created_at: Timestamp,
}

impl StatementOfReasons {
    /// Until when an appeal is possible.
    pub fn appeal_until(&self) -> Timestamp {
        self.created_at.plus(APPEAL_WITHIN)
    }
}

/// How an appeal stands, in Mastodon's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppealState {
    /// It waits for a decision.
    Pending,
    /// The decision was taken back.
    Approved,
    /// The decision stands.
    Rejected,
}

impl AppealState {
    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Rejected].into_iter().find(|state| state.as_str() == word)
    }
}

/// An appeal against a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// Our id.
    pub id: AppealId,
    /// The decision.
    pub reasons: ReasonsId,
    /// Whose it is.
    pub account_id: AccountId,
    /// In their words.
    pub text: String,
    /// How it stands.
    pub state: AppealState,
    /// What was answered; empty while it waits.
    pub answer: String,
    /// Who decided it.
    pub decided_by: Option<AccountId>,
    /// When that was.
    pub decided_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What the notification of a decision says of the appeal against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppealSummary {
    /// In their words.
    pub text: String,
    /// How it stands.
    pub state: AppealState,
}

/// A decision with the appeal against it, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionView {
    /// Why.
    pub reasons: StatementOfReasons,
    /// The appeal.
    pub appeal: Option<Appeal>,
    /// Whom it is about.
    pub account: Account,
}
