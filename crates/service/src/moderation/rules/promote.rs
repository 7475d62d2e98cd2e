//! Where a rule stands: tried out in the shadow, in force, back again, retired.

use staffroom_domain::ids::RuleId;
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::rule_cycle::{Approval, ApprovalKind, ModerationRule, RuleState};
use staffroom_storage::Tx;

use super::approvals::Request;
use super::draft::locked;
use super::lint::{Lint, definition};
use super::sources::is_adjustment;
use super::{Rules, check_decides, logged};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

/// What became of the wish to enforce a rule.
#[derive(Clone, Debug)]
pub struct Promoted {
    /// The rule.
    pub rule: ModerationRule,
    /// What somebody else has to answer first; then the rule is as it was.
    pub approval: Option<Approval>,
}

impl Rules<'_> {
    /// Tries the newest version of a rule out: its matches are noted and ask for nothing. A version in force goes on
    /// beside it.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a rule that cannot run or does already, [`ServiceError::NotFound`] for one that
    /// is not for `who` to decide about, [`ServiceError::Conflict`] when the rules were changed meanwhile.
    pub async fn shadow(&self, cx: &Cx, who: &Authority, id: RuleId) -> Result<ModerationRule> {
        let rule = self.rule(id).await?;
        check_decides(who, rule.organisation, "rule")?;
        if matches!(rule.state, RuleState::Shadow | RuleState::Enforce) {
            return Err(ServiceError::invalid("state", format!("is {} already", rule.state.as_str())));
        }
        if is_adjustment(&definition(&rule)?) {
            return Err(ServiceError::invalid("state", "has no shadow: it changes another rule, or it does not"));
        }
        let revision = self.service.storage().read().rules().revision().await?;
        self.examined(cx, &rule).await?.check_runs()?;
        let (tx, turn) = self.turn(who, rule.organisation).await?;
        check_unchanged(revision, turn)?;
        let rule = moved(&tx, cx, who, &rule, |rule| rule.state = RuleState::Shadow).await?;
        self.service.commit_deed(tx, logged::rule(who, Deed::ShadowRule, &rule)).await?;
        self.reload(cx).await?;
        Ok(rule)
    }

    /// Enforces the newest version of a rule, or asks for it where somebody else has to agree.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] says what stands against it ([`Rules::lint`] says all of it); otherwise as
    /// [`Rules::shadow`].
    pub async fn enforce(&self, cx: &Cx, who: &Authority, id: RuleId) -> Result<Promoted> {
        let rule = self.rule(id).await?;
        check_decides(who, rule.organisation, "rule")?;
        let revision = self.service.storage().read().rules().revision().await?;
        let lint = self.checked(cx, &rule).await?;
        if lint.needs_approval {
            let request = Request {
                organisation: rule.organisation,
                kind: ApprovalKind::EnforceRule,
                subject: rule.id.0,
                version: rule.version,
                title: format!("Enforce the rule {}, version {}", rule.name, rule.version),
                detail: String::new(),
            };
            let approval = self.ask(cx, who, request).await?;
            return Ok(Promoted { rule, approval: Some(approval) });
        }
        let (tx, turn) = self.turn(who, rule.organisation).await?;
        check_unchanged(revision, turn)?;
        let rule = enforced(&tx, cx, who, &rule).await?;
        self.service.commit_deed(tx, logged::rule(who, Deed::EnforceRule, &rule)).await?;
        self.reload(cx).await?;
        Ok(Promoted { rule, approval: None })
    }

    /// Whether nothing stands against enforcing a rule.
    pub(super) async fn checked(&self, cx: &Cx, rule: &ModerationRule) -> Result<Lint> {
        if rule.state == RuleState::Enforce {
            return Err(ServiceError::invalid("state", "is enforce already"));
        }
        let lint = self.examined(cx, rule).await?;
        lint.check_enforces()?;
        Ok(lint)
    }

    /// Takes the last step back, at once: a version in force gives way to the one before it, and is tried out again;
    /// one that is tried out becomes a draft.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where there is no way back; otherwise as [`Rules::shadow`].
    pub async fn roll_back(&self, cx: &Cx, who: &Authority, id: RuleId) -> Result<ModerationRule> {
        let rule = self.rule(id).await?;
        check_decides(who, rule.organisation, "rule")?;
        let has_shadow = !is_adjustment(&definition(&rule)?);
        let step = |rule: &mut ModerationRule| {
            if rule.state == RuleState::Enforce {
                rule.state = if has_shadow { RuleState::Shadow } else { RuleState::Draft };
                rule.enforced_version = rule.previous_version.take();
            } else {
                rule.state = RuleState::Draft;
            }
        };
        if matches!(rule.state, RuleState::Draft | RuleState::Retired) {
            return Err(ServiceError::invalid("state", format!("is {}: there is no way back", rule.state.as_str())));
        }
        let (tx, _) = self.turn(who, rule.organisation).await?;
        let rule = moved(&tx, cx, who, &rule, step).await?;
        self.service.commit_deed(tx, logged::rule(who, Deed::RollBackRule, &rule)).await?;
        self.reload(cx).await?;
        Ok(rule)
    }

    /// Takes a rule out of use, in all its versions. It can be tried out again.
    ///
    /// # Errors
    /// As [`Rules::shadow`].
    pub async fn retire(&self, cx: &Cx, who: &Authority, id: RuleId) -> Result<ModerationRule> {
        let rule = self.rule(id).await?;
        check_decides(who, rule.organisation, "rule")?;
        let retire = |rule: &mut ModerationRule| {
            rule.state = RuleState::Retired;
            rule.previous_version = rule.enforced_version.take();
        };
        let (tx, _) = self.turn(who, rule.organisation).await?;
        let rule = moved(&tx, cx, who, &rule, retire).await?;
        self.service.commit_deed(tx, logged::rule(who, Deed::RetireRule, &rule)).await?;
        self.reload(cx).await?;
        Ok(rule)
    }
}

/// What was looked at is what is changed: nobody changed the rules between `revision` and this `turn`.
///
/// # Errors
/// [`ServiceError::Conflict`].
pub(super) fn check_unchanged(revision: i64, turn: i64) -> Result<()> {
    if revision.checked_add(1) == Some(turn) {
        return Ok(());
    }
    Err(ServiceError::Conflict("the rules were changed by somebody else meanwhile".to_owned()))
}

/// Puts the newest version of a rule in force.
pub(super) async fn enforced(tx: &Tx, cx: &Cx, who: &Authority, rule: &ModerationRule) -> Result<ModerationRule> {
    let enforce = |rule: &mut ModerationRule| {
        rule.previous_version = rule.enforced_version.filter(|before| *before != rule.version);
        rule.enforced_version = Some(rule.version);
        rule.state = RuleState::Enforce;
    };
    moved(tx, cx, who, rule, enforce).await
}

async fn moved(
    tx: &Tx,
    cx: &Cx,
    who: &Authority,
    known: &ModerationRule,
    step: impl FnOnce(&mut ModerationRule),
) -> Result<ModerationRule> {
    let mut rule = locked(tx, known).await?;
    let before = (rule.state, rule.enforced_version);
    step(&mut rule);
    (rule.changed_by, rule.changed_at) = (who.by(), cx.now());
    tx.rules().update(&rule).await?;
    tracing::info!(
        by = ?who.by(), rule = %rule.known_as, version = rule.version, ?before, after = rule.state.as_str(),
        "moderation rule moved"
    );
    Ok(rule)
}
