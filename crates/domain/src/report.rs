//! Reports: somebody finds something wrong about an account.

use crate::account::Account;
use crate::clock::Timestamp;
use crate::ids::{AccountId, ReportId, StatusId};

/// What is wrong, in Mastodon's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportCategory {
    /// Unwanted advertising.
    Spam,
    /// Against the law.
    Legal,
    /// Against a rule of the instance.
    Violation,
    /// Anything else.
    Other,
}

impl ReportCategory {
    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Legal => "legal",
            Self::Violation => "violation",
            Self::Other => "other",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Spam, Self::Legal, Self::Violation, Self::Other].into_iter().find(|one| one.as_str() == word)
    }
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Our id.
    pub id: ReportId,
    /// Who reported: a person here, or the account another server reports as.
    pub account_id: AccountId,
    /// Who is reported.
    pub target_id: AccountId,
    /// The id it has on the network.
    pub uri: String,
    /// What is wrong.
    pub category: ReportCategory,
    /// In the reporter's words, plain text.
    pub comment: String,
    /// Statuses of the reported account it is about.
    pub status_ids: Vec<StatusId>,
    /// The reported account's server was told.
    pub forwarded: bool,
    /// When.
    pub created_at: Timestamp,
    /// When somebody dealt with it.
    pub resolved_at: Option<Timestamp>,
    /// Who did; `None` for the operator.
    pub resolved_by: Option<AccountId>,
    /// Who looks after it.
    pub assigned_to: Option<AccountId>,
    /// When anything about it changed last.
    pub updated_at: Timestamp,
}

/// What somebody reports.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// Who is reported.
    pub target_id: AccountId,
    /// Statuses of theirs.
    pub status_ids: Vec<StatusId>,
    /// Why, plain text.
    pub comment: String,
    /// What is wrong.
    pub category: ReportCategory,
    /// Whether the reported account's server is to be told.
    pub forward: bool,
}

/// A report with both accounts.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// The report.
    pub report: Report,
    /// Who reported.
    pub account: Account,
    /// Who is reported.
    pub target: Account,
}
