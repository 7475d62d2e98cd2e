//! A case opened for a change: locked, replayed from its file, and kept again with what is due now.

use staffroom_domain::Timestamp;
use staffroom_domain::cases::alarm::{Watched, remind_at};
use staffroom_domain::cases::{Case, Course, Due, Entry, Happening, Jurisdiction, Paper, Step, StepKind, StepRefused};
use staffroom_domain::ids::{AccountId, CaseId, CasePaperId};
use staffroom_domain::job::Job;
use staffroom_domain::moderation_log::{self as log, Deed};
use staffroom_storage::Tx;
use staffroom_storage::cases::Reads;

use super::{Cases, law, papers, refused};
use crate::auth::Authority;
use crate::moderation_log::Entry as LogEntry;
use crate::{Cx, Result, ServiceError};

/// A case in the hands of a transaction.
pub(super) struct Open {
    pub(super) case: Case,
    pub(super) course: Course,
    pub(super) law: &'static Jurisdiction,
    pub(super) due: Vec<Due>,
    /// What its file says happened, in the order written down.
    steps: Vec<(Timestamp, Step)>,
    /// When the last thing happened that was written down in this transaction.
    stepped: Option<Timestamp>,
}

impl Cases<'_> {
    /// A case for `who` to decide about, who saw it as it was at `version`; nobody else changes it until the transaction
    /// ends. Returns who they are now, too.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs to deal with, [`ServiceError::Conflict`] where somebody else
    /// was faster, [`ServiceError::Forbidden`] for a closed one.
    pub(super) async fn locked(self, tx: &Tx, who: &Authority, id: CaseId, version: i64) -> Result<(Open, Authority)> {
        let cases = tx.cases();
        cases.lock(id).await?;
        // Only now: others whose turn came first may have taken the right.
        let who = who.now(tx).await?;
        let case = cases.get(id, who.reach(), who.by()).await?.ok_or(ServiceError::NotFound("case"))?;
        if case.version != version {
            let why = format!("somebody else changed this case meanwhile; it is {} now", case.state);
            return Err(ServiceError::Conflict(why));
        }
        if case.closed_at.is_some() {
            return Err(ServiceError::Forbidden("the file of this case is closed".to_owned()));
        }
        Ok((opened(&cases, case).await?, who))
    }

    /// The same for the clock and for people without an account; `None` for one that is closed, or gone.
    pub(super) async fn held(self, tx: &Tx, id: CaseId) -> Result<Option<Open>> {
        let cases = tx.cases();
        match cases.lock(id).await?.filter(|case| case.closed_at.is_none()) {
            Some(case) => Ok(Some(opened(&cases, case).await?)),
            None => Ok(None),
        }
    }

    /// The papers of a case, opened.
    pub(super) async fn papers(self, tx: &Tx, id: CaseId) -> Result<Vec<Paper>> {
        papers::all(&tx.cases(), self.service, id).await
    }
}

/// How a case stands, by its file.
///
/// # Errors
/// The file cannot be replayed: it is damaged.
pub(super) async fn opened(cases: &Reads<'_>, case: Case) -> Result<Open> {
    let law = law(&case.jurisdiction)?;
    let steps = steps_of(&cases.entries(case.id).await?);
    let course = replayed(&case, &steps, law)?;
    let due = cases.due_of(&[case.id]).await?.remove(&case.id).unwrap_or_default();
    Ok(Open { case, course, law, due, steps, stepped: None })
}

/// What a file says happened, in the order written down.
pub(super) fn steps_of(entries: &[Entry]) -> Vec<(Timestamp, Step)> {
    let step = |entry: &Entry| match &entry.what {
        Happening::Step(step) => Some((entry.at, step.clone())),
        _ => None,
    };
    entries.iter().filter_map(step).collect()
}

/// The course of a case, by what its file says happened.
pub(super) fn replayed(case: &Case, steps: &[(Timestamp, Step)], law: &Jurisdiction) -> Result<Course> {
    let damaged = |error: StepRefused| {
        ServiceError::Internal(format!("the file of case {} cannot be replayed: {error}", case.id))
    };
    Course::replay(case.kind, case.received_at, as_it_was(steps), law).map_err(damaged)
}

/// An answer of the poster that came in time counts, also when it was written down after the clock had run out.
fn as_it_was(steps: &[(Timestamp, Step)]) -> Vec<(Timestamp, Step)> {
    let answers = steps.iter().filter(|(_, step)| step.kind() == StepKind::PosterAnswered);
    let answered = answers.map(|(at, _)| *at).min();
    let counts = |(at, step): &&(Timestamp, Step)| {
        *step != Step::PosterTimeEnded || answered.is_none_or(|answered| answered > *at)
    };
    steps.iter().filter(counts).cloned().collect()
}

