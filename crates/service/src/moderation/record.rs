//! What is kept of decisions: rules, versions and places, with a keyed digest of the text and the shape of what was found,
//! so that nothing of the words can be read or guessed from it.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use staffroom_domain::hold::Hold;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_moderation::{Action, Finding, Part, Places};
use staffroom_storage::Tx;
use staffroom_storage::moderation::{Decision, KeptWith};

use super::basis::Basis;
use super::rules::Outcome as Counts;
use super::shape::shape;
use super::{Judged, KeptVerdict, Moderation};
use crate::{Cx, Result};

/// What is decided about something from elsewhere that a person has to look at.
pub(super) const QUARANTINE: &str = "quarantine";
/// What the digests of texts are for.
const DIGEST: &str = "moderation digest";

impl Moderation<'_> {
    /// Records a verdict about what came in, in the transaction that keeps or drops it; returns the number of the decision.
    /// Allowed things leave no trace.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn record_inbound(
        self,
        cx: &Cx,
        tx: &Tx,
        judged: &Judged,
        subject_uri: &str,
        author: Option<AccountId>,
    ) -> Result<Option<i64>> {
        let verdict = &judged.verdict;
        if verdict.can_stand() {
            return Ok(None);
        }
        let findings = self.findings(judged);
        let decision = Decision {
            id: cx.id(),
            is_inbound: true,
            subject_uri: Some(subject_uri.to_owned()),
            account_id: author,
            action: if verdict.action == Action::Hold { QUARANTINE } else { verdict.action.as_str() }.to_owned(),
            findings: Value::Object(findings).to_string(),
            created_at: cx.now(),
        };
        tx.moderation().record(&decision).await?;
        Ok(Some(decision.id))
    }

    /// Records that something written here is held, in the transaction that holds it and once it is stored, with the texts
    /// that were judged.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn record_held(
        self,
        cx: &Cx,
        tx: &Tx,
        author: AccountId,
        held: StatusId,
        judged: &Judged,
    ) -> Result<()> {
        let mut findings = self.findings(judged);
        findings.insert("held".to_owned(), json!(held.to_string()));
        let decision = self.keep(cx, tx, author, judged.verdict.action.as_str(), Value::Object(findings)).await?;
        self.keep_texts(tx, decision, KeptWith::Held(held), judged).await
    }

    /// What is kept of a verdict: rules and places with the shape of what was found, digests of the texts, and what else
    /// it takes to make the decision again: see [`Basis`].
    fn findings(self, judged: &Judged) -> Map<String, Value> {
        let digest = |(part, text): &(Part, String)| json!({ "part": part.to_string(), "digest": self.digest(text) });
        let digests: Vec<Value> = judged.subject.parts.iter().map(digest).collect();
        let mut kept = Map::new();
        kept.insert("complete".to_owned(), json!(judged.verdict.complete));
        kept.insert("findings".to_owned(), json!(findings(judged)));
        kept.insert("parts".to_owned(), json!(digests));
        kept.insert("basis".to_owned(), json!(Basis::of(judged)));
        kept
    }

    /// By which a text is known again, though nothing of it can be read or guessed from it.
    pub(crate) fn digest(self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.service.storage().vault().sign(DIGEST, text.as_bytes()))
    }

    /// Records what was decided about something held: `what` in one word, `by` a moderator or its author. It counts for the
    /// rules that held it.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn record_decided(
        self,
        cx: &Cx,
        tx: &Tx,
        hold: &Hold,
        what: &str,
        by: Option<AccountId>,
    ) -> Result<()> {
        let by = by.unwrap_or(hold.account_id).to_string();
        let kept = KeptVerdict::read(&hold.verdict)?;
        let outcome = match what {
            "released" | "published-as-it-is" => Some(Counts::ReleasedUnchanged),
            "edited" if hold.may_publish => Some(Counts::EditedAfterNudge),
            "rejected" => Some(Counts::Upheld),
            _ => None,
        };
        if let Some(outcome) = outcome {
            self.rules().count_outcome(cx, tx, outcome, &kept.holding()).await?;
        }
        let findings = json!({ "held": hold.id.to_string(), "by": by, "rules": kept.rules() });
        self.keep(cx, tx, hold.account_id, what, findings).await?;
        Ok(())
    }

    async fn keep(self, cx: &Cx, tx: &Tx, author: AccountId, action: &str, findings: Value) -> Result<i64> {
        let decision = Decision {
            id: cx.id(),
            is_inbound: false,
            subject_uri: None,
            account_id: Some(author),
            action: action.to_owned(),
            findings: findings.to_string(),
            created_at: cx.now(),
        };
        tx.moderation().record(&decision).await?;
        Ok(decision.id)
    }
}

/// Rules and places, and the shape of what was found.
fn findings(judged: &Judged) -> Vec<Value> {
    let (places, parts) = (Places::of(&judged.subject), &judged.subject.parts);
    let finding = |found: &Finding| {
        let text =
            parts.iter().find(|(part, _)| *part == found.part).and_then(|(_, text)| text.get(found.span.clone()));
        let Range { start, end } = places.span(found);
        let mut kept = json!({
            "rule": found.rule, "version": found.rule_version, "kind": found.kind,
            "part": found.part.to_string(), "start": start, "end": end,
        });
        if let (Some(text), Value::Object(kept)) = (text, &mut kept) {
            kept.insert("shape".to_owned(), json!(shape(text)));
        }
        kept
    };
    judged.verdict.findings.iter().map(finding).collect()
}
