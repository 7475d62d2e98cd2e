//! The rules that run: compiled, shared by all who ask, replaced whole; and what is counted while they do.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use staffroom_domain::Timestamp;
use staffroom_domain::rule_cycle::{ActiveRule, Panic};
use staffroom_moderation::{
    Action, CodePoints, Direction, Engine, Finding, Needs, PackRef, Part, Spelling, Standing, Subject, Verdict,
};
use staffroom_storage::rules::Counted;

use super::sound::LeftOut;
use super::sources::{Source, known_name};
use crate::moderation::facts::scope_name;
use crate::moderation::shape::shape;

/// What findings call a time in which everything is held.
pub(crate) const PANIC: &str = "panic";
/// Matches of rules that are tried out, kept in memory until they are written down; what is more is only counted.
const MAX_SEEN: usize = 2_000;

/// A match of a rule that is tried out.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) rule: String,
    pub(super) version: u32,
    pub(super) outbound: bool,
    pub(super) part: String,
    pub(super) span: (i64, i64),
    pub(super) shape: String,
    pub(super) at: Timestamp,
}

#[derive(Debug, Default)]
struct Counters {
    evaluated: AtomicI64,
    matched: AtomicI64,
    held: AtomicI64,
    nudged: AtomicI64,
}

/// Compiled rules, and what is counted of them, rule by rule in their order.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) engine: Engine,
    /// What it was made of; nothing for the rules the program begins with.
    pub(super) sources: Vec<Source>,
    counters: Vec<Counters>,
    places: HashMap<String, usize>,
    seen: Mutex<Vec<Seen>>,
}

impl Loaded {
    pub(super) fn new(engine: Engine, sources: Vec<Source>) -> Self {
        let counters = engine.rules().iter().map(|_| Counters::default()).collect();
        let places = engine.rules().iter().enumerate().map(|(at, rule)| (rule.id.clone(), at)).collect();
        Self { engine, sources, counters, places, seen: Mutex::default() }
    }

    /// Counts what was asked, and notes what rules that are tried out matched.
    fn count(&self, subject: &Subject, verdict: &Verdict) {
        let add = |counter: &AtomicI64| {
            counter.fetch_add(1, Ordering::Relaxed);
        };
        for (rule, counters) in self.engine.rules().iter().zip(&self.counters) {
            if rule.applies_to(subject) {
                add(&counters.evaluated);
            }
        }
        let mut met: Vec<&str> = Vec::new();
        for finding in &verdict.findings {
            let Some(counters) = self.places.get(&finding.rule).and_then(|at| self.counters.get(*at)) else { continue };
            if finding.standing == Standing::Shadow {
                self.note(subject, finding);
            }
            if met.contains(&finding.rule.as_str()) {
                continue;
            }
            met.push(&finding.rule);
            add(&counters.matched);
            match finding.action {
                Action::Hold | Action::Reject => add(&counters.held),
                Action::Nudge => add(&counters.nudged),
                _ => {}
            }
        }
    }

    fn note(&self, subject: &Subject, finding: &Finding) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MAX_SEEN {
            return;
        }
        let text = subject.parts.iter().find(|(part, _)| *part == finding.part).map_or("", |(_, text)| text.as_str());
        let span = CodePoints::of(text).span(finding.span.clone());
        let number = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        seen.push(Seen {
            rule: known_name(&finding.rule).to_owned(),
            version: finding.rule_version,
            outbound: subject.direction == Direction::Outbound,
            part: finding.part.to_string(),
            span: (number(span.start), number(span.end)),
            shape: shape(text.get(finding.span.clone()).unwrap_or_default()),
            at: subject.facts.now,
        });
    }

    /// What was counted since this was asked last.
    pub(super) fn take(&self) -> (Vec<Counted>, Vec<Seen>) {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let rules = self.engine.rules().iter().zip(&self.counters);
        let counted = rules.map(|(rule, counters)| {
            let taken = |counter: &AtomicI64| counter.swap(0, Ordering::Relaxed);
            Counted {
                rule: known_name(&rule.id).to_owned(),
                version: rule.version,
                evaluated: taken(&counters.evaluated),
                matched: taken(&counters.matched),
                held: taken(&counters.held),
                nudged: taken(&counters.nudged),
            }
        });
        (counted.filter(|one| one.evaluated > 0 || one.matched > 0).collect(), seen)
    }
}

/// The rules now.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(super) loaded: Arc<Loaded>,
    /// Which change of the rules this is; 0 for those the program began with.
    pub(super) revision: i64,
    /// Times in which everything is held.
    pub(super) panics: Vec<Panic>,
    /// Why the instance's rules are not those of the database.
    pub(super) problem: Option<String>,
    /// Rules that should run, and do not.
    pub(super) left_out: Vec<LeftOut>,
    /// What the database says is active: the same again is not compiled again.
    pub(super) active: Arc<Vec<ActiveRule>>,
}

impl Running {
    /// The packs the rules are of.
    pub(crate) fn packs(&self) -> &[PackRef] {
        self.loaded.engine.packs()
    }

    /// What has to be looked up before something that travels so is judged.
    pub(crate) fn needs(&self, direction: Direction) -> Needs {
        self.loaded.engine.needs(direction)
    }

    /// What the rules say; counts nothing.
    pub(crate) fn weigh(&self, subject: &Subject) -> Verdict {
        let mut verdict = self.loaded.engine.evaluate(subject);
        if let Some(panic) = self.panics.iter().find(|panic| covers(panic, subject)) {
            verdict.action = verdict.action.max(Action::Hold);
            verdict.findings.insert(0, finding(panic));
        }
        verdict
    }

