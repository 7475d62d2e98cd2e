//! Running what the database says: compiled beside the requests, put in place at once, and kept so that it can be run
//! again.

use std::sync::Arc;

use metrics::{counter, gauge};
use staffroom_domain::organisation::Reach;
use staffroom_domain::rule_cycle::ActiveRule;
use staffroom_moderation::{Engine, PackRef, Scope};
use staffroom_storage::rules::KeptText;

use super::Rules;
use super::running::{Loaded, Running};
use super::sound::{LeftOut, Sound, sound};
use super::sources::{Source, compile};
use crate::{Cx, Result, ServiceError};

/// What is to run, and why it is not all the database says.
struct Next {
    loaded: Arc<Loaded>,
    problem: Option<String>,
    left_out: Vec<LeftOut>,
}

impl Next {
    fn of(sound: Sound, problem: Option<String>) -> Self {
        let loaded = Arc::new(Loaded::new(sound.engine, sound.sources));
        Self { loaded, problem, left_out: sound.left_out }
    }
}

impl Rules<'_> {
    /// Runs the rules as they are in the database: at start, after a change, and now and then, since others change them
    /// too. A rule of a school that does not compile is left out alone. Where one of the instance does not, the instance's
    /// rules go on as they were, and those of schools beside them. An alarm is raised either way.
    ///
    /// # Errors
    /// The database failed; the rules stay as they were.
    pub async fn reload(&self, cx: &Cx) -> Result<()> {
        let current = &self.service.inner.rules;
        let read = self.service.storage().read();
        if read.rules().revision().await? == current.now().revision {
            return Ok(());
        }
        let _turn = current.turn.lock().await;
        let revision = read.rules().revision().await?;
        let before = current.now();
        if revision == before.revision {
            return Ok(());
        }
        let panics = read.rules().panics(&Reach::Everywhere, cx.now()).await?;
        let active = read.rules().active().await?;
        if *before.active == active {
            current.replace(Running { revision, panics, ..before.as_ref().clone() });
            return Ok(());
        }
        let Next { loaded, problem, left_out } = self.next(&before, &active).await?;
        if !Arc::ptr_eq(&loaded, &before.loaded) {
            self.keep(cx, revision, &loaded).await?;
        }
        raise(revision, problem.as_deref(), &left_out);
        current.replace(Running { loaded, revision, panics, problem, left_out, active: Arc::new(active) });
        Ok(())
    }

    /// What is to run after `before` where this is active.
    async fn next(&self, before: &Running, active: &[ActiveRule]) -> Result<Next> {
        let is_of_instance = |one: &LeftOut| one.organisation.is_none();
        let (whole, problem) = match sound(&[], active).await? {
            Err(why) => (None, why),
            Ok(whole) => match whole.left_out.iter().find(|one| is_of_instance(one)).map(|one| one.why.clone()) {
                None => return Ok(Next::of(whole, None)),
                Some(why) => (Some(whole), why),
            },
        };
        let of_schools: Vec<ActiveRule> = active.iter().filter(|rule| rule.organisation.is_some()).cloned().collect();
        if let Some(base) = self.last_good(before).await?
            && let Ok(kept) = sound(&base, &of_schools).await?
        {
            let mut next = Next::of(kept, Some(problem));
            next.left_out.extend(whole.into_iter().flat_map(|whole| whole.left_out).filter(is_of_instance));
            return Ok(next);
        }
        Ok(match whole {
            Some(whole) if whole.sources.iter().any(is_instances) => Next::of(whole, Some(problem)),
            _ => Next { loaded: Arc::clone(&before.loaded), problem: Some(problem), left_out: Vec::new() },
        })
    }

    /// Keeps what runs from now on.
    async fn keep(&self, cx: &Cx, revision: i64, loaded: &Loaded) -> Result<()> {
        let packs = loaded.engine.packs();
        let texts: Vec<KeptText> = packs
            .iter()
            .zip(&loaded.sources)
            .map(|(pack, source)| KeptText { digest: pack.digest.clone(), body: source.toml.clone() })
            .collect();
        let set = serde_json::to_string(packs).map_err(|e| ServiceError::Internal(format!("packs: {e}")))?;
        let tx = self.service.storage().begin().await?;
        tx.rules().keep_set(revision, &set, &texts, cx.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The instance's rules that ran last: those of `before`, or at a start those that were kept. `None` where there are
    /// none.
    async fn last_good(&self, before: &Running) -> Result<Option<Vec<Source>>> {
        let sources = if before.revision > 0 {
            before.loaded.sources.clone()
        } else {
            let Some(set) = self.service.storage().read().rules().last_set().await? else { return Ok(None) };
            let Ok(packs) = serde_json::from_str::<Vec<PackRef>>(&set) else { return Ok(None) };
            let Some(sources) = self.kept_sources(&packs).await? else { return Ok(None) };
            sources
        };
        let base: Vec<Source> = sources.into_iter().filter(is_instances).collect();
        Ok((!base.is_empty()).then_some(base))
    }

    /// The texts of these packs; `None` where one of them is no longer kept.
    async fn kept_sources(&self, packs: &[PackRef]) -> Result<Option<Vec<Source>>> {
        let digests: Vec<String> = packs.iter().map(|pack| pack.digest.clone()).collect();
        let mut texts = self.service.storage().read().rules().texts(&digests).await?;
        let sources = packs.iter().map(|pack| {
            let toml = texts.remove(&pack.digest)?;
            Some(Source { name: pack.id.clone(), toml, scope: pack.scope.clone() })
        });
        Ok(sources.collect())
    }

    /// The rules of then, for a decision that is to be made again; `None` where they are no longer kept, or are rules of
    /// an earlier program that this one cannot read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn engine_of(&self, packs: &[PackRef]) -> Result<Option<Engine>> {
        let Some(sources) = self.kept_sources(packs).await? else { return Ok(None) };
        Ok(compile(sources).await?.ok())
    }
}

/// Whether a pack holds rules of the instance.
fn is_instances(source: &Source) -> bool {
    !matches!(source.scope, Scope::Organisation(_))
}

/// Tells the operator what does not run.
fn raise(revision: i64, problem: Option<&str>, left_out: &[LeftOut]) {
    gauge!("moderation_rules_stale").set(if problem.is_some() { 1.0 } else { 0.0 });
    gauge!("moderation_rules_left_out").set(f64::from(u32::try_from(left_out.len()).unwrap_or(u32::MAX)));
    if problem.is_none() && left_out.is_empty() {
        return;
    }
    counter!("moderation_rules_not_compiled_total").increment(1);
    if let Some(problem) = problem {
        tracing::error!(revision, %problem, "the instance's moderation rules do not compile, the former ones go on");
    }
    for one in left_out {
        tracing::error!(revision, rule = %one.known_as, version = one.version, why = %one.why, "a moderation rule does not run");
    }
}
