//! How a rule comes into force: tried out in the shadow, then enforced. The way back is `withdraw`.

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

/// What became of the wish to move a rule.
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
        let after = ModerationRule { state: RuleState::Shadow, ..rule.clone() };
        let rule = moved(&tx, cx, who, &rule, after).await?;
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
                title: title(&rule),
                detail: String::new(),
            };
            let approval = self.ask(cx, who, request).await?;
            return Ok(Promoted { rule, approval: Some(approval) });
        }
        let (tx, turn) = self.turn(who, rule.organisation).await?;
        check_unchanged(revision, turn)?;
        let rule = moved(&tx, cx, who, &rule, in_force_now(&rule)).await?;
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

fn title(rule: &ModerationRule) -> String {
    let wanted = format!("Enforce the rule {}, version {}", rule.name, rule.version);
    match rule.enforced_version {
        Some(now) => format!("{wanted}, in the place of version {now}"),
        None => wanted,
    }
}

/// A rule with its newest version in force.
pub(super) fn in_force_now(rule: &ModerationRule) -> ModerationRule {
    ModerationRule {
        previous_version: rule.enforced_version.filter(|before| *before != rule.version),
        enforced_version: Some(rule.version),
        state: RuleState::Enforce,
        ..rule.clone()
    }
}

/// Keeps that the rule that is `known` stands as it does in `after`.
pub(super) async fn moved(
    tx: &Tx,
    cx: &Cx,
    who: &Authority,
    known: &ModerationRule,
    after: ModerationRule,
) -> Result<ModerationRule> {
    let before = locked(tx, known).await?;
    let rule = ModerationRule { changed_by: who.by(), changed_at: cx.now(), ..after };
    tx.rules().update(&rule).await?;
    if let Some(left) = before.enforced_version.filter(|left| rule.enforced_version != Some(*left)) {
        tx.rules().set_was_in_force(rule.id, left).await?;
    }
    tracing::info!(
        by = ?who.by(), rule = %rule.known_as, version = rule.version,
        before = ?(before.state, before.enforced_version), after = rule.state.as_str(),
        "moderation rule moved"
    );
    Ok(rule)
}
