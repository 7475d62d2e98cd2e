//! Who looks after a case, notes, and the end of its file.

use staffroom_domain::cases::{CaseView, Happening, PaperKind};
use staffroom_domain::ids::{AccountId, CaseId};
use staffroom_domain::moderation_log::Deed;

use super::load::logged;
use super::{Cases, checked, papers};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

impl Cases<'_> {
    /// Gives a case to somebody to look after: one of those whose business it is; `None` gives it back to nobody.
    ///
    /// # Errors
    /// As [`Cases::record`]; [`ServiceError::Invalid`] for somebody whose business it is not.
    pub async fn assign(
        &self,
        cx: &Cx,
        who: &Authority,
        id: CaseId,
        version: i64,
        to: Option<AccountId>,
    ) -> Result<CaseView> {
        let tx = self.service.storage().begin().await?;
        let (mut open, who) = self.locked(&tx, who, id, version).await?;
        if let Some(to) = to
            && !self.who_hears(&tx, &open.case).await?.iter().any(|one| one.account == to)
        {
            return Err(ServiceError::invalid("account_id", "is not somebody who deals with this case"));
        }
        let is_news = open.case.assigned_to != to;
        if is_news {
            open.case.assigned_to = to;
            open.case.unclaimed_since = cx.now();
            open.case.rung = 0;
            open.add(&tx, cx, who.by(), Happening::Assigned(to), cx.now(), None).await?;
        }
        let deed = if to.is_some() { Deed::AssignCase } else { Deed::UnassignCase };
        let done = logged(&who, deed, &open.case).with("to", to.map(|id| id.to_string()));
        open.keep(&tx, cx).await?;
        self.service.commit_deeds(tx, if is_news { vec![done] } else { Vec::new() }).await?;
        self.get(&who, id).await
    }

    /// Writes something into the file of a case.
    ///
    /// # Errors
    /// As [`Cases::record`]; [`ServiceError::Invalid`] for an empty text.
    pub async fn note(&self, cx: &Cx, who: &Authority, id: CaseId, version: i64, text: &str) -> Result<CaseView> {
        let text = checked("note", text)?;
        if text.is_empty() {
            return Err(ServiceError::invalid("note", "can't be blank"));
        }
        let tx = self.service.storage().begin().await?;
        let (mut open, who) = self.locked(&tx, who, id, version).await?;
        let paper = papers::add(&tx, self.service, cx, id, PaperKind::Note, &text).await?;
        open.add(&tx, cx, who.by(), Happening::Note, cx.now(), Some(paper)).await?;
        let done = logged(&who, Deed::NoteCase, &open.case).with("paper", paper.to_string());
        open.keep(&tx, cx).await?;
        self.service.commit_deed(tx, done).await?;
        self.get(&who, id).await
    }

    /// Closes the file of a case about which nothing is left to do. It is kept for the time of its class from then on.
    ///
    /// # Errors
    /// As [`Cases::record`]; [`ServiceError::Invalid`] says what is left to do.
    pub async fn close(&self, cx: &Cx, who: &Authority, id: CaseId, version: i64) -> Result<CaseView> {
        let tx = self.service.storage().begin().await?;
        let (mut open, who) = self.locked(&tx, who, id, version).await?;
        if !open.course.is_over() {
            let due: Vec<&str> = open.due.iter().map(|due| due.duty.as_str()).collect();
            let (state, left) =
                (open.course.state(), if due.is_empty() { "an answer".to_owned() } else { due.join(", ") });
            return Err(ServiceError::invalid(
                "case",
                format!("cannot be closed while it is {state}; left to do: {left}"),
            ));
        }
        open.case.closed_at = Some(cx.now());
        open.add(&tx, cx, who.by(), Happening::Closed, cx.now(), None).await?;
        tx.cases().set_answer(id, None).await?;
        let done = logged(&who, Deed::CloseCase, &open.case);
        open.keep(&tx, cx).await?;
        self.service.commit_deed(tx, done).await?;
        self.get(&who, id).await
    }
}
