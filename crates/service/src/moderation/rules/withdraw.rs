//! The way back: a rule gives way to what was in force before it, goes out of use, or comes back from there.
//!
//! Where that lets through for everybody what was stopped before, somebody else has to agree, as when it came into force.

use serde_json::{Value, json};
use staffroom_domain::ids::RuleId;
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::rule_cycle::{ActiveRule, ApprovalKind, ModerationRule, RuleState};

use super::approvals::Request;
use super::lint::{as_enforced, definition, needs_approval};
use super::milder::{action, is_no_milder, lets_go};
use super::promote::{Promoted, check_unchanged, moved};
use super::sources::is_adjustment;
use super::{Rules, check_decides, logged};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

/// A step back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To what was before.
    RollBack,
    /// Out of use.
    Retire,
}

impl Step {
    /// What a request is about, if it is about one of them.
    pub(super) const fn of(kind: ApprovalKind) -> Option<Self> {
        match kind {
            ApprovalKind::RollBackRule => Some(Self::RollBack),
            ApprovalKind::RetireRule => Some(Self::Retire),
            ApprovalKind::EnforceRule | ApprovalKind::ImportDomainBlocks => None,
        }
    }

    /// What the log calls it.
    pub(super) const fn deed(self) -> Deed {
        match self {
            Self::RollBack => Deed::RollBackRule,
            Self::Retire => Deed::RetireRule,
        }
    }

    const fn kind(self) -> ApprovalKind {
        match self {
            Self::RollBack => ApprovalKind::RollBackRule,
            Self::Retire => ApprovalKind::RetireRule,
        }
    }

    fn title(self, rule: &ModerationRule, after: &ModerationRule) -> String {
        let what = match self {
            Self::RollBack => "Take back the last step of",
            Self::Retire => "Retire",
        };
        let [now, then] = [rule, after].map(|rule| match rule.enforced_version {
            Some(version) => format!("version {version}"),
            None => "nothing".to_owned(),
        });
        format!("{what} the rule {}: {now} of it is in force, {then} will be", rule.name)
    }
}

