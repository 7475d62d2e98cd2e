//! What comes out: one action, and every reason for it.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::subject::Part;

/// What is to be done, mildest first: the order decides, and the strongest of all findings wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Goes its way.
    Allow,
    /// Waits for a person to decide.
    Hold,
    /// Is refused.
    Reject,
}

impl Action {
    /// The word used in packs and kept with a decision.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Hold => "hold",
            Self::Reject => "reject",
        }
    }
}

/// One match of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// Version of the rule.
    pub rule_version: u32,
    /// Kind of the rule, such as `phrase`.
    pub kind: &'static str,
    /// What the rule asks for.
    pub action: Action,
    /// The reason shown to people.
    pub reason: String,
    /// The text it stands in.
    pub part: Part,
    /// Where in that text, as given, in bytes; always at character boundaries.
    pub span: Range<usize>,
}

/// The outcome for one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What is to be done.
    pub action: Action,
    /// Every match, by part and place.
    pub findings: Vec<Finding>,
    /// Whether everything was looked at. If not, the action is at least [`Action::Hold`].
    pub complete: bool,
}

impl Verdict {
    /// Whether it may go its way.
    pub fn is_allowed(&self) -> bool {
        self.action == Action::Allow
    }

    /// The reasons in plain words, each once; empty when nothing was found.
    ///
    /// Names the place, never the words found there.
    pub fn reason_text(&self) -> String {
        let mut reasons: Vec<String> = Vec::new();
        for finding in self.findings.iter().filter(|f| f.action > Action::Allow) {
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
