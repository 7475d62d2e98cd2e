//! What moderators see of accounts and do about them, in Mastodon's words.

use crate::account::{Account, User};
use crate::appeal::AppealSummary;
use crate::clock::Timestamp;
use crate::ids::{AccountId, ReportId, WarningId};
use crate::report::Report;
use crate::status::StatusView;

/// What is done about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Nothing but a word to its owner.
    None,
    /// Nobody can sign in to it.
    Disable,
    /// All its media are shown behind a warning.
    Sensitive,
    /// Seen and heard only by those who follow it.
    Silence,
    /// Hidden, signed out, silent.
    Suspend,
}

impl Measure {
    const ALL: [Self; 5] = [Self::None, Self::Disable, Self::Sensitive, Self::Silence, Self::Suspend];

    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Disable => "disable",
            Self::Sensitive => "sensitive",
            Self::Silence => "silence",
            Self::Suspend => "suspend",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.as_str() == word)
    }
}

/// A measure as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountWarning {
    /// Our id.
    pub id: WarningId,
    /// Who took it.
    pub account_id: AccountId,
    /// Against whom.
    pub target_id: AccountId,
    /// Because of which report.
    pub report_id: Option<ReportId>,
    /// What was done.
    pub measure: Measure,
    /// Why, for the owner of the account; may be empty.
    pub text: String,
    /// By somebody whose right reached over the whole instance; otherwise by the school's own staff.
    pub of_instance: bool,
    /// The appeal against it.
    pub appeal: Option<AppealSummary>,
    /// When.
    pub created_at: Timestamp,
}

/// An account with its private side, if it has one here.
#[derive(Clone, Debug)]
pub struct ModeratedAccount {
    /// The account.
    pub account: Account,
    /// How its owner signs in.
    pub user: Option<User>,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Not suspended; people here are approved and confirmed and may sign in.
    Active,
    /// Waits for approval.
    Pending,
    /// Nobody can sign in to it.
    Disabled,
    /// Its media are shown behind a warning.
    Sensitized,
    /// Seen and heard only by followers.
    Silenced,
    /// Suspended.
    Suspended,
}

impl AccountState {
    /// Parses Mastodon's word.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "active" => Self::Active,
            "pending" => Self::Pending,
            "disabled" => Self::Disabled,
            "sensitized" => Self::Sensitized,
            "silenced" => Self::Silenced,
            "suspended" => Self::Suspended,
            _ => return None,
        })
    }
}

/// Which accounts to list; everything asked for must hold.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Those that live here, or those that do not.
    pub local: Option<bool>,
    /// How they stand.
    pub state: Option<AccountState>,
    /// Moderators and administrators alone.
    pub staff: bool,
    /// The name begins with this.
    pub username: Option<String>,
    /// The name shown begins with this.
    pub display_name: Option<String>,
    /// The e-mail address begins with this.
    pub email: Option<String>,
    /// They live there.
    pub by_domain: Option<String>,
}

/// Which reports to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportFilter {
    /// Those dealt with instead of the others.
    pub resolved: bool,
    /// By this account.
    pub account_id: Option<AccountId>,
    /// About this account.
    pub target_id: Option<AccountId>,
}

/// A report with everything those who deal with it need.
#[derive(Clone, Debug)]
pub struct ReportDetail {
    /// The report.
    pub report: Report,
    /// Who reported.
    pub account: ModeratedAccount,
    /// Who is reported.
    pub target: ModeratedAccount,
    /// Who looks after it.
    pub assigned: Option<ModeratedAccount>,
    /// Who dealt with it.
    pub resolved_by: Option<ModeratedAccount>,
    /// The statuses it is about that are still there.
    pub statuses: Vec<StatusView>,
}
