//! Dry runs: a rule tried on what was published before, piece by piece in the background.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use staffroom_domain::ids::{DryRunId, OrganisationId, RuleId, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::rule_cycle::{
    DryRun, DryRunFound, DryRunSample, DryRunState, ModerationRule, RuleState, RuleVersion,
};
use staffroom_domain::{Page, PageRequest, Status, Timestamp, Visibility};
use staffroom_moderation::{Direction, Engine, Facts, Finding, Subject};
use staffroom_storage::rules::Past;

use super::lint::{as_enforced, definition, in_force, names_direction};
use super::sound::sound;
use super::sources::is_adjustment;
use super::{Rules, check_decides, check_owner, logged, whole_days};
use crate::auth::Authority;
use crate::moderation::facts::{media_fact, primary_language, scope_name};
use crate::moderation::shape::shape;
use crate::moderation::{foreign_parts, status_parts};
use crate::{Cx, Result, ServiceError};

/// Statuses looked at in one go.
const PIECE: u64 = 1_000;
/// Pieces of one step, after which what was found is written down.
const PIECES: usize = 10;
/// Others go on between two steps.
const PAUSE: Duration = Duration::from_millis(50);
/// What breadth is told by.
const RECENT: Duration = Duration::from_hours(30 * 24);
/// How far back a dry run goes unless asked otherwise, and at most, in days.
const DAYS: (i64, i64) = (30, 3_650);
/// Dry runs an owner may have under way, and for how long one counts as that.
const AT_ONCE: i64 = 3;
const UNDER_WAY: Duration = Duration::from_hours(24);
/// Samples kept.
const SAMPLES: usize = 20;
/// Words shown before and behind a match, in characters.
const AROUND: usize = 40;

