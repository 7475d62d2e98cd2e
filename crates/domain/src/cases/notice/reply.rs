//! What the poster's answer to a notice must contain.

use crate::text::is_blank;

/// The poster's answer as they wrote it. Text may be empty, answers may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PosterReply {
    /// Whether the statement is to be removed; `None` when they do not say.
    pub remove: Option<bool>,
    /// Their full name.
    pub full_name: String,
    /// The postal address at which they live or carry on business.
    pub postal_address: String,
    /// Whether the complainant may be given name and address; `None` when they do not say.
    pub complainant_may_have_them: Option<bool>,
    /// Whether a moderator found name or address obviously false.
    pub obviously_false: bool,
}

/// What an answer amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The statement may go (Schedule, paragraph 7).
    Consents,
    /// It is to stay, and all is there that must be (Schedule, paragraph 8).
    Objects {
        /// Whether the complainant may be given name and address.
        details_may_be_given: bool,
    },
    /// It does not say what it must, so the statement goes (Schedule, paragraph 6).
    Incomplete {
        /// What it does not say.
        missing: Vec<ReplyPart>,
    },
}

/// Something an answer that objects must contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReplyPart {
    /// Whether the statement is to be removed.
    Wish,
    /// The full name.
    FullName,
    /// The postal address.
    PostalAddress,
    /// Whether the complainant may have both.
    Permission,
    /// A name and an address that are not obviously false.
    BelievableDetails,
}

impl ReplyPart {
    /// What it is, for a letter: `Your answer must say …`.
    pub const fn described(self) -> &'static str {
        match self {
            Self::Wish => "whether you wish the statement to be removed",
            Self::FullName => "your full name",
            Self::PostalAddress => "the postal address at which you live or carry on business",
            Self::Permission => "whether you agree to your name and address being given to the complainant",
            Self::BelievableDetails => "a name and an address that are not obviously false",
        }
    }
}

impl PosterReply {
    /// What the answer amounts to. Who agrees to the removal need not say who they are.
    pub fn amounts_to(&self) -> Answer {
        if self.remove == Some(true) {
            return Answer::Consents;
        }
        let parts = [
            (self.remove.is_some(), ReplyPart::Wish),
            (!is_blank(&self.full_name), ReplyPart::FullName),
            (!is_blank(&self.postal_address), ReplyPart::PostalAddress),
            (self.complainant_may_have_them.is_some(), ReplyPart::Permission),
            (!self.obviously_false, ReplyPart::BelievableDetails),
        ];
        let missing: Vec<_> = parts.into_iter().filter(|(there, _)| !there).map(|(_, part)| part).collect();
        match self.complainant_may_have_them {
            Some(details_may_be_given) if missing.is_empty() => Answer::Objects { details_may_be_given },
            _ => Answer::Incomplete { missing },
        }
    }
}