impl Rules<'_> {
    /// Takes the last step back: a version in force gives way to the one before it, and is tried out again; one that is
    /// tried out becomes a draft; of a retired rule the version that was in force last is so again, without a new trial.
    /// What lets more through for everybody, or comes into force for them, is asked of somebody else.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where there is no way back, and where other rules of the same owner, or of the instance,
    /// need what would go; otherwise as [`Rules::shadow`].
    pub async fn roll_back(&self, cx: &Cx, who: &Authority, id: RuleId) -> Result<Promoted> {
        self.take_back(cx, who, id, Step::RollBack).await
    }

    /// Takes a rule out of use, in all its versions; one that is in force for everybody when somebody else agrees. It can
    /// be put in force again by [`Rules::roll_back`], or tried out again.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names the rules of the same owner, or of the instance, that need it; otherwise as
    /// [`Rules::shadow`].
    pub async fn retire(&self, cx: &Cx, who: &Authority, id: RuleId) -> Result<Promoted> {
        self.take_back(cx, who, id, Step::Retire).await
    }

    async fn take_back(&self, cx: &Cx, who: &Authority, id: RuleId, step: Step) -> Result<Promoted> {
        let rule = self.rule(id).await?;
        check_decides(who, rule.organisation, "rule")?;
        let revision = self.service.storage().read().rules().revision().await?;
        let after = self.taken_back(&rule, step).await?;
        if self.needs_second(&rule, &after).await? {
            let request = Request {
                organisation: rule.organisation,
                kind: step.kind(),
                subject: rule.id.0,
                version: rule.version,
                title: step.title(&rule, &after),
                detail: standing(&rule),
            };
            let approval = self.ask(cx, who, request).await?;
            return Ok(Promoted { rule, approval: Some(approval) });
        }
        let (tx, turn) = self.turn(who, rule.organisation).await?;
        // Whether it can go, and one person is enough, depends on other rules, too.
        check_unchanged(revision, turn)?;
        let rule = moved(&tx, cx, who, &rule, after).await?;
        self.service.commit_deed(tx, logged::rule(who, step.deed(), &rule)).await?;
        self.reload(cx).await?;
        Ok(Promoted { rule, approval: None })
    }

    /// The rule as it stands after that, if it can.
    pub(super) async fn taken_back(&self, rule: &ModerationRule, step: Step) -> Result<ModerationRule> {
        let mut after = rule.clone();
        match (step, rule.state) {
            (Step::Retire, _) => {
                after.state = RuleState::Retired;
                after.previous_version = after.enforced_version.take().or(rule.previous_version);
            }
            (Step::RollBack, RuleState::Enforce) => {
                after.state = if is_adjustment(&definition(rule)?) { RuleState::Draft } else { RuleState::Shadow };
                after.enforced_version = after.previous_version.take();
            }
            (Step::RollBack, RuleState::Shadow) => after.state = RuleState::Draft,
            (Step::RollBack, RuleState::Retired) if rule.previous_version.is_some() => {
                after.enforced_version = after.previous_version.take();
                let is_newest = after.enforced_version == Some(rule.version);
                after.state = if is_newest { RuleState::Enforce } else { RuleState::Draft };
            }
            (Step::RollBack, RuleState::Draft | RuleState::Retired) => {
                let why = format!("is {}: there is no way back", rule.state.as_str());
                return Err(ServiceError::invalid("state", why));
            }
        }
        let comes_into_force = after.enforced_version.is_some() && after.enforced_version != rule.enforced_version;
        let stands = self.running_versions(&after).await?;
        self.fits(rule, &stands, comes_into_force).await?.map_err(|why| ServiceError::invalid("state", why))?;
        Ok(after)
    }

    /// The versions of a rule that run where it stands so.
    async fn running_versions(&self, rule: &ModerationRule) -> Result<Vec<ActiveRule>> {
        let mut running = Vec::new();
        if let Some(number) = rule.enforced_version {
            running.push(as_enforced(&self.at_version(rule, number).await?));
        }
        let is_out = matches!(rule.state, RuleState::Shadow | RuleState::Enforce);
        if is_out && rule.enforced_version != Some(rule.version) {
            let is_candidate = rule.enforced_version.is_some();
            running.push(ActiveRule { is_enforced: false, is_candidate, ..as_enforced(rule) });
        }
        Ok(running)
    }

    /// Whether somebody else has to agree to that.
    async fn needs_second(&self, rule: &ModerationRule, after: &ModerationRule) -> Result<bool> {
        let before = self.says(rule, rule.enforced_version).await?;
        let then = self.says(rule, after.enforced_version).await?;
        Ok(match (before, then) {
            (None, None) => false,
            (None, Some(then)) => needs_approval(rule, &then),
            (Some(_), _) if rule.organisation.is_some() => false,
            (Some(before), Some(then)) => !is_no_milder(&before, &then),
            (Some(before), None) => !self.only_lets_go(&before).await?,
        })
    }

    /// Whether nothing is let through because what this says is gone.
    async fn only_lets_go(&self, definition: &Value) -> Result<bool> {
        if !is_adjustment(definition) {
            return Ok(lets_go(definition));
        }
        let active = self.service.storage().read().rules().active().await?;
        let target = definition.get("rule").and_then(Value::as_str).unwrap_or_default();
        let of_target = active.iter().find(|one| one.organisation.is_none() && one.is_enforced && one.name == target);
        let Some(of_target) = of_target else { return Ok(false) };
        let own: Value = serde_json::from_str(&of_target.definition)
            .map_err(|e| ServiceError::Internal(format!("rule {target}: {e}")))?;
        Ok(matches!((action(definition), action(&own)), (Some(now), Some(then)) if now <= then))
    }

    async fn says(&self, rule: &ModerationRule, version: Option<u32>) -> Result<Option<Value>> {
        match version {
            None => Ok(None),
            Some(number) => definition(&self.at_version(rule, number).await?).map(Some),
        }
    }

    /// A rule as if this version were its newest.
    async fn at_version(&self, rule: &ModerationRule, number: u32) -> Result<ModerationRule> {
        if number == rule.version {
            return Ok(rule.clone());
        }
        let found = self.service.storage().read().rules().version(rule.id, number).await?;
        let found = found.ok_or(ServiceError::NotFound("version of the rule"))?;
        Ok(ModerationRule { version: number, definition: found.definition, ..rule.clone() })
    }
}

/// Where a rule stood when somebody was asked: they agree to a step from there alone.
pub(super) fn standing(rule: &ModerationRule) -> String {
    json!([rule.state.as_str(), rule.enforced_version, rule.previous_version]).to_string()
}
