//! Something happened to a case, and a moderator writes it down.

use staffroom_domain::Timestamp;
use staffroom_domain::cases::notice::{PosterReply, Requirement};
use staffroom_domain::cases::{CaseView, PaperKind, Step, StepKind};
use staffroom_domain::ids::{CaseId, CasePaperId};
use staffroom_domain::moderation_log::Deed;
use staffroom_storage::Tx;

use super::filed::{checked_reply, encode_reply};
use super::load::{Open, logged};
use super::{Cases, Filed, checked, papers};
use crate::auth::Authority;
use crate::moderation_log::Entry as LogEntry;
use crate::{Cx, Result, ServiceError};

/// Something that happened to a case.
#[derive(Clone, Debug)]
pub struct NewStep {
    /// What.
    pub kind: StepKind,
    /// The version of the case that was looked at.
    pub version: i64,
    /// When; `None` for now.
    pub at: Option<Timestamp>,
    /// A word for the file; may be empty.
    pub note: String,
    /// What a notice lacks beside what is seen without reading it.
    pub missing: Vec<Requirement>,
    /// How often the statement was removed before, where more is known than is kept here.
    pub earlier_removals: u32,
    /// The poster's answer.
    pub reply: Option<PosterReply>,
    /// The statements are to be removed now.
    pub remove_statuses: bool,
}

impl Cases<'_> {
    /// Writes down that something happened to a case, and does what belongs to it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a case that is not theirs to deal with, [`ServiceError::Conflict`] where somebody else
    /// was faster, [`ServiceError::Forbidden`] for a closed one and for statements out of their reach,
    /// [`ServiceError::Invalid`] says what is wrong, or what can happen instead.
    pub async fn record(&self, cx: &Cx, who: &Authority, id: CaseId, new: NewStep) -> Result<CaseView> {
        let note = checked("note", &new.note)?;
        let at = new.at.filter(|_| !new.remove_statuses).unwrap_or(cx.now());
        if at > cx.now() {
            return Err(ServiceError::invalid("at", "is in the future"));
        }
        let tx = self.service.storage().begin().await?;
        let (mut open, who) = self.locked(&tx, who, id, new.version).await?;
        if new.kind == StepKind::PosterTimeEnded {
            return Err(ServiceError::invalid("event", "happens by itself when the time is over"));
        }
        let (step, reply) = self.made(&tx, cx, &open, new.clone()).await?;
        let paper = match (reply, note.is_empty()) {
            (Some(reply), _) => Some(reply),
            (None, true) => None,
            (None, false) => Some(papers::add(&tx, self.service, cx, id, PaperKind::Note, &note).await?),
        };
        let is_removal = step == Step::Removed;
        let mut removed = Vec::new();
        if is_removal {
            // first: what has to go is asked of the case as it is
            open.course.after(Step::Removed, at, open.law).map_err(super::refused)?;
            removed = self.check_gone(&tx, cx, &who, &open, &new, &note).await?;
        }
        open.step(&tx, cx, who.by(), step, at, paper).await?;
        if is_removal {
            let papers = self.papers(&tx, id).await?;
            self.remember(&tx, cx, &open, &papers).await?;
        }
        let mut done = vec![logged(&who, Deed::RecordCase, &open.case).with("event", new.kind.as_str())];
        done.extend(removed);
        open.keep(&tx, cx).await?;
        self.service.commit_deeds(tx, done).await?;
        self.get(&who, id).await
    }

    /// The step as the course of the case wants it, and the paper it brings.
    async fn made(self, tx: &Tx, cx: &Cx, open: &Open, new: NewStep) -> Result<(Step, Option<CasePaperId>)> {
        match new.kind {
            StepKind::Assessed => {
                let papers = self.papers(tx, open.case.id).await?;
                let Filed::Notice(notice) = papers::filed(&open.case, &papers)? else {
                    return Ok((new.kind.plain(), None));
                };
                let mut missing = notice.missing();
                missing.extend(new.missing.into_iter().filter(|one| !notice.missing().contains(one)));
                let known = self.earlier_removals(tx, &open.case, &papers).await?;
                let earlier_removals = known.max(new.earlier_removals);
                Ok((Step::Assessed { missing, earlier_removals }, None))
            }
            StepKind::PosterAnswered => {
                let reply = new.reply.ok_or_else(|| ServiceError::invalid("reply", "can't be blank"))?;
                let (step, paper) = self.answered(tx, cx, open.case.id, reply).await?;
                Ok((step, Some(paper)))
            }
            kind => Ok((kind.plain(), None)),
        }
    }

    /// The poster's answer as a step, put into the file.
    pub(super) async fn answered(
        self,
        tx: &Tx,
        cx: &Cx,
        id: CaseId,
        reply: PosterReply,
    ) -> Result<(Step, CasePaperId)> {
        let reply = checked_reply(&reply)?;
        let paper = papers::add(tx, self.service, cx, id, PaperKind::Reply, &encode_reply(&reply)?).await?;
        Ok((Step::PosterAnswered(reply.amounts_to()), paper))
    }

    /// A statement that is said to be removed goes now, or is gone; what was removed, for the log.
    async fn check_gone(
        self,
        tx: &Tx,
        cx: &Cx,
        who: &Authority,
        open: &Open,
        new: &NewStep,
        note: &str,
    ) -> Result<Vec<LogEntry>> {
        if new.remove_statuses {
            return self.remove(tx, cx, who, open, note).await;
        }
        if self.statements(tx, &open.case).await?.is_empty() {
            return Ok(Vec::new());
        }
        Err(ServiceError::invalid("remove_statuses", "must be true: the statement is still there"))
    }
}
