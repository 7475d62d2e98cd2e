//! Whether a rule can stand otherwise without others being worse off for it.
//!
//! Rules need others: those they combine, and those they change. Nobody takes away what other rules of the same owner, or
//! of the instance, need. Rules of schools are in nobody's way above them: they go out of force with what they need.

use staffroom_domain::ids::OrganisationId;
use staffroom_domain::rule_cycle::{ActiveRule, ModerationRule};
use staffroom_moderation::Engine;

use super::Rules;
use super::lint::as_enforced;
use super::sound::{LeftOut, sound};
use crate::Result;

/// Rules named at most.
const NAMED: usize = 10;

/// Rules of one owner that are to stand otherwise.
pub(super) struct Move<'a> {
    /// Whose they are.
    pub(super) owned: Option<OrganisationId>,
    /// What they are called there.
    pub(super) names: &'a [&'a str],
    /// What runs now.
    pub(super) before: &'a [ActiveRule],
    /// What is to run.
    pub(super) after: &'a [ActiveRule],
    /// Whether it is for them to run.
    pub(super) must_run: bool,
}

impl Move<'_> {
    /// What runs after it; the inner error says what stands against it.
    pub(super) async fn engine(&self) -> Result<std::result::Result<Engine, String>> {
        let after = match sound(&[], self.after).await? {
            Ok(after) => after,
            Err(why) => return Ok(Err(why)),
        };
        let wrong = after.left_out.iter().find(|one| self.must_run && self.is_own(one));
        if let Some(wrong) = wrong {
            return Ok(Err(wrong.why.clone()));
        }
        let mut lost: Vec<&LeftOut> = after.left_out.iter().filter(|one| self.is_in_the_way(one)).collect();
        if !lost.is_empty()
            && let Ok(before) = sound(&[], self.before).await?
        {
            // What does not run now is lost by something else.
            let is_same =
                |one: &LeftOut, other: &LeftOut| (&one.known_as, one.version) == (&other.known_as, other.version);
            lost.retain(|one| !before.left_out.iter().any(|known| is_same(one, known)));
        }
        if lost.is_empty() {
            return Ok(Ok(after.engine));
        }
        Ok(Err(needed_by(&lost)))
    }

    fn is_own(&self, one: &LeftOut) -> bool {
        one.organisation == self.owned && self.names.contains(&one.name.as_str())
    }

    fn is_in_the_way(&self, one: &LeftOut) -> bool {
        let is_below = one.organisation.is_some() && one.organisation != self.owned;
        !is_below && !self.is_own(one)
    }
}

fn needed_by(lost: &[&LeftOut]) -> String {
    let names: Vec<&str> = lost.iter().take(NAMED).map(|one| one.name.as_str()).collect();
    let more = match lost.len().saturating_sub(names.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let rules = if lost.len() == 1 { "rule" } else { "rules" };
    format!("cannot be changed like that: the {rules} {}{more} would no longer run without it", names.join(", "))
}

impl Rules<'_> {
    /// The rules that run with this one in force; the inner error says what is wrong.
    pub(super) async fn with(&self, rule: &ModerationRule) -> Result<std::result::Result<Engine, String>> {
        self.fits(rule, &[as_enforced(rule)], true).await
    }

    /// The rules that run with these versions of one and no others; the inner error says what stands against it.
    pub(super) async fn fits(
        &self,
        rule: &ModerationRule,
        stands: &[ActiveRule],
        must_run: bool,
    ) -> Result<std::result::Result<Engine, String>> {
        let read = self.service.storage().read();
        let before = read.rules().active().await?;
        let is_it = |one: &ActiveRule| one.organisation == rule.organisation && one.name == rule.name;
        let at = if let Some(at) = before.iter().position(is_it) {
            at
        } else {
            // Where it stood, or will: others name it from behind.
            let place = |one: &ModerationRule| (one.position, one.id);
            let owned = read.rules().of_owner(rule.organisation).await?;
            let behind: Vec<&str> =
                owned.iter().filter(|&one| place(one) > place(rule)).map(|one| one.name.as_str()).collect();
            let is_behind =
                |one: &ActiveRule| one.organisation == rule.organisation && behind.contains(&one.name.as_str());
            before.iter().position(is_behind).unwrap_or(before.len())
        };
        let mut after: Vec<ActiveRule> = before.iter().filter(|one| !is_it(one)).cloned().collect();
        // Nothing of it stands before that place.
        let behind = after.split_off(at);
        after.extend(stands.iter().cloned());
        after.extend(behind);
        let names = [rule.name.as_str()];
        Move { owned: rule.organisation, names: &names, before: &before, after: &after, must_run }.engine().await
    }
}
