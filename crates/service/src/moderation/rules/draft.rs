//! Writing rules here, and changing them: each change is a new version, a draft.

use serde_json::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{OrganisationId, RuleId};
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::rule_cycle::{ModerationRule, RuleScope, RuleState, RuleVersion};
use staffroom_moderation::pack;
use staffroom_storage::Tx;
use staffroom_storage::rules::NewRule as StoredRule;

use super::promote::check_unchanged;
use super::shipped::stored;
use super::sources::{is_adjustment, known_as, name_of};
use super::{Rules, check_decides, check_owner, logged};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

/// A rule to be written down.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// Whose it is; `None`: the instance's.
    pub organisation: Option<OrganisationId>,
    /// What it says, in TOML or JSON: a rule, or what is changed of another.
    pub definition: String,
    /// For whom it holds; without, for all of whose it is.
    pub scope: Option<RuleScope>,
    /// When somebody should look whether it is still needed.
    pub review_at: Option<Timestamp>,
}

/// What is changed of a rule; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct RuleChange {
    /// What it says.
    pub definition: Option<String>,
    /// For whom it holds.
    pub scope: Option<RuleScope>,
    /// When somebody should look whether it is still needed; `Some(None)`: nobody need.
    pub review_at: Option<Option<Timestamp>>,
}

impl Rules<'_> {
    /// Writes a rule down, as a draft.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] says what is wrong; [`ServiceError::Forbidden`] or [`ServiceError::NotFound`] where
    /// `who` has no right.
    pub async fn write(&self, cx: &Cx, who: &Authority, new: NewRule) -> Result<ModerationRule> {
        check_owner(who, new.organisation)?;
        let definition = read(&new.definition)?;
        let name = name_of(&definition);
        let scope = scope_of(new.organisation, new.scope)?;
        let rule = ModerationRule {
            id: cx.id(),
            organisation: new.organisation,
            known_as: known_as(new.organisation, &name),
            name,
            pack: None,
            position: 0,
            scope,
            state: RuleState::Draft,
            version: 1,
            enforced_version: None,
            previous_version: None,
            review_at: new.review_at,
            changed_by: who.by(),
            created_at: cx.now(),
            changed_at: cx.now(),
            definition: stored(&definition)?,
        };
        // Behind those of packs, in the order they were written.
        let rule = ModerationRule { position: rule.id.0, ..rule };
        let (tx, _) = self.turn(who, rule.organisation).await?;
        let is_taken = tx.rules().of_owner(rule.organisation).await?.iter().any(|known| known.name == rule.name);
        if is_taken {
            return Err(ServiceError::invalid("definition", format!("rule {} is there already", rule.name)));
        }
        tx.rules().insert(&[StoredRule { rule: rule.clone(), pack: None }]).await?;
        self.service.commit_deed(tx, logged::rule(who, Deed::CreateRule, &rule)).await?;
        self.reload(cx).await?;
        Ok(rule)
    }

    /// Changes a rule. What it says, and for whom, becomes a draft, while the version in force goes on.
    ///
    /// # Errors
    /// As [`Rules::write`]; what a rule of a pack says is changed with its pack, and for whom a rule holds only while none
    /// of its versions is in force.
    pub async fn change(&self, cx: &Cx, who: &Authority, id: RuleId, change: RuleChange) -> Result<ModerationRule> {
        let known = self.rule(id).await?;
        check_decides(who, known.organisation, "rule")?;
        let definition = change.definition.as_deref().map(read).transpose()?;
        if definition.as_ref().is_some_and(|definition| name_of(definition) != known.name) {
            return Err(ServiceError::invalid("definition", format!("is of another rule than {}", known.name)));
        }
        let is_of_pack = known.pack.is_some();
        if is_of_pack && (definition.is_some() || change.scope.is_some()) {
            let why = "belongs to a pack and changes with it; write a rule that adjusts it";
            return Err(ServiceError::invalid("definition", why));
        }
        let definition = definition.as_ref().map(stored).transpose()?;
        let scope = change.scope.map(|scope| scope_of(known.organisation, Some(scope))).transpose()?;
        let is_other_scope = scope.as_ref().is_some_and(|scope| *scope != known.scope);
        if is_other_scope && known.enforced_version.is_some() {
            let why = "cannot be changed while a version is in force: it would hold for others at once";
            return Err(ServiceError::invalid("scope", why));
        }
        let revision = self.service.storage().read().rules().revision().await?;
        let is_other = is_other_scope || definition.as_ref().is_some_and(|definition| *definition != known.definition);
        // What is tried out, and becomes a draft, others may need.
        let goes = is_other && known.state == RuleState::Shadow && known.enforced_version.is_none();
        if goes {
            self.fits(&known, &[], false).await?.map_err(|why| ServiceError::invalid("state", why))?;
        }
        let (tx, turn) = self.turn(who, known.organisation).await?;
        if goes {
            check_unchanged(revision, turn)?;
        }
        let mut rule = locked(&tx, &known).await?;
        rule.review_at = change.review_at.unwrap_or(rule.review_at);
        rule.scope = scope.unwrap_or(rule.scope);
        if is_other_scope {
            // What was in force before was so for others.
            rule.previous_version = None;
        }
        (rule.changed_by, rule.changed_at) = (who.by(), cx.now());
        let definition = definition.unwrap_or_else(|| rule.definition.clone());
        // What was tried and agreed to was for those it held for then.
        if is_other {
            rule.version = rule.version.saturating_add(1);
            rule.state = RuleState::Draft;
            rule.definition = definition;
            let version = RuleVersion {
                rule: rule.id,
                version: rule.version,
                pack: None,
                definition: rule.definition.clone(),
                created_by: who.by(),
                created_at: cx.now(),
            };
            tx.rules().add_versions(&[version]).await?;
        }
        tx.rules().update(&rule).await?;
        self.service.commit_deed(tx, logged::rule(who, Deed::UpdateRule, &rule)).await?;
        self.reload(cx).await?;
        Ok(rule)
    }

    /// A transaction that changes the rules of `owned`, in which nobody else does; and which change that is.
    pub(super) async fn turn(&self, who: &Authority, owned: Option<OrganisationId>) -> Result<(Tx, i64)> {
        let tx = self.service.storage().begin().await?;
        let revision = tx.rules().next_revision().await?;
        // Only now: others whose turn came first may have taken the right.
        check_owner(&who.now(&tx).await?, owned)?;
        if let Some(id) = owned {
            tx.organisations().by_id(id).await?.ok_or(ServiceError::NotFound("organisation"))?;
        }
        Ok((tx, revision))
    }
}

