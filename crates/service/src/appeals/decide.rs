//! Deciding an appeal.

use staffroom_domain::appeal::{AppealState, DecisionView, Restriction};
use staffroom_domain::ids::AppealId;
use staffroom_domain::mail::LetterKind;
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::organisation::Standing;
use staffroom_storage::Tx;

use super::{Appeals, MAX_TEXT};
use crate::auth::Authority;
use crate::decided::{OPERATOR, already_decided};
use crate::mail::{Matter, write};
use crate::moderation_log::Entry;
use crate::organisations::lock_account;
use crate::{Cx, Result, ServiceError};

impl Appeals<'_> {
    /// Decides an appeal: takes the decision back (a measure ends, if it is still the one that was decided then; what was
    /// rejected is held again, for its author to publish as it is), or lets it stand. The person gets a letter with the answer
    /// either way.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs to deal with, [`ServiceError::Conflict`] for one that was
    /// decided, [`ServiceError::Forbidden`] for who took the decision while there is somebody else to look at it,
    /// [`ServiceError::Invalid`] without an answer, and for one that is too long.
    pub async fn decide(
        &self,
        cx: &Cx,
        who: &Authority,
        id: AppealId,
        approved: bool,
        answer: &str,
    ) -> Result<DecisionView> {
        let answer = answer.trim();
        if answer.is_empty() {
            return Err(ServiceError::invalid("answer", "can't be blank"));
        }
        if answer.chars().count() > MAX_TEXT {
            return Err(ServiceError::invalid("answer", format!("is longer than {MAX_TEXT} characters")));
        }
        let before = self.get(who, id).await?.reasons;
        let about = before.account_id;
        let voice = match before.restriction {
            Restriction::StatusRejected(_) if approved => {
                Some(self.service.accounts().ensure_moderation_account(cx).await?)
            }
            _ => None,
        };
        let tx = self.service.storage().begin().await?;
        // Accounts before what is about them: nobody waits in a circle.
        lock_account(&tx, about).await?;
        tx.appeals().lock(id).await?;
        let who = who.now(&tx).await?;
        let found = tx.appeals().get(id, who.reach(), who.by()).await?.ok_or(ServiceError::NotFound("appeal"))?;
        let appeal = found.appeal.as_ref().ok_or(ServiceError::NotFound("appeal"))?;
        if appeal.state != AppealState::Pending {
            let word = appeal.state.as_str();
            return Err(already_decided(&tx.accounts(), appeal.decided_by, OPERATOR, word).await?);
        }
        check_another(&tx, &who, &found).await?;
        let state = if approved { AppealState::Approved } else { AppealState::Rejected };
        tx.appeals().decide(id, state, answer, who.by(), cx.now()).await?;
        let mut done = vec![decided(&who, &found, id, approved)];
        if let (true, Restriction::Measure(measure)) = (approved, found.reasons.restriction)
            && self.service.accounts().take_back(&tx, cx, about, measure, found.reasons.created_at).await?
            && let Some(deed) = Deed::ending(measure)
        {
            done.push(Entry::on(&who, deed, &found.account).with("appeal", id.to_string()));
        }
        let mut is_back = false;
        if let (Some(voice), Restriction::StatusRejected(held)) = (&voice, found.reasons.restriction) {
            let people = (voice, &found.account);
            is_back = self.service.statuses().bring_back(&tx, cx, &who, people, held).await?;
        }
        self.tell(&tx, cx, &found, (approved, is_back), answer).await?;
        self.service.commit_deeds(tx, done).await?;
        self.get(&who, id).await
    }

    async fn tell(
        self,
        tx: &Tx,
        cx: &Cx,
        decision: &DecisionView,
        (approved, is_back): (bool, bool),
        answer: &str,
    ) -> Result<()> {
        let Some(user) = tx.users().by_account(decision.reasons.account_id).await? else { return Ok(()) };
        let how = match (approved, decision.reasons.restriction) {
            (true, Restriction::Measure(_)) => "You were right, and the decision was taken back.",
            (true, Restriction::StatusRemoved(_)) => {
                "You were right. What was removed cannot be brought back; you may publish it again."
            }
            (true, Restriction::StatusRejected(_)) if is_back => {
                "You were right. What was rejected is held again; you alone decide now, and can publish it as it is."
            }
            (true, Restriction::StatusRejected(_)) => {
                "You were right. What was rejected cannot be brought back; you may write it again."
            }
            (false, _) => "The decision stands.",
        };
        let day = decision.reasons.created_at.to_date();
        let text = format!("Your appeal against the decision of {day} was looked at. {how}\n\n{answer}");
        let matter = Matter::Told { kind: LetterKind::Appeal, subject: "Your appeal", text: &text };
        write(tx, self.service, cx, &decision.account, &user, matter).await?;
        Ok(())
    }
}

/// That an appeal was decided, for the log.
fn decided(who: &Authority, decision: &DecisionView, id: AppealId, approved: bool) -> Entry {
    let deed = if approved { Deed::ApproveAppeal } else { Deed::RejectAppeal };
    Entry::new(who, deed, Subject::new("appeal", &id))
        .about(&decision.account)
        .of(decision.reasons.organisation)
        .with("decision", decision.reasons.id.to_string())
        .with("restriction", decision.reasons.restriction.as_str())
}

/// Lets those decide an appeal who did not take the decision, and those who did where there is nobody else.
async fn check_another(tx: &Tx, who: &Authority, decision: &DecisionView) -> Result<()> {
    let reasons = &decision.reasons;
    let Some(by) = who.by().filter(|by| reasons.decided_by == Some(*by)) else { return Ok(()) };
    let Some(school) = reasons.organisation else { return Ok(()) };
    let theirs = match tx.users().by_account(reasons.account_id).await? {
        Some(user) => Standing::of(user.role, tx.organisations().role(reasons.account_id, school).await?),
        None => Standing::Ordinary,
    };
    let staff = tx.rota().staff(school).await?;
    let could = |standing: Standing| {
        let is_high_enough = !reasons.of_instance || standing >= Standing::Moderator;
        is_high_enough && standing.hears_of(theirs)
    };
    let mut others = staff.iter().filter(|one| one.account != by && one.account != reasons.account_id);
    if others.any(|one| could(Standing::of(one.rank, one.role))) {
        let why = "you took this decision; somebody else looks at the appeal against it";
        return Err(ServiceError::Forbidden(why.to_owned()));
    }
    Ok(())
}