impl Open {
    /// A case that begins now.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where the law has no such procedure.
    pub(super) fn begin(case: Case) -> Result<Self> {
        let law = law(&case.jurisdiction)?;
        let course = Course::begin(case.kind, case.received_at, law).map_err(refused)?;
        Ok(Self { case, course, law, due: Vec::new(), steps: Vec::new(), stepped: None })
    }

    /// Lets something happen, and adds it to the file.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] says why it cannot be.
    pub(super) async fn step(
        &mut self,
        tx: &Tx,
        cx: &Cx,
        by: Option<AccountId>,
        step: Step,
        at: Timestamp,
        paper: Option<CasePaperId>,
    ) -> Result<()> {
        self.steps.push((at, step.clone()));
        self.stepped = Some(at);
        let steps = as_it_was(&self.steps);
        self.course = Course::replay(self.case.kind, self.case.received_at, steps, self.law).map_err(refused)?;
        self.add(tx, cx, by, Happening::Step(step), at, paper).await
    }

    /// Adds a line to the file.
    pub(super) async fn add(
        &mut self,
        tx: &Tx,
        cx: &Cx,
        by: Option<AccountId>,
        what: Happening,
        at: Timestamp,
        paper: Option<CasePaperId>,
    ) -> Result<()> {
        // Who decides is not held up by a reminder.
        self.case.version += i64::from(!matches!(what, Happening::Alarm(_)));
        let entry = Entry { id: cx.id(), case: self.case.id, what, at, by, paper, recorded_at: cx.now() };
        tx.cases().add_entry(&entry).await?;
        Ok(())
    }

    /// Keeps how it stands, what is due, and when its clocks are looked at next.
    pub(super) async fn keep(mut self, tx: &Tx, cx: &Cx) -> Result<()> {
        self.settle(cx)?;
        tx.cases().update(&self.case).await?;
        self.keep_due(tx, cx).await?;
        let key = alarm_key(self.case.id);
        tx.jobs().cancel(&key).await?;
        if let Some(at) = self.next_look() {
            tx.jobs().push(cx.id(), &Job::WatchCase(self.case.id), at.max(cx.now()), Some(&key)).await?;
        }
        Ok(())
    }

    /// Keeps what is due. What is not any more, is since the last thing happened.
    pub(super) async fn keep_due(&self, tx: &Tx, cx: &Cx) -> Result<()> {
        Ok(tx.cases().set_due(self.case.id, &self.due, self.stepped.unwrap_or(cx.now())).await?)
    }

    /// Works out what is due now. Of what was due before, it is remembered who was told.
    pub(super) fn settle(&mut self, cx: &Cx) -> Result<()> {
        self.case.state = self.course.state().to_owned();
        let deadlines = if self.case.closed_at.is_some() {
            Vec::new()
        } else {
            self.course.deadlines(self.law).map_err(refused)?
        };
        let before = std::mem::take(&mut self.due);
        self.due = deadlines
            .iter()
            .map(|deadline| {
                let known = before.iter().find(|due| due.duty == deadline.duty && due.by == deadline.by);
                known.cloned().unwrap_or_else(|| Due {
                    case: self.case.id,
                    duty: deadline.duty,
                    by: deadline.by,
                    source: deadline.source.to_owned(),
                    remind_at: remind_at(deadline, cx.now()),
                    reminded: false,
                    told: 0,
                })
            })
            .collect();
        Ok(())
    }

    /// When there may be something to tell or to do next.
    pub(super) fn next_look(&self) -> Option<Timestamp> {
        if self.case.closed_at.is_some() { None } else { self.watched().next() }
    }

    /// What the clocks are held against.
    pub(super) fn watched(&self) -> Watched<'_> {
        Watched {
            since: self.case.unclaimed_since,
            is_claimed: self.case.assigned_to.is_some() || self.course.is_over(),
            rung: self.case.rung,
            due: &self.due,
        }
    }
}

/// Something done about a case, for the log.
pub(super) fn logged(who: &Authority, deed: Deed, case: &Case) -> LogEntry {
    LogEntry::new(who, deed, log::Subject::new("case", &case.id))
        .against(case.about)
        .within(case.organisation)
        .with("of", case.kind.as_str())
        .with("version", case.version)
}

/// Under what the job that looks at the clocks of a case waits.
pub(super) fn alarm_key(id: CaseId) -> String {
    format!("case:{}", id.0)
}
