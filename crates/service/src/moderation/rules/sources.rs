//! Rules of the database as the packs the engine loads: one for each pack, owner and scope.
//!
//! Findings call rules of the instance by their names, those of a school `o7--name` with its id, and a version that is
//! tried out beside the one in force `name--v3`. Rules name each other as they are called in their packs, so names are
//! put in place here.

use std::collections::HashMap;

use serde_json::{Value, json};
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::rule_cycle::{ActiveRule, RuleScope};
use staffroom_moderation::{Engine, Faults, PackSource, Scope, pack};

use crate::moderation::facts::scope_name;
use crate::{Result, ServiceError};

/// What parts the name of a rule from whose it is, and from which version: no name of a rule has it.
const SIGN: &str = "--";
/// What people call the rules that were written here.
const OWN: &str = "Rules written here";
/// The lists of a combination that name rules.
const LISTS: [&str; 3] = ["all", "any", "not"];

/// The same, deeper in it.
const INNER_LISTS: [&str; 2] = ["/near/rules", "/count/rules"];

/// A pack to be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) toml: String,
    pub(super) scope: Scope,
}

/// What findings call a rule in all its versions.
pub(crate) fn known_name(name: &str) -> &str {
    match name.rsplit_once(SIGN) {
        Some((known, version)) if is_version(version) => known,
        _ => name,
    }
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// What findings call the rule `name` of an owner.
pub(super) fn known_as(owned: Option<OrganisationId>, name: &str) -> String {
    match owned {
        None => name.to_owned(),
        Some(id) => format!("o{}{SIGN}{name}", id.0),
    }
}

/// What a rule is called while it runs: a version that is tried out beside the one in force by another name than that.
pub(super) fn running_name(rule: &ActiveRule) -> String {
    let name = &rule.known_as;
    if rule.is_candidate { format!("{name}{SIGN}v{}", rule.version) } else { name.clone() }
}

/// What the pack is called that a rule is loaded in.
pub(super) fn pack_name(rule: &ActiveRule) -> String {
    known_as(rule.organisation, rule.pack.as_deref().unwrap_or("own-rules"))
}

/// A name among those a definition combines that is of no rule as its owner calls it: rules are named by that alone.
pub(super) fn strange_name(definition: &Value) -> Option<&str> {
    let combine = definition.pointer("/when/combine")?;
    let lists =
        LISTS.iter().map(|list| combine.get(list)).chain(INNER_LISTS.iter().map(|place| combine.pointer(place)));
    lists.flatten().filter_map(Value::as_array).flatten().filter_map(Value::as_str).find(|name| name.contains(SIGN))
}

/// Whether a definition only changes a rule of another pack.
pub(super) fn is_adjustment(definition: &Value) -> bool {
    definition.get("when").is_none() && definition.get("rule").is_some()
}

/// What a rule is called: its id, or `adjust-` and the rule it changes.
pub(super) fn name_of(definition: &Value) -> String {
    let text = |name: &str| definition.get(name).and_then(Value::as_str).unwrap_or_default();
    if is_adjustment(definition) { format!("{}{}", pack::ADJUST, text("rule")) } else { text("id").to_owned() }
}

/// The packs of these rules, the widest scope first.
///
/// # Errors
/// A definition cannot be read.
pub(super) fn sources(active: &[ActiveRule]) -> Result<Vec<Source>> {
    let mut names: HashMap<Option<OrganisationId>, HashMap<&str, &str>> = HashMap::new();
    for rule in active.iter().filter(|rule| rule.organisation.is_some()) {
        names.entry(rule.organisation).or_default().insert(&rule.name, &rule.known_as);
    }
    let none = HashMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for rule in active {
        let mut definition: Value = serde_json::from_str(&rule.definition)
            .map_err(|error| ServiceError::Internal(format!("rule {}: {error}", rule.known_as)))?;
        put_names(&mut definition, names.get(&rule.organisation).unwrap_or(&none));
        let is_adjustment = is_adjustment(&definition);
        if is_adjustment && !rule.is_enforced {
            continue;
        }
        if let (false, Value::Object(members)) = (is_adjustment, &mut definition) {
            members.insert("id".to_owned(), json!(running_name(rule)));
            members.insert("version".to_owned(), json!(rule.version));
            members.insert("mode".to_owned(), json!(if rule.is_enforced { "enforce" } else { "shadow" }));
        }
        let found = groups.iter().position(|group| group.takes(rule));
        let at = found.unwrap_or_else(|| {
            groups.push(Group::of(rule));
            groups.len() - 1
        });
        let Some(group) = groups.get_mut(at) else { continue };
        group.version = group.version.max(rule.pack_version.unwrap_or(1));
        let list = if is_adjustment { &mut group.adjustments } else { &mut group.rules };
        list.push(definition);
    }
    groups.sort_by(|one, other| {
        (&one.first.scope, one.first.organisation).cmp(&(&other.first.scope, other.first.organisation))
    });
    groups.into_iter().map(Group::source).collect()
}

/// Rules that are loaded as one pack.
struct Group<'a> {
    first: &'a ActiveRule,
    version: u32,
    rules: Vec<Value>,
    adjustments: Vec<Value>,
}

