//! The poster answers a notice, behind the link in the letter.

use std::net::IpAddr;

use staffroom_domain::cases::notice::{Answer, PosterReply, ReplyPart, Stage};
use staffroom_domain::cases::{CaseLetter, Entry, Happening};
use staffroom_domain::ids::CaseId;
use staffroom_domain::organisation::Reach;
use staffroom_storage::Tx;
use staffroom_storage::cases::Reads;

use super::load::{Open, opened};
use super::{Cases, papers, words};
use crate::auth::secrets::{self, MAX_SECRET_BYTES};
use crate::{Cx, Result, ServiceError};

/// What the poster is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The number of the case.
    pub case: CaseId,
    /// The letter they were sent.
    pub letter: String,
    /// Until when they can answer, in words.
    pub until: String,
}

impl Cases<'_> {
    /// What is asked behind a link.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a link that does not count, or not any more.
    pub async fn asked(&self, cx: &Cx, token: &str) -> Result<Asked> {
        let gone = || ServiceError::NotFound("link");
        let cases = self.service.storage().read().cases();
        let id = linked(&cases, token).await?;
        let case = cases.get(id, &Reach::Everywhere, None).await?.ok_or_else(gone)?;
        let open = opened(&cases, case).await?;
        let until = until(&open, cx).ok_or_else(gone)?;
        let is_notice = |entry: &Entry| entry.what == Happening::Letter(CaseLetter::PosterNotice);
        let entries = cases.entries(id).await?;
        let sent = entries.iter().rev().find(|entry| is_notice(entry)).and_then(|entry| entry.paper);
        let papers = papers::all(&cases, self.service, id).await?;
        let letter = papers.into_iter().find(|paper| Some(paper.id) == sent).map(|paper| paper.text);
        Ok(Asked { case: id, letter: letter.unwrap_or_default(), until })
    }

    /// Takes the poster's answer, if it says all it must; what it does not is returned, and nothing is taken. Attempts are
    /// counted by `client`.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a link that does not count, or not any more; [`ServiceError::RateLimited`] after ten
    /// attempts in 15 minutes; [`ServiceError::Invalid`] names a text that is too long.
    pub async fn answer(&self, cx: &Cx, token: &str, reply: PosterReply, client: IpAddr) -> Result<Vec<&'static str>> {
        let limited = |retry_after_secs| ServiceError::RateLimited { retry_after_secs };
        self.service.inner.sign_in_attempts.begin("an answer", client, cx.now()).map_err(limited)?;
        let tx = self.service.storage().begin().await?;
        let mut open = self.behind(&tx, token).await?;
        until(&open, cx).ok_or(ServiceError::NotFound("link"))?;
        if let Answer::Incomplete { missing } = reply.amounts_to() {
            return Ok(missing.into_iter().map(ReplyPart::described).collect());
        }
        let (step, paper) = self.answered(&tx, cx, open.case.id, reply).await?;
        open.step(&tx, cx, open.case.about, step, cx.now(), Some(paper)).await?;
        tx.cases().set_answer(open.case.id, None).await?;
        self.tell_of_answer(&tx, cx, &open).await?;
        open.keep(&tx, cx).await?;
        self.service.commit(tx).await?;
        Ok(Vec::new())
    }

    async fn behind(self, tx: &Tx, token: &str) -> Result<Open> {
        let id = linked(&tx.cases(), token).await?;
        self.held(tx, id).await?.ok_or(ServiceError::NotFound("link"))
    }
}

/// The open case a link is for.
async fn linked(cases: &Reads<'_>, token: &str) -> Result<CaseId> {
    let gone = || ServiceError::NotFound("link");
    if token.len() > MAX_SECRET_BYTES {
        return Err(gone());
    }
    cases.by_answer(&secrets::hash(token)).await?.ok_or_else(gone)
}

/// Until when the poster can answer, in words; `None` when they cannot (any more).
fn until(open: &Open, cx: &Cx) -> Option<String> {
    let Stage::WithPoster { sent } = open.course.notice()?.stage else { return None };
    let until = open.law.notices()?.poster(sent).ok()?;
    (cx.now() <= until).then(|| words::when(open.law, until))
}
