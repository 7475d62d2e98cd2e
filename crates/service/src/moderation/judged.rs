//! A verdict with everything it was made by and of.

use std::sync::Arc;

use staffroom_moderation::{PackRef, Subject, Verdict};

use super::KeptVerdict;
use super::rules::Running;

/// What the rules said, of what, and which rules they were.
pub(crate) struct Judged {
    /// What was judged.
    pub(crate) subject: Subject,
    /// What the rules said.
    pub(crate) verdict: Verdict,
    rules: Arc<Running>,
}

impl Judged {
    /// What `rules` say of `subject`, counted.
    pub(super) fn by(rules: Arc<Running>, subject: Subject) -> Self {
        Self { verdict: rules.judge(&subject), subject, rules }
    }

    /// The verdict, to be kept.
    pub(crate) fn kept(&self) -> KeptVerdict {
        KeptVerdict::of(&self.verdict, &self.subject)
    }

    /// The packs it was judged by, in order.
    pub(super) fn packs(&self) -> &[PackRef] {
        self.rules.packs()
    }
}