impl<'a> Group<'a> {
    fn of(first: &'a ActiveRule) -> Self {
        Self { first, version: 1, rules: Vec::new(), adjustments: Vec::new() }
    }

    fn takes(&self, rule: &ActiveRule) -> bool {
        (self.first.organisation, &self.first.pack, &self.first.scope) == (rule.organisation, &rule.pack, &rule.scope)
    }

    fn source(self) -> Result<Source> {
        let Self { first, version, rules, adjustments } = self;
        let id = pack_name(first);
        let title = first.pack_title.as_deref().unwrap_or(OWN);
        let toml = pack::compose(&id, version, title, rules, adjustments);
        let toml = toml.map_err(|error| ServiceError::Internal(format!("pack {id}: {error}")))?;
        let scope = match (&first.scope, first.organisation) {
            (RuleScope::Network, _) => Scope::Network,
            (RuleScope::Organisation, Some(id)) => Scope::Organisation(scope_name(id)),
            (RuleScope::Tag(name), _) => Scope::Tag(name.clone()),
            (RuleScope::Role(name), _) => Scope::Role(name.clone()),
            (RuleScope::Instance | RuleScope::Organisation, _) => Scope::Instance,
        };
        Ok(Source { name: id, toml, scope })
    }
}

/// Puts the names findings use in the place of those of the pack.
fn put_names(definition: &mut Value, names: &HashMap<&str, &str>) {
    if names.is_empty() {
        return;
    }
    let put = |value: &mut Value| {
        if let Some(known) = value.as_str().and_then(|name| names.get(name)) {
            *value = json!(known);
        }
    };
    let put_all = |value: Option<&mut Value>| value.and_then(Value::as_array_mut).into_iter().flatten().for_each(put);
    if let Some(rule) = definition.get_mut("rule") {
        put(rule);
    }
    put_all(definition.get_mut("releases"));
    let Some(combine) = definition.pointer_mut("/when/combine") else { return };
    for list in LISTS {
        put_all(combine.get_mut(list));
    }
    for place in INNER_LISTS {
        put_all(combine.pointer_mut(place));
    }
}

/// Compiles packs, off the threads that answer requests: it takes a while.
///
/// # Errors
/// The inner error names the rules that are wrong.
pub(super) async fn compile(sources: Vec<Source>) -> Result<std::result::Result<Engine, Faults>> {
    let compile = move || {
        Engine::load(sources.iter().map(|source| PackSource {
            name: &source.name,
            toml: &source.toml,
            scope: source.scope.clone(),
        }))
    };
    tokio::task::spawn_blocking(compile).await.map_err(|e| ServiceError::Internal(format!("compiling rules: {e}")))
}
