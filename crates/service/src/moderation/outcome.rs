//! What a verdict means for something that is written here, and what somebody let out although rules matched.

use serde::{Deserialize, Serialize};
use staffroom_moderation::{Action, Finding, Verdict};

/// Rules that were looked at by a person, or passed over by the author where that is allowed: what they matched in this
/// text goes out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cleared {
    rules: Vec<(String, u32)>,
    /// Also though not everything could be looked at.
    unread: bool,
    /// Whatever rules that only hold may find: it does not leave the building.
    #[serde(default)]
    everything: bool,
}

impl Cleared {
    /// What these rules in these versions matched.
    pub(crate) fn rules(rules: Vec<(String, u32)>, unread: bool) -> Self {
        Self { rules, unread, everything: false }
    }

    /// Whatever rules that only hold may find.
    pub(crate) fn everything() -> Self {
        Self { rules: Vec::new(), unread: true, everything: true }
    }

    /// Whether nothing stands in a verdict that was not let out.
    fn covers(&self, verdict: &Verdict) -> bool {
        let is_known = |found: &Finding| {
            self.rules.iter().any(|(rule, version)| *rule == found.rule && *version == found.rule_version)
        };
        self.everything
            || (verdict.complete || self.unread)
                && verdict.findings.iter().filter(|found| found.action >= Action::Nudge).all(is_known)
    }
}

/// What becomes of something written here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It goes its way.
    LetOut,
    /// It waits for its author, or for a person to decide.
    Held {
        /// Its author may publish it as it is.
        may_publish: bool,
    },
    /// It is refused; the reason is for its author.
    Refused(String),
}

impl Outcome {
    /// What follows from `verdict`, given what was let out before.
    pub(crate) fn of(verdict: &Verdict, cleared: &Cleared) -> Self {
        match verdict.action {
            Action::Reject => Self::Refused(format!("Not published: {}", verdict.reason_text())),
            _ if cleared.covers(verdict) => Self::LetOut,
            _ if !verdict.complete => Self::Held { may_publish: false },
            Action::Nudge => Self::Held { may_publish: true },
            Action::Hold => Self::Held { may_publish: false },
            Action::Allow
            | Action::Label
            | Action::ContentWarning
            | Action::Sensitive
            | Action::Delist
            | Action::Limit => Self::LetOut,
        }
    }
}
