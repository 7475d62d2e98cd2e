//! Moderation rules at the points where texts are evaluated: what leaves here, and what comes in.
//!
//! The rules themselves are `staffroom-moderation`; here a status or profile becomes a subject, and a verdict becomes
//! an outcome and a recorded decision. Statuses are held (`statuses/held`), profiles refused; `holds` is for moderators.

mod basis;
mod copies;
mod dry_run;
pub(crate) mod facts;
mod history;
pub mod holds;
mod judged;
mod kept;
mod outcome;
mod parts;
pub mod quarantine;
mod record;
mod replay;
pub mod report;
pub mod rules;
mod shape;
mod target;
#[cfg(test)]
mod tests;
mod texts;
mod waiting;

use staffroom_domain::{Tag, Visibility};
use staffroom_moderation::{Direction, Facts, Part, Subject};

use crate::{Result, Service, ServiceError};
pub(crate) use copies::SentTexts;
pub use dry_run::Evaluated;
pub(crate) use facts::{About, AboutStatus, Answered, foreign_media_facts, media_facts};
pub(crate) use judged::Judged;
pub(crate) use kept::KeptVerdict;
pub(crate) use outcome::{Cleared, Outcome};
pub(crate) use parts::{foreign_parts, foreign_profile_parts, profile_parts, status_parts};
pub use replay::Replayed;
pub use waiting::Waiting;

/// Moderation rules at the points where texts are evaluated.
#[derive(Clone, Copy)]
pub struct Moderation<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Moderation<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }

    /// Judges texts by the rules that run, which count it. Nothing of the texts is kept. Texts that could not be read to
    /// their end are never let out or in; that is counted, and said in the log of the server without a word of them.
    pub(crate) fn judge(self, subject: Subject) -> Judged {
        let judged = Judged::by(self.service.inner.rules.now(), subject);
        if !judged.verdict.complete {
            let direction = match judged.subject.direction {
                Direction::Outbound => "outbound",
                Direction::Inbound => "inbound",
            };
            let bytes: usize = judged.subject.parts.iter().map(|(_, text)| text.len()).sum();
            metrics::counter!("moderation_incomplete_total", "direction" => direction).increment(1);
            tracing::warn!(
                direction,
                bytes,
                "texts were too much work for the moderation rules, and wait for a person"
            );
        }
        judged
    }

    /// Lets texts out that are no status (of profiles, names of things), for everybody to read, or says why not. Call it
    /// before anything is stored. `tags` are the hashtags among them. They cannot wait until their author has looked
    /// again, so what asks for no more than that lets them out.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with the reasons, for the author, when a rule asks for
    /// [`Action::Hold`](staffroom_moderation::Action::Hold) or more.
    pub(crate) fn let_out(self, facts: Facts, parts: Vec<(Part, String)>, tags: Vec<Tag>) -> Result<()> {
        let direction = Direction::Outbound;
        let verdict = self.judge(Subject { parts, direction, visibility: Visibility::Public, tags, facts }).verdict;
        if verdict.can_stand() {
            return Ok(());
        }
        metrics::counter!("moderation_refused_total").increment(1);
        Err(ServiceError::Refused { reason: format!("Not published: {}", verdict.reason_text()) })
    }
}
