//! Mail to people here.

use crate::ids::AccountId;

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LetterKind {
    /// Is this your address?
    Confirmation,
    /// A new password.
    Reset,
    /// Your password was changed.
    PasswordChanged,
    /// Somebody signed in.
    SignIn,
    /// A moderator took a measure.
    Moderation,
    /// A moderator let you in.
    Approved,
    /// About a case, to who wrote in or is asked.
    Case,
    /// About a case, to who deals with it.
    CaseAlarm,
    /// What waits, in numbers.
    Morning,
    /// An appeal was decided.
    Appeal,
}

impl LetterKind {
    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::Reset => "reset",
            Self::PasswordChanged => "password_changed",
            Self::SignIn => "sign_in",
            Self::Moderation => "moderation",
            Self::Approved => "approved",
            Self::Case => "case",
            Self::CaseAlarm => "case_alarm",
            Self::Morning => "morning",
            Self::Appeal => "appeal",
        }
    }

    /// Most letters of this kind one person gets in an hour, whoever causes them; `None` where only
    /// moderators and clocks do.
    pub const fn most_in_an_hour(self) -> Option<i64> {
        match self {
            Self::Confirmation | Self::Reset => Some(3),
            Self::SignIn | Self::PasswordChanged => Some(5),
            Self::Moderation | Self::Approved | Self::Case | Self::CaseAlarm | Self::Morning | Self::Appeal => None,
        }
    }
}

/// What a link in a letter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To say that the address is one's own.
    Confirm,
    /// To choose a new password.
    Reset,
}

impl LinkPurpose {
    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Reset => "reset",
        }
    }
}

/// A link that was sent to somebody: whoever has it reads the mail of that address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose account it is for.
    pub account_id: AccountId,
    /// The address it was sent to.
    pub email: String,
}