impl Rules<'_> {
    /// Tries the newest version of a rule on what was published in the last `days`: by the people of `over`, or as far as
    /// the rule is meant for. It goes on in the background.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] or [`ServiceError::Forbidden`] where `who` has no right, [`ServiceError::Invalid`] for
    /// what cannot be tried, days out of range, and when too many dry runs are under way.
    pub async fn try_rule(
        &self,
        cx: &Cx,
        who: &Authority,
        id: RuleId,
        over: Option<OrganisationId>,
        days: Option<i64>,
    ) -> Result<DryRun> {
        let rule = self.get(who, id).await?;
        let organisation = over.or(rule.organisation);
        check_owner(who, organisation)?;
        if rule.organisation.is_some() && rule.organisation != organisation {
            return Err(ServiceError::invalid("organisation_id", "is not the one the rule belongs to"));
        }
        if is_adjustment(&definition(&rule)?) {
            return Err(ServiceError::invalid("rule_id", "changes another rule, which can be tried"));
        }
        let days = whole_days(days.unwrap_or(DAYS.0), DAYS.1)?;
        let run = DryRun {
            id: cx.id(),
            organisation,
            rule: rule.id,
            version: rule.version,
            requested_by: who.by(),
            state: DryRunState::Running,
            since: cx.now().minus(Duration::from_hours(24 * days)),
            before: StatusId(i64::MAX),
            found: DryRunFound::default(),
            problem: None,
            created_at: cx.now(),
            finished_at: None,
        };
        let tx = self.service.storage().begin().await?;
        check_owner(&who.now(&tx).await?, organisation)?;
        if tx.rules().running_dry_runs(organisation, cx.now().minus(UNDER_WAY)).await? >= AT_ONCE {
            return Err(ServiceError::invalid("dry_run", format!("can wait: {AT_ONCE} are under way")));
        }
        tx.rules().begin_dry_run(&run).await?;
        tx.jobs().push(cx.id(), &Job::TryRule(run.id), cx.now(), None).await?;
        self.service.commit_deed(tx, logged::dry_run(who, Deed::StartDryRun, &run)).await?;
        self.service.signals().jobs.notify_one();
        Ok(run)
    }

    /// Dry runs where `who` decides, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dry_runs(&self, who: &Authority, page: PageRequest) -> Result<Page<DryRun>> {
        let mut found = self.service.storage().read().rules().dry_runs(who.reach(), &page).await?;
        self.drop_gone(&mut found.items).await?;
        Ok(found)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where `who` does not decide.
    pub async fn dry_run(&self, who: &Authority, id: DryRunId) -> Result<DryRun> {
        let mut run =
            self.service.storage().read().rules().dry_run(id).await?.ok_or(ServiceError::NotFound("dry run"))?;
        check_decides(who, run.organisation, "dry run")?;
        self.drop_gone(std::slice::from_mut(&mut run)).await?;
        Ok(run)
    }

    /// Breaks a dry run off.
    ///
    /// # Errors
    /// As [`Rules::dry_run`].
    pub async fn stop_dry_run(&self, cx: &Cx, who: &Authority, id: DryRunId) -> Result<DryRun> {
        let run = self.dry_run(who, id).await?;
        let tx = self.service.storage().begin().await?;
        check_owner(&who.now(&tx).await?, run.organisation)?;
        if tx.rules().stop_dry_run(id, "a moderator broke it off", cx.now()).await? {
            self.service.commit_deed(tx, logged::dry_run(who, Deed::StopDryRun, &run)).await?;
        } else {
            tx.rollback().await?;
        }
        self.dry_run(who, id).await
    }

    /// A further step of a dry run; what is to be done next, and after which pause.
    pub(crate) async fn go_on(&self, cx: &Cx, id: DryRunId) -> Result<Option<(Job, Duration)>> {
        let read = self.service.storage().read();
        let run = read.rules().dry_run(id).await?.filter(|run| run.state == DryRunState::Running);
        let Some(run) = run else { return Ok(None) };
        let from = run.before;
        let next = match self.tried(&run).await? {
            Ok(tried) => self.step(cx, run, &tried).await?,
            Err(problem) => ended(&run, cx, Some(problem)),
        };
        let tx = self.service.storage().begin().await?;
        let is_ours = tx.rules().go_on_dry_run(&next, from).await?;
        tx.commit().await?;
        Ok((is_ours && next.state == DryRunState::Running).then_some((Job::TryRule(id), PAUSE)))
    }

    async fn step(&self, cx: &Cx, mut run: DryRun, tried: &Tried) -> Result<DryRun> {
        for _ in 0..PIECES {
            let past = self.service.storage().read().rules().past(run.before, run.since, PIECE).await?;
            let Some(last) = past.last().map(|one| one.id) else { return Ok(ended(&run, cx, None)) };
            let is_last = u64::try_from(past.len()).is_ok_and(|count| count < PIECE);
            let wanted: Vec<Past> = past.into_iter().filter(|one| tried.is_about(one, run.organisation)).collect();
            self.look(cx, &mut run.found, tried, wanted).await?;
            run.before = last;
            if is_last {
                return Ok(ended(&run, cx, None));
            }
        }
        Ok(run)
    }

    /// Tries a piece.
    async fn look(&self, cx: &Cx, found: &mut DryRunFound, tried: &Tried, wanted: Vec<Past>) -> Result<()> {
        let subjects = self.subjects(cx, &wanted, tried).await?;
        let (engine, name) = (tried.engine.clone(), tried.name.clone());
        let evaluate = move || {
            let hit = |subject: &Subject| engine.evaluate(subject).findings.into_iter().find(|one| one.rule == name);
            subjects.into_iter().map(|(status, subject)| (status, hit(&subject), subject)).collect::<Vec<_>>()
        };
        let looked = tokio::task::spawn_blocking(evaluate).await;
        let looked = looked.map_err(|e| ServiceError::Internal(format!("dry run: {e}")))?;
        let organisations: HashMap<StatusId, OrganisationId> =
            wanted.iter().map(|one| (one.id, one.organisation.unwrap_or(OrganisationId(0)))).collect();
        let recent = cx.now().minus(RECENT);
        for (status, hit, subject) in looked {
            let is_recent = i64::from(status.created_at >= recent);
            found.scanned += 1;
            found.recent_scanned += is_recent;
            let Some(hit) = hit else { continue };
            found.matched += 1;
            found.recent_matched += is_recent;
            let organisation = organisations.get(&status.id).copied().unwrap_or(OrganisationId(0));
            match found.by_organisation.iter_mut().find(|(id, _)| *id == organisation) {
                Some((_, count)) => *count += 1,
                None => found.by_organisation.push((organisation, 1)),
            }
            // What only some may read is counted, and not shown.
            if found.samples.len() < SAMPLES && status.is_open {
                found.samples.push(DryRunSample { status: status.id, excerpt: excerpt(&subject, &hit) });
            }
        }
        Ok(())
    }

    /// Statuses as the rules see them.
    async fn subjects(&self, cx: &Cx, wanted: &[Past], tried: &Tried) -> Result<Vec<(Looked, Subject)>> {
        let read = self.service.storage().read();
        let ids: Vec<StatusId> = wanted.iter().map(|one| one.id).collect();
        let mut statuses = read.statuses().by_ids(&ids).await?;
        statuses.retain(|status| tried.reads(status.visibility));
        statuses.sort_unstable_by_key(|status| std::cmp::Reverse(status.id));
        let polls: Vec<_> = statuses.iter().filter_map(|status| status.poll_id).collect();
        let polls = read.polls().by_ids(&polls, None).await?;
        let media: Vec<_> = statuses.iter().flat_map(|status| status.media_ids.iter().copied()).collect();
        let media = read.media().find_many(&media).await?;
        let media: HashMap<_, _> = media.into_iter().map(|one| (one.id, (one.content_type, one.description))).collect();
        let schools: HashMap<StatusId, Option<OrganisationId>> =
            wanted.iter().map(|one| (one.id, one.organisation)).collect();
        let subject = |status: Status| {
            let options = status.poll_id.and_then(|id| polls.get(&id)).into_iter().flat_map(|poll| &poll.options);
            let options = options.map(|option| option.title.as_str());
            let described = status.media_ids.iter().map(|id| media.get(id).and_then(|(_, text)| text.as_deref()));
            let spoiler_text = &status.spoiler_text;
            let parts = if status.local {
                status_parts(&status.text, spoiler_text, options, described)
            } else {
                foreign_parts(&status.content, spoiler_text, options, described, &status.tags)
            };
            let school = schools.get(&status.id).copied().flatten();
            let files = status.media_ids.iter().filter_map(|id| media.get(id));
            let facts = Facts {
                organisation: school.map(scope_name),
                language: status.language.as_deref().map(primary_language),
                media: Some(files.map(|(mime, text)| media_fact(mime, text.as_deref())).collect()),
                ..Facts::at(cx.now())
            };
            let subject = Subject {
                parts,
                direction: if status.local { Direction::Outbound } else { Direction::Inbound },
                visibility: status.visibility,
                tags: status.tags,
                facts,
            };
            let looked = Looked { id: status.id, created_at: status.created_at, is_open: status.visibility.is_open() };
            (looked, subject)
        };
        Ok(statuses.into_iter().map(subject).collect())
    }

    /// What a dry run tries, ready; the inner error says why it cannot be.
    async fn tried(&self, run: &DryRun) -> Result<std::result::Result<Tried, String>> {
        let read = self.service.storage().read();
        let Some(rule) = read.rules().by_id(run.rule).await? else { return Ok(Err("the rule is gone".to_owned())) };
        let Some(version) = read.rules().version(run.rule, run.version).await? else {
            return Ok(Err("this version of the rule is gone".to_owned()));
        };
        let definition: Value = match serde_json::from_str(&version.definition) {
            Ok(definition) => definition,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let own = as_enforced(&as_of(rule, version));
        let name = own.known_as.clone();
        // Rules about others need those.
        let active = if definition.pointer("/when/combine").is_some() {
            in_force(read.rules().active().await?, vec![own])
        } else {
            vec![own]
        };
        let directions = (names_direction(&definition, "outbound"), names_direction(&definition, "inbound"));
        let audiences = definition.get("visibility").and_then(Value::as_array).cloned().unwrap_or_default();
        let sound = match sound(&[], &active).await? {
            Ok(sound) => sound,
            Err(why) => return Ok(Err(why)),
        };
        if let Some(own) = sound.left_out.into_iter().find(|one| one.known_as == name) {
            return Ok(Err(own.why));
        }
        Ok(Ok(Tried { engine: sound.engine, name, directions, audiences }))
    }
}

