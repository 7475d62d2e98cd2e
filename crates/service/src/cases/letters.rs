//! Letters to the people a case is about: made of templates, looked at first if one likes, kept in the file as they were
//! sent. Sending one is a step of the case.

use staffroom_domain::account::{Account, User};
use staffroom_domain::cases::notice::{Notice, Requirement, Stage};
use staffroom_domain::cases::{CaseKind, CaseLetter, CaseView, Duty, Happening, Paper, PaperKind};
use staffroom_domain::ids::CaseId;
use staffroom_domain::mail::LetterKind;
use staffroom_domain::moderation_log::Deed;
use staffroom_storage::Tx;

use super::filed::read_reply;
use super::load::{Open, logged};
use super::{Cases, Filed, checked, papers, words};
use crate::accounts::check_email;
use crate::auth::Authority;
use crate::auth::secrets::{self, SECRET_BYTES};
use crate::mail::{Matter, write, write_to_address};
use crate::{Cx, Result, ServiceError};

/// What stands in a letter that is only looked at in place of the link.
const LINK_SHOWN: &str = "(the link)";

/// A letter to be sent.
#[derive(Clone, Debug)]
pub struct NewLetter {
    /// Which.
    pub letter: CaseLetter,
    /// The version of the case that was looked at.
    pub version: i64,
    /// What is added to the template; where an answer is given, the answer.
    pub text: String,
}

/// A letter as it would be sent.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its subject, without the name of the instance.
    pub subject: String,
    /// Its text, without greeting and signature.
    pub text: String,
}

/// To whom a letter goes.
enum To {
    Poster(Box<(Account, User)>),
    Address(String),
}

impl Cases<'_> {
    /// The letter as [`Self::send`] would send it now.
    ///
    /// # Errors
    /// As there.
    pub async fn draft(&self, cx: &Cx, who: &Authority, id: CaseId, new: NewLetter) -> Result<Draft> {
        let tx = self.service.storage().begin().await?;
        let (mut open, who) = self.locked(&tx, who, id, new.version).await?;
        let (_, draft) = self.compose(&tx, cx, &who, &mut open, &new, LINK_SHOWN).await?;
        Ok(draft)
    }

    /// Sends a letter and goes on with the case, as one step.
    ///
    /// # Errors
    /// As [`Cases::record`]; [`ServiceError::Invalid`] where the case is at a stage where this letter is not sent, where
    /// nobody can be reached, and without a text where the text is the answer.
    pub async fn send(&self, cx: &Cx, who: &Authority, id: CaseId, new: NewLetter) -> Result<CaseView> {
        let secret = cx.secret(SECRET_BYTES);
        let link = format!("{}/complaints/answer?token={secret}", self.service.settings().identity.public_url);
        let tx = self.service.storage().begin().await?;
        let (mut open, who) = self.locked(&tx, who, id, new.version).await?;
        let (to, draft) = self.compose(&tx, cx, &who, &mut open, &new, &link).await?;
        match &to {
            To::Poster(person) => {
                let (account, user) = person.as_ref();
                let matter = Matter::Told { kind: LetterKind::Case, subject: &draft.subject, text: &draft.text };
                write(&tx, self.service, cx, account, user, matter).await?;
                tx.cases().set_answer(id, Some(&secrets::hash(&secret))).await?;
            }
            To::Address(to) => {
                write_to_address(&tx, self.service, cx, to, LetterKind::Case, &draft.subject, &draft.text).await?;
            }
        }
        // what was sent, without the link: it is for the poster alone
        let kept = draft.text.replace(&link, LINK_SHOWN);
        let paper = papers::add(&tx, self.service, cx, id, PaperKind::Letter, &kept).await?;
        open.add(&tx, cx, who.by(), Happening::Letter(new.letter), cx.now(), Some(paper)).await?;
        let done = logged(&who, Deed::SendCaseLetter, &open.case).with("letter", new.letter.as_str());
        open.keep(&tx, cx).await?;
        self.service.commit_deed(tx, done).await?;
        self.get(&who, id).await
    }

    /// Goes on with the case as sending the letter does, and makes it.
    async fn compose(
        self,
        tx: &Tx,
        cx: &Cx,
        who: &Authority,
        open: &mut Open,
        new: &NewLetter,
        link: &str,
    ) -> Result<(To, Draft)> {
        let more = checked("text", &new.text)?;
        let papers = self.papers(tx, open.case.id).await?;
        let filed = papers::filed(&open.case, &papers)?;
        let before = open.course.notice().map(|notice| notice.stage.clone());
        let step = new.letter.step(open.case.kind).plain();
        open.step(tx, cx, who.by(), step, cx.now(), None).await?;
        open.settle(cx)?;
        let (to, text) = match (new.letter, &filed) {
            (CaseLetter::PosterNotice, Filed::Notice(notice)) => {
                let person = self.poster(tx, who, open).await?;
                (To::Poster(Box::new(person)), to_poster(open, notice, link))
            }
            (CaseLetter::Defective, Filed::Notice(_)) => {
                let Some(Stage::Defective { missing }) = before else { return Err(other_letter(open)) };
                let missing: Vec<_> = missing.into_iter().map(Requirement::described).collect();
                let all = Requirement::ALL.map(Requirement::described);
                (to_sender(&filed)?, words::defective(&open.case, &missing, &all, &more))
            }
            (CaseLetter::Outcome, Filed::Notice(_)) => {
                let stage = before.ok_or_else(|| other_letter(open))?;
                (to_sender(&filed)?, notice_ended(open, &stage, &papers, &more)?)
            }
            (CaseLetter::Acknowledgement, _) => (to_sender(&filed)?, words::acknowledged(&open.case, open.law, &more)),
            (CaseLetter::Outcome, Filed::Complaint(_)) => {
                (to_sender(&filed)?, words::answered(&open.case, "this is our answer.", &needed(&more)?))
            }
            (CaseLetter::Question, _) => {
                let opening = "we need to know more before we can answer, and the time for it stands still until then.";
                (to_sender(&filed)?, words::answered(&open.case, opening, &needed(&more)?))
            }
            (CaseLetter::Extension, _) => {
                let opening = extended(open);
                (to_sender(&filed)?, words::answered(&open.case, &opening, &needed(&more)?))
            }
            (CaseLetter::PosterNotice | CaseLetter::Defective, Filed::Complaint(_)) => return Err(other_letter(open)),
        };
        Ok((to, Draft { subject: words::subject(&open.case), text }))
    }

    /// The person here who posted the statement.
    async fn poster(self, tx: &Tx, who: &Authority, open: &Open) -> Result<(Account, User)> {
        let nobody = || {
            let why = "cannot be sent: nobody here posted it. Write down that the poster cannot be reached";
            ServiceError::invalid("letter", why)
        };
        let about = open.case.about.ok_or_else(nobody)?;
        let account = tx.accounts().by_id(about).await?.filter(|account| account.deleted_at.is_none());
        let account = account.ok_or_else(nobody)?;
        who.check_account(&account)?;
        let user = tx.users().by_account(about).await?.ok_or_else(nobody)?;
        Ok((account, user))
    }
}

