//! What comes out: one action, and every reason for it.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::subject::Part;

/// What is to be done, mildest first: the order decides, and the strongest of all findings wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Goes its way.
    #[default]
    Allow,
    /// Is marked for moderators.
    Label,
    /// Is shown behind a content warning.
    ContentWarning,
    /// Its media are shown as sensitive.
    Sensitive,
    /// Is kept out of public and hashtag timelines.
    Delist,
    /// Is kept to a smaller audience: followers, the school, the group.
    Limit,
    /// Its author is asked to think again, and may publish it as it is.
    Nudge,
    /// Waits for a person to decide.
    Hold,
    /// Is refused.
    Reject,
}

impl Action {
    /// All, mildest first.
    pub const ALL: [Self; 9] = [
        Self::Allow,
        Self::Label,
        Self::ContentWarning,
        Self::Sensitive,
        Self::Delist,
        Self::Limit,
        Self::Nudge,
        Self::Hold,
        Self::Reject,
    ];

    /// The word used in packs and kept with a decision.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Label => "label",
            Self::ContentWarning => "content-warning",
            Self::Sensitive => "sensitive",
            Self::Delist => "delist",
            Self::Limit => "limit",
            Self::Nudge => "nudge",
            Self::Hold => "hold",
            Self::Reject => "reject",
        }
    }

    /// One of five for the command line: allow, label, nudge, hold, reject. What changes how a status is shown counts as
    /// a label.
    #[must_use]
    pub const fn of_five(self) -> Self {
        match self {
            Self::Allow => Self::Allow,
            Self::Label | Self::ContentWarning | Self::Sensitive | Self::Delist | Self::Limit => Self::Label,
            Self::Nudge => Self::Nudge,
            Self::Hold => Self::Hold,
            Self::Reject => Self::Reject,
        }
    }
}

/// Whether a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Its action is asked for.
    Counts,
    /// Its rule is tried out and asks for nothing yet.
    Shadow,
    /// A rule that releases lets it go.
    Released,
}

/// In which spelling a match was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// As it stands, case, width and invisible characters aside.
    Plain,
    /// With letters that only look like those meant.
    Folded,
    /// With digits or signs for letters, or with letters set apart.
    Leet,
    /// In pieces or run together. Never more than a reason for a person to look.
    Squashed,
}

/// One match of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// Version of the rule.
    pub rule_version: u32,
    /// Kind of the rule, such as `phrase`; of what was found where a kind finds several things, such as `upn`.
    pub kind: &'static str,
    /// What is asked for because of it: what the rule asks for in this scope, less where the match is unsure, and
    /// [`Action::Allow`] unless it counts.
    pub action: Action,
    /// Whether it counts.
    pub standing: Standing,
    /// The reason shown to people.
    pub reason: String,
    /// What was found, in plain words without the words found, where the kind can say more than the reason.
    pub detail: Option<String>,
    /// The text it stands in.
    pub part: Part,
    /// Where in that text, as given, in bytes; always at character boundaries. Empty for what no text shows.
    pub span: Range<usize>,
    /// In which spelling it was found.
    pub spelling: Spelling,
}

/// A figure a rule of the kind `indicator` gives; asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Id of the rule.
    pub rule: String,
    /// Matches of the words that count for it.
    pub positive: u32,
    /// Matches of the words that count against it.
    pub negative: u32,
}

/// The outcome for one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What is to be done.
    pub action: Action,
    /// Every match, by part and place.
    pub findings: Vec<Finding>,
    /// What indicators show.
    pub scores: Vec<Score>,
    /// Whether everything was looked at. If not, the action is at least [`Action::Hold`].
    pub complete: bool,
}

impl Verdict {
    /// Whether nothing at all is asked for.
    pub fn is_allowed(&self) -> bool {
        self.action == Action::Allow
    }

    /// Whether something written here may go its way without anybody being asked. What could not be looked at as a whole
    /// may not.
    pub fn is_let_out(&self) -> bool {
        self.complete && self.action < Action::Nudge
    }

    /// Whether something whose author cannot be asked to think again may be kept and shown: what comes from outside, or
    /// stands in a profile. What could not be looked at as a whole may not.
    pub fn can_stand(&self) -> bool {
        self.complete && self.action < Action::Hold
    }

    /// The reasons in plain words, each once; empty when nothing was found. If somebody has to be asked, these reasons
    /// alone.
    ///
    /// Names the place, never the words found there.
    pub fn reason_text(&self) -> String {
        let least = if self.is_let_out() { Action::Label } else { Action::Nudge };
        let mut reasons: Vec<String> = Vec::new();
        for finding in self.findings.iter().filter(|f| f.action >= least) {
            let reason = format!("{} (found in {})", finding.reason.trim_end_matches('.'), finding.part.in_words());
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        if !self.complete {
            reasons.push("It is too long or too complex to be checked automatically".to_owned());
        }
        let mut text = reasons.join(". ");
        if !text.is_empty() {
            text.push('.');
        }
        text
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason_text())
    }
}
