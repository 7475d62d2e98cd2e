//! Looking at rules, packs, and what runs.

use staffroom_domain::ids::{OrganisationId, RuleId, RulePackId};
use staffroom_domain::rule_cycle::{ModerationRule, RulePack, RuleState, RuleVersion};
use staffroom_domain::{Page, PageRequest};
use staffroom_moderation::PackRef;

use super::{LeftOut, Rules, check_sees};
use crate::auth::Authority;
use crate::{Result, ServiceError};

/// Versions of a rule shown at most.
const VERSIONS: u64 = 200;

/// What runs.
#[derive(Clone, Debug)]
pub struct EngineState {
    /// Which change of the rules runs; 0 for those the program begins with.
    pub revision: i64,
    /// The newest change of the rules.
    pub wanted: i64,
    /// Why the instance's rules are not those of the newest change.
    pub problem: Option<String>,
    /// Rules that should run, and do not: those of the schools one may decide about, and of the instance.
    pub left_out: Vec<LeftOut>,
    /// How many rules run.
    pub rules: usize,
    /// The packs that run, in order.
    pub packs: Vec<PackRef>,
}

impl Rules<'_> {
    /// Rules of the schools `who` may decide about and of the instance, newest first; those in `state` and of `owned`
    /// alone, if given.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        who: &Authority,
        state: Option<RuleState>,
        owned: Option<Option<OrganisationId>>,
        page: PageRequest,
    ) -> Result<Page<ModerationRule>> {
        Ok(self.service.storage().read().rules().list(who.reach(), state, owned, &page).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a rule of another school.
    pub async fn get(&self, who: &Authority, id: RuleId) -> Result<ModerationRule> {
        let rule = self.rule(id).await?;
        check_sees(who, rule.organisation).map_err(|_| ServiceError::NotFound("rule"))?;
        Ok(rule)
    }

    /// Its versions, newest first.
    ///
    /// # Errors
    /// As [`Rules::get`].
    pub async fn versions(&self, who: &Authority, id: RuleId) -> Result<Vec<RuleVersion>> {
        self.get(who, id).await?;
        Ok(self.service.storage().read().rules().versions(id, VERSIONS).await?)
    }

    /// Packs as they were installed by the schools `who` may decide about and by the instance, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn packs(&self, who: &Authority, page: PageRequest) -> Result<Page<RulePack>> {
        Ok(self.service.storage().read().rules().packs(who.reach(), &page).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one of another school.
    pub async fn pack(&self, who: &Authority, id: RulePackId) -> Result<RulePack> {
        let found = self.service.storage().read().rules().pack(id).await?;
        let pack = found.ok_or(ServiceError::NotFound("rule pack"))?;
        check_sees(who, pack.organisation).map_err(|_| ServiceError::NotFound("rule pack"))?;
        Ok(pack)
    }

    /// What runs on this node. Schools are told of their own packs and of those that hold for everybody.
    ///
    /// # Errors
    /// The database failed.
    pub async fn engine(&self, who: &Authority) -> Result<EngineState> {
        let wanted = self.service.storage().read().rules().revision().await?;
        let running = self.service.inner.rules.now();
        let is_seen = |pack: &&PackRef| match &pack.scope {
            staffroom_moderation::Scope::Organisation(name) => {
                name.parse().is_ok_and(|id| who.reach().includes(OrganisationId(id)))
            }
            _ => true,
        };
        let engine = &running.loaded.engine;
        Ok(EngineState {
            revision: running.revision,
            wanted,
            problem: running.problem.clone().filter(|_| who.check_instance().is_ok()),
            left_out: running
                .left_out
                .iter()
                .filter(|one| check_sees(who, one.organisation).is_ok())
                .cloned()
                .collect(),
            rules: engine.rules().len(),
            packs: engine.packs().iter().filter(is_seen).cloned().collect(),
        })
    }

    /// Why a version of a rule that should run on this node does not.
    pub fn problem_of(&self, rule: &ModerationRule) -> Option<String> {
        let running = self.service.inner.rules.now();
        running.left_out.iter().find(|one| one.known_as == rule.known_as).map(|one| one.why.clone())
    }

    /// A rule, whoever asks.
    pub(super) async fn rule(&self, id: RuleId) -> Result<ModerationRule> {
        self.service.storage().read().rules().by_id(id).await?.ok_or(ServiceError::NotFound("rule"))
    }
}