fn to_poster(open: &Open, notice: &Notice, link: &str) -> String {
    words::poster_notice(notice, &until(open, Duty::PosterAnswers), link)
}

fn extended(open: &Open) -> String {
    format!("the answer takes longer; you will have it by {}.", until(open, Duty::AnswerRequest))
}

/// Until when something is to be done, as people read it.
fn until(open: &Open, duty: Duty) -> String {
    let due = open.due.iter().find(|due| due.duty == duty);
    due.map(|due| words::when(open.law, due.by)).unwrap_or_default()
}

/// How a notice ended, as the stage before the letter says it.
fn notice_ended(open: &Open, stage: &Stage, papers: &[Paper], more: &str) -> Result<String> {
    match stage {
        Stage::Removed { ground, .. } => Ok(words::notice_ended(&open.case, Some(*ground), None, more)),
        Stage::Stands { details_may_be_given, .. } => {
            let reply = papers.iter().rev().find(|paper| paper.kind == PaperKind::Reply);
            let reply = reply.map(|paper| read_reply(&paper.text)).transpose()?.filter(|_| *details_may_be_given);
            let given = reply.as_ref().map(|reply| (reply.full_name.as_str(), reply.postal_address.as_str()));
            Ok(words::notice_ended(&open.case, None, given, more))
        }
        _ => Err(other_letter(open)),
    }
}

fn to_sender(filed: &Filed) -> Result<To> {
    let none = "cannot be sent: there is no e-mail address on file. Write another way, and write that down";
    check_email(filed.email()).map(To::Address).map_err(|_| ServiceError::invalid("letter", none))
}

/// A text that must be there.
fn needed(more: &str) -> Result<String> {
    if more.is_empty() { Err(ServiceError::invalid("text", "can't be blank")) } else { Ok(more.to_owned()) }
}

fn other_letter(open: &Open) -> ServiceError {
    let kind = match open.case.kind {
        CaseKind::DefamationNotice => "a notice at this stage",
        _ => "a case of this kind",
    };
    ServiceError::invalid("letter", format!("is not one for {kind}"))
}