/// The same rule, in the transaction that changes it.
///
/// # Errors
/// [`ServiceError::Conflict`] when it is another meanwhile.
pub(super) async fn locked(tx: &Tx, known: &ModerationRule) -> Result<ModerationRule> {
    let rule = tx.rules().by_id(known.id).await?.ok_or(ServiceError::NotFound("rule"))?;
    if rule == *known {
        return Ok(rule);
    }
    Err(ServiceError::Conflict("the rule was changed by somebody else meanwhile".to_owned()))
}

/// What a rule says, far enough to be kept.
///
/// # Errors
/// [`ServiceError::Invalid`].
pub(super) fn read(text: &str) -> Result<Value> {
    let wrong = |why: String| ServiceError::invalid("definition", why);
    let definition = pack::read_rule(text).map_err(|e| wrong(e.to_string()))?;
    let name = definition.get(if is_adjustment(&definition) { "rule" } else { "id" });
    pack::check_name(name.and_then(Value::as_str).unwrap_or_default()).map_err(|e| wrong(e.to_string()))?;
    Ok(definition)
}

/// For whom a rule of `owned` holds.
fn scope_of(owned: Option<OrganisationId>, wanted: Option<RuleScope>) -> Result<RuleScope> {
    match (owned, wanted) {
        (Some(_), None | Some(RuleScope::Organisation)) => Ok(RuleScope::Organisation),
        (Some(_), Some(_)) => {
            Err(ServiceError::invalid("scope", "must be the organisation; a rule itself can name hashtags"))
        }
        (None, None) => Ok(RuleScope::Instance),
        (None, Some(scope @ (RuleScope::Instance | RuleScope::Tag(_) | RuleScope::Role(_)))) => Ok(scope),
        (None, Some(RuleScope::Network | RuleScope::Organisation)) => {
            Err(ServiceError::invalid("scope", "must be instance, tag:NAME or role:NAME"))
        }
    }
}
