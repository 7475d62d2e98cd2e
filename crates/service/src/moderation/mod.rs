//! Moderation rules at the points where texts are evaluated: what leaves here, and what comes in.
//!
//! The rules themselves are `staffroom-moderation`; here a status or profile becomes a subject, and a verdict becomes
//! a refusal or a recorded decision.

mod dry_run;
mod parts;
#[cfg(test)]
mod tests;

use staffroom_domain::ids::AccountId;
use staffroom_domain::{Tag, Visibility};
use staffroom_moderation::{Direction, Facts, Part, Subject, Verdict};
use staffroom_storage::Tx;
use staffroom_storage::moderation::Decision;

use crate::{Cx, Result, Service, ServiceError};
pub(crate) use parts::{profile_parts, status_parts};

/// Moderation rules at the points where texts are evaluated.
#[derive(Clone, Copy)]
pub struct Moderation<'a> {
    service: &'a Service,
}

impl<'a> Moderation<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }

    /// Judges texts; stores nothing.
    pub fn judge(
        &self,
        cx: &Cx,
        direction: Direction,
        parts: Vec<(Part, String)>,
        visibility: Visibility,
        tags: Vec<Tag>,
    ) -> Verdict {
        let subject = Subject { parts, direction, visibility, tags, facts: Facts { now: cx.now() } };
        self.service.inner.engine.evaluate(&subject)
    }

    /// Lets texts out that are written here, or says why not. Call it before anything is stored.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with the reasons, for the author, when any rule asks for more than
    /// [`Action::Allow`](staffroom_moderation::Action::Allow).
    pub(crate) fn let_out(
        self,
        cx: &Cx,
        parts: Vec<(Part, String)>,
        visibility: Visibility,
        tags: Vec<Tag>,
    ) -> Result<()> {
        let verdict = self.judge(cx, Direction::Outbound, parts, visibility, tags);
        if verdict.is_allowed() {
            return Ok(());
        }
        metrics::counter!("moderation_refused_total").increment(1);
        Err(ServiceError::Refused { reason: format!("Not published: {}", verdict.reason_text()) })
    }

    /// Records a decision about what came in, in the transaction that keeps or drops it. Allowed things leave no trace.
    ///
    /// Kept are the rules, their versions and the places they matched, never the words found there.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn record_inbound(
        self,
        cx: &Cx,
        tx: &Tx,
        verdict: &Verdict,
        subject_uri: &str,
        author: Option<AccountId>,
    ) -> Result<()> {
        if verdict.is_allowed() {
            return Ok(());
        }
        let findings: Vec<_> = verdict
            .findings
            .iter()
            .map(|found| {
                serde_json::json!({
                    "rule": found.rule, "version": found.rule_version, "kind": found.kind,
                    "part": found.part.to_string(), "start": found.span.start, "end": found.span.end,
                })
            })
            .collect();
        let decision = Decision {
            id: cx.id(),
            is_inbound: true,
            subject_uri: Some(subject_uri.to_owned()),
            account_id: author,
            action: verdict.action.as_str().to_owned(),
            findings: serde_json::json!({ "complete": verdict.complete, "findings": findings }).to_string(),
            created_at: cx.now(),
        };
        tx.moderation().record(&decision).await?;
        Ok(())
    }
}