/// A rule ready to be tried.
struct Tried {
    engine: Engine,
    /// What findings call it.
    name: String,
    /// Whether it is about what leaves, and about what comes in.
    directions: (bool, bool),
    /// The audiences it names.
    audiences: Vec<Value>,
}

impl Tried {
    /// What only some may read is read by a rule that says so, and by no other.
    fn reads(&self, visibility: Visibility) -> bool {
        match self.audiences.as_slice() {
            [] => visibility.is_open(),
            named => named.iter().any(|one| one.as_str() == Some(visibility.as_str())),
        }
    }

    fn is_about(&self, past: &Past, organisation: Option<OrganisationId>) -> bool {
        // what accounts of the program write repeats what is held
        if past.is_local && past.organisation.is_none() {
            return false;
        }
        let (outbound, inbound) = self.directions;
        let is_due = if past.is_local { outbound } else { inbound };
        is_due && organisation.is_none_or(|id| past.is_local && past.organisation == Some(id))
    }
}

/// A status that was looked at.
#[derive(Clone, Copy)]
struct Looked {
    id: StatusId,
    created_at: Timestamp,
    is_open: bool,
}

/// A rule as it was in another version.
fn as_of(rule: ModerationRule, version: RuleVersion) -> ModerationRule {
    ModerationRule { version: version.version, definition: version.definition, state: RuleState::Draft, ..rule }
}

fn ended(run: &DryRun, cx: &Cx, problem: Option<String>) -> DryRun {
    let state = if problem.is_some() { DryRunState::Failed } else { DryRunState::Done };
    DryRun { state, problem, finished_at: Some(cx.now()), ..run.clone() }
}

/// Some words around a match, of which the shape is left.
fn excerpt(subject: &Subject, hit: &Finding) -> String {
    let text = subject.parts.iter().find(|(part, _)| *part == hit.part).map_or("", |(_, text)| text.as_str());
    let (before, behind) =
        (text.get(..hit.span.start).unwrap_or_default(), text.get(hit.span.end..).unwrap_or_default());
    let found = text.get(hit.span.clone()).unwrap_or_default();
    let skipped = before.chars().count().saturating_sub(AROUND);
    let before: String = before.chars().skip(skipped).collect();
    let behind: String = behind.chars().take(AROUND).collect();
    format!("{before}{}{behind}", shape(found))
}
