//! What stands against a rule before it runs: that it does not work, costs or catches too much, or was not tried.

use std::time::Duration;

use serde_json::Value;
use staffroom_domain::ids::RuleId;
use staffroom_domain::rule_cycle::{ActiveRule, DryRun, DryRunState, ModerationRule, RuleState};

use super::sources::is_adjustment;
use super::{Rules, check_decides};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

/// A dry run says nothing any more after this time.
const DRY_RUN_COUNTS: Duration = Duration::from_hours(30 * 24);

/// What is to be said about a rule.
#[derive(Clone, Debug, Default)]
pub struct Lint {
    /// Why it cannot run at all.
    pub errors: Vec<String>,
    /// Why it cannot be enforced yet.
    pub blocks: Vec<String>,
    /// What to think about.
    pub remarks: Vec<String>,
    /// The newest dry run of this version.
    pub dry_run: Option<DryRun>,
    /// Whether somebody else has to agree before it is enforced.
    pub needs_approval: bool,
}

impl Lint {
    /// Lets a rule run in the shadow.
    pub(super) fn check_runs(&self) -> Result<()> {
        self.errors.first().map_or(Ok(()), |why| Err(ServiceError::invalid("definition", why.clone())))
    }

    /// Lets a rule be enforced.
    pub(super) fn check_enforces(&self) -> Result<()> {
        self.check_runs()?;
        self.blocks.first().map_or(Ok(()), |why| Err(ServiceError::invalid("state", why.clone())))
    }
}

impl Rules<'_> {
    /// Looks at the newest version of a rule.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a rule that is not for `who` to decide about.
    pub async fn lint(&self, cx: &Cx, who: &Authority, id: RuleId) -> Result<Lint> {
        let rule = self.rule(id).await?;
        check_decides(who, rule.organisation, "rule")?;
        self.examined(cx, &rule).await
    }

    pub(super) async fn examined(&self, cx: &Cx, rule: &ModerationRule) -> Result<Lint> {
        let definition = definition(rule)?;
        let mut lint = Lint { needs_approval: needs_approval(rule, &definition), ..Lint::default() };
        match self.with(rule).await? {
            Ok(engine) => {
                let own = format!("{}: ", rule.known_as);
                lint.remarks =
                    engine.remarks().iter().filter_map(|line| line.strip_prefix(&own)).map(str::to_owned).collect();
            }
            Err(error) => lint.errors.push(error),
        }
        if rule.organisation.is_some() && !is_outbound(&definition) && !is_adjustment(&definition) {
            lint.remarks.push("never applies: what comes in is nobody's here, and so no school's".to_owned());
        }
        if is_adjustment(&definition) {
            return Ok(lint);
        }
        let read = self.service.storage().read();
        lint.dry_run = read.rules().newest_dry_run(rule.id, rule.version, rule.organisation).await?;
        self.drop_gone(lint.dry_run.as_mut_slice()).await?;
        if read.rules().was_in_force(rule.id, rule.version).await? {
            lint.remarks.push("was in force before: it can be again without another trial".to_owned());
            return Ok(lint);
        }
        if rule.state == RuleState::Draft {
            lint.blocks.push("must be tried out in the shadow of those in force first".to_owned());
        }
        lint.blocks.extend(blocks(lint.dry_run.as_ref(), cx));
        Ok(lint)
    }
}

/// What a dry run has against a rule.
fn blocks(run: Option<&DryRun>, cx: &Cx) -> Option<String> {
    let Some(run) = run.filter(|run| run.created_at.plus(DRY_RUN_COUNTS) > cx.now()) else {
        return Some("must be tried on what was published before by a dry run".to_owned());
    };
    if run.state != DryRunState::Done {
        return Some("its dry run has not come to an end".to_owned());
    }
    let found = &run.found;
    found.is_too_broad().then(|| {
        format!(
            "is too broad: it matches {} of the {} statuses of the last 30 days, more than two in a hundred",
            found.recent_matched, found.recent_scanned
        )
    })
}

/// What the newest version of a rule says.
pub(super) fn definition(rule: &ModerationRule) -> Result<Value> {
    serde_json::from_str(&rule.definition).map_err(|e| ServiceError::Internal(format!("rule {}: {e}", rule.id)))
}

/// Rules for everybody, and those that refuse without anybody looking, need somebody else's agreement.
pub(super) fn needs_approval(rule: &ModerationRule, definition: &Value) -> bool {
    rule.organisation.is_none() || definition.get("action").and_then(Value::as_str) == Some("reject")
}

/// Whether a rule is about what leaves.
pub(super) fn is_outbound(definition: &Value) -> bool {
    names_direction(definition, "outbound")
}

/// Whether a rule is about what travels this way.
pub(super) fn names_direction(definition: &Value, direction: &str) -> bool {
    let named = definition.get("direction").and_then(Value::as_array);
    named.is_some_and(|named| named.iter().any(|one| one.as_str() == Some(direction)))
}

/// The newest version of a rule, in force.
pub(super) fn as_enforced(rule: &ModerationRule) -> ActiveRule {
    ActiveRule {
        organisation: rule.organisation,
        name: rule.name.clone(),
        known_as: rule.known_as.clone(),
        pack: rule.pack.clone(),
        pack_version: None,
        pack_title: None,
        scope: rule.scope.clone(),
        is_enforced: true,
        is_candidate: false,
        version: rule.version,
        definition: rule.definition.clone(),
    }
}

/// `active` with these rules in the place of what runs of them.
pub(super) fn in_force(active: Vec<ActiveRule>, rules: Vec<ActiveRule>) -> Vec<ActiveRule> {
    let is_same =
        |one: &ActiveRule, other: &ActiveRule| one.organisation == other.organisation && one.name == other.name;
    let mut put: Vec<ActiveRule> = Vec::with_capacity(active.len() + rules.len());
    for known in active {
        match rules.iter().find(|rule| is_same(rule, &known)) {
            None => put.push(known),
            // Where it stood: others name it from behind.
            Some(rule) if !put.iter().any(|one| is_same(one, &known)) => put.push(rule.clone()),
            Some(_) => {}
        }
    }
    let new: Vec<ActiveRule> = rules.into_iter().filter(|rule| !put.iter().any(|known| is_same(known, rule))).collect();
    put.extend(new);
    put
}
