//! Making a recorded decision again, with the rules and the facts of then, while its texts are still kept.

use std::ops::Range;

use serde::Deserialize;
use staffroom_moderation::{Action, Finding, Places, Record, Subject, Verdict};
use staffroom_storage::moderation::Decision;

use super::Moderation;
use super::basis::Basis;
use super::rules::PANIC;
use crate::{Result, ServiceError};

/// What came of making a decision again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// The same.
    Same {
        /// What was decided, in one word.
        action: String,
        /// How many matches there were.
        findings: usize,
    },
    /// Something else; each line says what.
    Differs(Vec<String>),
    /// It cannot be made again, for this reason.
    Impossible(String),
}

/// What is kept with a decision of the rules.
#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    findings: Vec<KeptFinding>,
    #[serde(default)]
    parts: Vec<KeptPart>,
    #[serde(default)]
    basis: Option<Basis>,
}

#[derive(PartialEq, Eq, Deserialize)]
struct KeptFinding {
    rule: String,
    version: u32,
    kind: String,
    part: String,
    start: usize,
    end: usize,
}

#[derive(PartialEq, Eq, Deserialize)]
struct KeptPart {
    part: String,
    digest: String,
}

impl Moderation<'_> {
    /// The newest decisions before `before` (newest first), at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decisions(&self, before: i64, limit: u32) -> Result<Vec<Decision>> {
        Ok(self.service.storage().read().moderation().list_decisions(before, limit).await?)
    }

    /// Makes a decision again. Its texts are kept as long as what is held or quarantined because of it has its own.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such decision.
    pub async fn replay(&self, id: i64) -> Result<Replayed> {
        let decision = self.service.storage().read().moderation().by_id(id).await?;
        let decision = decision.ok_or(ServiceError::NotFound("decision"))?;
        let impossible = |why: &str| Ok(Replayed::Impossible(why.to_owned()));
        let kept: Kept = serde_json::from_str(&decision.findings)
            .map_err(|e| ServiceError::Internal(format!("decision {id}: {e}")))?;
        let Some(basis) = &kept.basis else {
            return impossible("the rules did not make it, or what they went by was not kept then");
        };
        let Some(texts) = self.texts_of(id).await? else {
            return impossible("its text is gone: texts are kept no longer than what is held or quarantined");
        };
        let (tags, parts) = (texts.tags(), texts.parts);
        let digests = parts.iter().map(|(part, text)| KeptPart { part: part.to_string(), digest: self.digest(text) });
        if !digests.eq(kept.parts.iter().map(|one| KeptPart { part: one.part.clone(), digest: one.digest.clone() })) {
            return impossible("what is kept of its text is not what was judged");
        }
        let Some(engine) = self.rules().engine_of(&basis.packs).await? else {
            return impossible("the rules of then are not kept, or this version of the program cannot read them");
        };
        let facts = basis.facts(&parts);
        let subject = Subject { parts, direction: basis.direction, visibility: basis.visibility(), tags, facts };
        let record = Record { engine: basis.engine, packs: basis.packs.clone(), subject };
        match engine.replay(&record) {
            Ok(verdict) => Ok(compared(&decision, &kept, &verdict, &Places::of(&record.subject))),
            Err(error) => impossible(&error.to_string()),
        }
    }
}

/// What was decided then beside what the rules say now.
fn compared(decision: &Decision, kept: &Kept, verdict: &Verdict, places: &Places) -> Replayed {
    // a time in which everything is held is no rule
    let in_panic = kept.findings.iter().any(|one| one.rule == PANIC);
    let then: Vec<&KeptFinding> = kept.findings.iter().filter(|one| one.rule != PANIC).collect();
    let now: Vec<KeptFinding> = verdict.findings.iter().map(|one| KeptFinding::of(one, places)).collect();
    let action = if in_panic { verdict.action.max(Action::Hold) } else { verdict.action };
    let word = match action {
        Action::Hold if decision.is_inbound => super::record::QUARANTINE,
        other => other.as_str(),
    };
    let mut differences = Vec::new();
    if word != decision.action {
        differences.push(format!("then {}, now {word}", decision.action));
    }
    if verdict.complete != kept.complete {
        let read = |complete: bool| if complete { "to its end" } else { "in part" };
        differences.push(format!("read {} then, {} now", read(kept.complete), read(verdict.complete)));
    }
    differences.extend(then.iter().filter(|one| !now.contains(one)).map(|one| format!("only then: {}", one.place())));
    differences.extend(now.iter().filter(|one| !then.contains(one)).map(|one| format!("only now: {}", one.place())));
    if differences.is_empty() {
        return Replayed::Same { action: decision.action.clone(), findings: kept.findings.len() };
    }
    Replayed::Differs(differences)
}

impl KeptFinding {
    fn of(found: &Finding, places: &Places) -> Self {
        let Range { start, end } = places.span(found);
        Self {
            rule: found.rule.clone(),
            version: found.rule_version,
            kind: found.kind.to_owned(),
            part: found.part.to_string(),
            start,
            end,
        }
    }

    fn place(&self) -> String {
        let Self { rule, version, kind, part, start, end } = self;
        format!("{rule} version {version} ({kind}) in {part}, characters {start} to {end}")
    }
}
