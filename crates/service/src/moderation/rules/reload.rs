//! Running what the database says: compiled beside the requests, put in place at once, and kept so that it can be run
//! again.

use std::sync::Arc;

use metrics::{counter, gauge};
use staffroom_domain::organisation::Reach;
use staffroom_domain::rule_cycle::ActiveRule;
use staffroom_moderation::{Engine, PackRef};
use staffroom_storage::rules::KeptText;

use super::Rules;
use super::running::{Loaded, Running};
use super::sources::{Source, compile, sources};
use crate::{Cx, Result, ServiceError};

impl Rules<'_> {
    /// Runs the rules as they are in the database: at start, after a change, and now and then, since others change them
    /// too. Rules that do not compile change nothing: those that ran go on, and an alarm is raised.
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
        let running = match self.compiled(&before, &active).await? {
            Ok(loaded) => {
                if !Arc::ptr_eq(&loaded, &before.loaded) {
                    self.keep(cx, revision, &loaded).await?;
                }
                gauge!("moderation_rules_stale").set(0.0);
                Running { loaded, revision, panics, problem: None }
            }
            Err(problem) => {
                counter!("moderation_rules_not_compiled_total").increment(1);
                gauge!("moderation_rules_stale").set(1.0);
                tracing::error!(revision, %problem, "the moderation rules do not compile, the former ones go on");
                let loaded = self.last_good(&before).await?.unwrap_or_else(|| Arc::clone(&before.loaded));
                Running { loaded, revision, panics, problem: Some(problem) }
            }
        };
        current.replace(running);
        Ok(())
    }

    /// These rules compiled, those of `before` where they are the same; the inner error says which rule is wrong.
    async fn compiled(
        &self,
        before: &Running,
        active: &[ActiveRule],
    ) -> Result<std::result::Result<Arc<Loaded>, String>> {
        let sources = match sources(active) {
            Ok(sources) => sources,
            Err(error) => return Ok(Err(error.to_string())),
        };
        if before.loaded.sources == sources {
            return Ok(Ok(Arc::clone(&before.loaded)));
        }
        let engine = compile(sources.clone()).await?;
        Ok(engine.map(|engine| Arc::new(Loaded::new(engine, sources))).map_err(|error| error.to_string()))
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

    /// The rules that ran last, for a start at which those of the database do not compile. `None` where rules of the
    /// database run already, and where there are none that would.
    async fn last_good(&self, before: &Running) -> Result<Option<Arc<Loaded>>> {
        if before.revision > 0 {
            return Ok(None);
        }
        let Some(set) = self.service.storage().read().rules().last_set().await? else { return Ok(None) };
        let Ok(packs) = serde_json::from_str::<Vec<PackRef>>(&set) else { return Ok(None) };
        let engine = self.engine_of(&packs).await?;
        Ok(engine.map(|engine| Arc::new(Loaded::new(engine, Vec::new()))))
    }

    /// The rules of then, for a decision that is to be made again; `None` where they are no longer kept, or are rules of
    /// an earlier program that this one cannot read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn engine_of(&self, packs: &[PackRef]) -> Result<Option<Engine>> {
        let digests: Vec<String> = packs.iter().map(|pack| pack.digest.clone()).collect();
        let mut texts = self.service.storage().read().rules().texts(&digests).await?;
        let found: Option<Vec<Source>> = packs
            .iter()
            .map(|pack| {
                let toml = texts.remove(&pack.digest)?;
                Some(Source { name: pack.id.clone(), toml, scope: pack.scope.clone() })
            })
            .collect();
        let Some(sources) = found else { return Ok(None) };
        Ok(compile(sources).await?.ok())
    }
}