    /// What the rules say, counted.
    pub(crate) fn judge(&self, subject: &Subject) -> Verdict {
        let verdict = self.weigh(subject);
        self.loaded.count(subject, &verdict);
        verdict
    }
}

/// Whether words are held because of it.
fn covers(panic: &Panic, subject: &Subject) -> bool {
    let organisation = panic.organisation.map(scope_name);
    subject.direction == Direction::Outbound
        && panic.is_on(subject.facts.now)
        && organisation.is_none_or(|name| subject.facts.organisation == Some(name))
        && panic.tag.as_ref().is_none_or(|tag| subject.tags.iter().any(|own| own.name() == tag))
}

fn finding(panic: &Panic) -> Finding {
    Finding {
        rule: PANIC.to_owned(),
        rule_version: 1,
        kind: PANIC,
        action: Action::Hold,
        standing: Standing::Counts,
        reason: format!("Everything is held for the moment: {}", panic.reason),
        detail: None,
        part: Part::Content,
        span: 0..0,
        spelling: Spelling::Plain,
    }
}

/// The rules now, shared by all who ask.
#[derive(Debug)]
pub(crate) struct Current {
    now: RwLock<Arc<Running>>,
    /// Those before them of which something may still have to be written down.
    former: Mutex<Vec<Arc<Loaded>>>,
    /// Held by whoever compiles.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Current {
    /// The rules the program begins with.
    pub(crate) fn new(engine: Engine) -> Self {
        let loaded = Arc::new(Loaded::new(engine, Vec::new()));
        let running = Running {
            loaded,
            revision: 0,
            panics: Vec::new(),
            problem: None,
            left_out: Vec::new(),
            active: Arc::default(),
        };
        Self { now: RwLock::new(Arc::new(running)), former: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// The rules now.
    pub(crate) fn now(&self) -> Arc<Running> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn replace(&self, running: Running) {
        let loaded = Arc::clone(&running.loaded);
        let former = {
            let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *now, Arc::new(running))
        };
        if !Arc::ptr_eq(&former.loaded, &loaded) {
            self.former.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&former.loaded));
        }
    }

    /// All rules of which something may have to be written down.
    pub(super) fn counting(&self) -> Vec<Arc<Loaded>> {
        let mut all = std::mem::take(&mut *self.former.lock().unwrap_or_else(PoisonError::into_inner));
        all.push(Arc::clone(&self.now().loaded));
        all
    }
}

#[cfg(test)]
mod tests {
    use staffroom_domain::Tag;
    use staffroom_domain::ids::{OrganisationId, PanicId};
    use staffroom_moderation::{Facts, Policy};

    use super::*;

    fn subject(organisation: &str, tags: &[&str], now: i64) -> Subject {
        let facts = Facts { organisation: Some(organisation.to_owned()), ..Facts::at(Timestamp(now)) };
        let tags = tags.iter().filter_map(|tag| Tag::parse(tag)).collect();
        Subject { tags, ..Subject::text("A fine day", Direction::Outbound, facts) }
    }

    fn panicking(organisation: Option<i64>, tag: Option<&str>) -> Running {
        let current = Current::new(Engine::new(Policy::of_phrases(["never said"])).unwrap());
        let panic = Panic {
            id: PanicId(1),
            organisation: organisation.map(OrganisationId),
            tag: tag.map(str::to_owned),
            until: Timestamp(1_000),
            reason: "something is going round".to_owned(),
            started_by: None,
            started_at: Timestamp(0),
            ended_at: None,
        };
        Running { panics: vec![panic], ..current.now().as_ref().clone() }
    }

    #[test]
    fn in_a_panic_everything_it_is_about_is_held_until_its_end() {
        let holds = |running: &Running, subject: &Subject| running.weigh(subject).action == Action::Hold;
        let all = panicking(None, None);
        assert!(holds(&all, &subject("7", &[], 999)) && !holds(&all, &subject("7", &[], 1_000)));
        assert!(!holds(&all, &Subject { direction: Direction::Inbound, ..subject("7", &[], 1) }));
        let school = panicking(Some(7), None);
        assert!(holds(&school, &subject("7", &[], 1)) && !holds(&school, &subject("8", &[], 1)));
        let tagged = panicking(None, Some("sltchat"));
        assert!(holds(&tagged, &subject("7", &["SLTchat"], 1)) && !holds(&tagged, &subject("7", &["other"], 1)));
        let verdict = all.weigh(&subject("7", &[], 1));
        assert!(verdict.reason_text().contains("something is going round"), "{verdict}");
    }

    #[test]
    fn what_is_asked_and_matched_is_counted_once_and_a_trial_is_not() {
        let current = Current::new(Engine::new(Policy::of_phrases(["fine day"])).unwrap());
        let running = current.now();
        running.judge(&subject("7", &[], 1));
        running.judge(&Subject::text("A fine day, a fine day", Direction::Outbound, Facts::default()));
        running.judge(&Subject::text("Rain", Direction::Inbound, Facts::default()));
        running.weigh(&subject("7", &[], 1));
        let (counted, seen) = running.loaded.take();
        let figures: Vec<_> = counted.iter().map(|one| (one.evaluated, one.matched, one.held, one.nudged)).collect();
        assert_eq!((figures, seen.len()), (vec![(3, 2, 2, 0)], 0));
        assert!(running.loaded.take().0.is_empty());
    }
}
