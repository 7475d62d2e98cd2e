//! Rules that come with the program and its configuration: the operator answers for them, so they are in force at once,
//! and what moderators decided about them stays.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use staffroom_domain::rule_cycle::{ModerationRule, RulePack, RuleScope, RuleState, RuleVersion};
use staffroom_moderation::pack::{self, Document};
use staffroom_storage::Tx;
use staffroom_storage::rules::NewRule;

use super::Rules;
use super::sources::{is_adjustment, known_as, name_of};
use crate::{Cx, Result, ServiceError};

/// Where packs of the program come from, and those of the configuration.
const SOURCES: [&str; 2] = ["shipped", "file:"];
/// Rules of packs stand in the order of the packs, each of which has so much room.
const ROOM: i64 = 10_000;

impl Rules<'_> {
    /// Takes in the packs of the program and of its configuration, given as where they come from (`shipped`, or `file:`
    /// and a name) and text. What is the same as before costs one look.
    ///
    /// # Errors
    /// A pack cannot be read, or the database failed.
    pub async fn ensure_shipped(&self, cx: &Cx, texts: &[(String, String)]) -> Result<()> {
        let wrong = |source: &str, error: &dyn std::fmt::Display| ServiceError::Internal(format!("{source}: {error}"));
        let mut packs = Vec::new();
        for (at, (source, text)) in texts.iter().enumerate() {
            let document = Document::parse(text).map_err(|e| wrong(source, &e))?;
            let digest = document.digest().map_err(|e| wrong(source, &e))?;
            packs.push(Shipped {
                source,
                document,
                digest,
                place: i64::try_from(at).unwrap_or(0).saturating_mul(ROOM),
            });
        }
        let installed = newest(self.service.storage().read().rules().installed(&SOURCES).await?);
        if is_same(&packs, &installed) {
            return Ok(());
        }
        let tx = self.service.storage().begin().await?;
        tx.rules().next_revision().await?;
        // Others may have been faster.
        let installed = newest(tx.rules().installed(&SOURCES).await?);
        let mut known: HashMap<String, ModerationRule> =
            tx.rules().of_owner(None).await?.into_iter().map(|rule| (rule.name.clone(), rule)).collect();
        for pack in &packs {
            if installed.get(pack.document.id()).is_none_or(|known| known.digest != pack.digest) {
                install(&tx, cx, pack, &mut known).await?;
            }
        }
        for gone in installed.values().filter(|known| packs.iter().all(|pack| pack.document.id() != known.name)) {
            // Without a digest it is taken in again when it comes back.
            tx.rules().put_pack(&RulePack { digest: String::new(), ..gone.clone() }).await?;
            for rule in known.values().filter(|rule| rule.pack.as_ref() == Some(&gone.name)) {
                let rule = ModerationRule {
                    state: RuleState::Retired,
                    enforced_version: None,
                    changed_by: None,
                    changed_at: cx.now(),
                    ..rule.clone()
                };
                tx.rules().update(&rule).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

struct Shipped<'a> {
    source: &'a str,
    document: Document,
    digest: String,
    place: i64,
}

/// The newest version of each pack, by its own id; those that were taken out of the configuration have no digest.
fn newest(installed: Vec<RulePack>) -> HashMap<String, RulePack> {
    let mut newest = HashMap::new();
    for pack in installed {
        newest.entry(pack.name.clone()).or_insert(pack);
    }
    newest
}

fn is_same(packs: &[Shipped<'_>], installed: &HashMap<String, RulePack>) -> bool {
    let is_installed = |pack: &Shipped<'_>| {
        installed
            .get(pack.document.id())
            .is_some_and(|known| known.digest == pack.digest && known.source == pack.source)
    };
    let is_left_over =
        |known: &RulePack| !known.digest.is_empty() && packs.iter().all(|pack| pack.document.id() != known.name);
    packs.iter().all(is_installed) && !installed.values().any(is_left_over)
}

/// Takes in a pack. New rules are in force, as far as the pack says so itself; those in force change with the pack;
/// those that somebody took out of force stay so.
async fn install(tx: &Tx, cx: &Cx, pack: &Shipped<'_>, known: &mut HashMap<String, ModerationRule>) -> Result<()> {
    let document = &pack.document;
    let id = tx
        .rules()
        .put_pack(&RulePack {
            id: cx.id(),
            organisation: None,
            name: document.id().to_owned(),
            version: document.version(),
            title: document.title().to_owned(),
            publisher: None,
            key: None,
            signature: None,
            source: pack.source.to_owned(),
            digest: pack.digest.clone(),
            document: document.canonical().map_err(|e| ServiceError::Internal(e.to_string()))?,
            installed_by: None,
            installed_at: cx.now(),
        })
        .await?;
    let (mut new, mut versions, mut met) = (Vec::new(), Vec::new(), HashSet::new());
    for (at, definition) in document.rules().iter().chain(document.adjustments()).enumerate() {
        let (name, state) = (name_of(definition), state_of(definition));
        let position = pack.place.saturating_add(i64::try_from(at).unwrap_or(0));
        let definition = stored(definition)?;
        met.insert(name.clone());
        let Some(rule) = known.get(&name) else {
            let rule = ModerationRule {
                id: cx.id(),
                organisation: None,
                known_as: known_as(None, &name),
                name: name.clone(),
                pack: Some(document.id().to_owned()),
                position,
                scope: RuleScope::Instance,
                state,
                version: 1,
                enforced_version: (state == RuleState::Enforce).then_some(1),
                previous_version: None,
                review_at: None,
                changed_by: None,
                created_at: cx.now(),
                changed_at: cx.now(),
                definition,
            };
            known.insert(name, rule.clone());
            new.push(NewRule { rule, pack: Some(id) });
            continue;
        };
        if rule.pack.as_deref() != Some(document.id()) {
            tracing::error!(rule = %name, pack = document.id(), "a rule of this name is there already, it stays");
            continue;
        }
        let mut rule = ModerationRule { position, ..rule.clone() };
        // Retired with its pack, and back with it.
        if rule.state == RuleState::Retired && rule.changed_by.is_none() {
            rule.state = state;
            rule.enforced_version = (state == RuleState::Enforce).then_some(rule.version);
        }
        if rule.definition != definition {
            rule.version = rule.version.saturating_add(1);
            if rule.enforced_version.is_some() {
                (rule.previous_version, rule.enforced_version) = (rule.enforced_version, Some(rule.version));
                rule.state = RuleState::Enforce;
            }
            rule.definition = definition;
            versions.push(RuleVersion {
                rule: rule.id,
                version: rule.version,
                pack: Some(id),
                definition: rule.definition.clone(),
                created_by: None,
                created_at: cx.now(),
            });
        }
        tx.rules().update(&rule).await?;
        known.insert(name, rule);
    }
    tx.rules().insert(&new).await?;
    tx.rules().add_versions(&versions).await?;
    for rule in known.values_mut().filter(|rule| rule.pack.as_deref() == Some(document.id())) {
        if !met.contains(&rule.name) && rule.state != RuleState::Retired {
            rule.state = RuleState::Retired;
            rule.enforced_version = None;
            tx.rules().update(rule).await?;
        }
    }
    Ok(())
}

/// What a pack of the operator says of one of its rules.
fn state_of(definition: &Value) -> RuleState {
    let mode = definition.get("mode").and_then(Value::as_str).unwrap_or("enforce");
    if is_adjustment(definition) { RuleState::Enforce } else { RuleState::parse(mode).unwrap_or(RuleState::Enforce) }
}

/// Whether a pack came with the program or its configuration.
pub(super) fn is_of_program(pack: &RulePack) -> bool {
    SOURCES.iter().any(|source| pack.source.starts_with(source))
}

/// A definition as it is kept: in one form, and without what the program says of a rule itself.
pub(super) fn stored(definition: &Value) -> Result<String> {
    let mut definition = definition.clone();
    if let Value::Object(members) = &mut definition {
        members.remove("mode");
        members.remove("version");
    }
    pack::canonical(&definition).map_err(|e| ServiceError::invalid("definition", e.to_string()))
}
