//! Which rules run together. One that cannot is left out alone, and then those that need it: it is in nobody else's way.

use serde_json::Value;
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::rule_cycle::ActiveRule;
use staffroom_moderation::{Culprit, Engine, pack};

use super::sources::{Source, compile, is_adjustment, known_as, pack_name, running_name, sources, strange_name};
use crate::Result;

/// A rule that should run, and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Whose it is; `None`: the instance's.
    pub organisation: Option<OrganisationId>,
    /// What its owner calls it.
    pub name: String,
    /// What findings would call it.
    pub known_as: String,
    /// Which version.
    pub version: u32,
    /// Why not. Names rules of its owner and of the instance alone.
    pub why: String,
}

/// Rules that run together.
pub(super) struct Sound {
    pub(super) engine: Engine,
    /// What it is made of.
    pub(super) sources: Vec<Source>,
    /// What could not be in it.
    pub(super) left_out: Vec<LeftOut>,
}

/// As many of `rules` as run together beside those of `base`, which are not theirs. The inner error says why none do.
///
/// # Errors
/// Compiling was broken off.
pub(super) async fn sound(base: &[Source], rules: &[ActiveRule]) -> Result<std::result::Result<Sound, String>> {
    let (mut rules, mut left_out) = (rules.to_vec(), Vec::new());
    leave_out(&mut rules, &mut left_out, unwritable);
    loop {
        let mut sources = sources(&rules)?;
        sources.extend_from_slice(base);
        // Rules name those of wider scopes.
        sources.sort_by(|one, other| one.scope.cmp(&other.scope));
        let faults = match compile(sources.clone()).await? {
            Ok(engine) => return Ok(Ok(Sound { engine, sources, left_out })),
            Err(faults) => faults,
        };
        let because = |rule: &ActiveRule, is_meant: fn(Culprit<'_>, &ActiveRule) -> bool| {
            let fault = faults.all().find(|fault| fault.culprit().is_some_and(|culprit| is_meant(culprit, rule)));
            fault.map(ToString::to_string)
        };
        if !leave_out(&mut rules, &mut left_out, |rule| because(rule, is_it))
            && !leave_out(&mut rules, &mut left_out, |rule| because(rule, is_in_it))
        {
            return Ok(Err(faults.to_string()));
        }
    }
}

/// Takes out what something speaks against; whether there was anything.
fn leave_out(
    rules: &mut Vec<ActiveRule>,
    left_out: &mut Vec<LeftOut>,
    against: impl Fn(&ActiveRule) -> Option<String>,
) -> bool {
    let before = left_out.len();
    rules.retain(|rule| {
        let Some(why) = against(rule) else { return true };
        left_out.push(LeftOut {
            organisation: rule.organisation,
            name: rule.name.clone(),
            known_as: rule.known_as.clone(),
            version: rule.version,
            why,
        });
        false
    });
    left_out.len() > before
}

/// Why a rule cannot even be put into a pack.
fn unwritable(rule: &ActiveRule) -> Option<String> {
    let definition: Value = match serde_json::from_str(&rule.definition) {
        Ok(definition) => definition,
        Err(error) => return Some(format!("rule {}: {error}", rule.name)),
    };
    if let Some(name) = strange_name(&definition) {
        return Some(format!("rule {}: combines {name:?}, which is the name of no rule", rule.name));
    }
    let (rules, adjustments) =
        if is_adjustment(&definition) { (Vec::new(), vec![definition]) } else { (vec![definition], Vec::new()) };
    let alone = pack::compose(&rule.name, 1, &rule.name, rules, adjustments);
    alone.err().map(|error| format!("rule {}: {error}", rule.name))
}

/// Whether it is this rule that is wrong.
fn is_it(culprit: Culprit<'_>, rule: &ActiveRule) -> bool {
    match culprit {
        Culprit::Rule(id) => id == running_name(rule),
        Culprit::Adjustment { pack, rule: target } => {
            let own = known_as(rule.organisation, "");
            let target = target.strip_prefix(own.as_str()).unwrap_or(target);
            pack == pack_name(rule) && rule.name.strip_prefix(pack::ADJUST) == Some(target)
        }
        Culprit::Pack(_) => false,
    }
}

/// Whether it is of a pack that is wrong as a whole.
fn is_in_it(culprit: Culprit<'_>, rule: &ActiveRule) -> bool {
    matches!(culprit, Culprit::Pack(name) if name == pack_name(rule))
}
