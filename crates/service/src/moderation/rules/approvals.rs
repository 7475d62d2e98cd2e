//! Four eyes: what one moderator asks for and another one has to agree to.

use std::time::Duration;

use staffroom_domain::ids::{ApprovalId, OrganisationId, RuleId};
use staffroom_domain::job::Job;
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::organisation::Right;
use staffroom_domain::rule_cycle::{Approval, ApprovalKind, ApprovalState, ModerationRule};
use staffroom_domain::{Page, PageRequest};
use staffroom_storage::{Tx, accounts};

use super::promote::{check_unchanged, in_force_now, moved};
use super::withdraw::{Step, standing};
use super::{Rules, check_decides, check_owner, logged};
use crate::auth::Authority;
use crate::decided::{OPERATOR, already_decided};
use crate::{Cx, Result, ServiceError};

/// How long a request can be answered.
const ANSWERED_WITHIN: Duration = Duration::from_hours(7 * 24);

/// What somebody else is asked.
pub(crate) struct Request {
    pub(crate) organisation: Option<OrganisationId>,
    pub(crate) kind: ApprovalKind,
    pub(crate) subject: i64,
    pub(crate) version: u32,
    pub(crate) title: String,
    pub(crate) detail: String,
}

/// What somebody else says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Grant,
    /// It is not done.
    Refuse,
}

impl Rules<'_> {
    /// Requests where `who` decides, newest first; those that wait for an answer alone, if asked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn approvals(
        &self,
        cx: &Cx,
        who: &Authority,
        is_open: bool,
        page: PageRequest,
    ) -> Result<Page<Approval>> {
        let open_at = is_open.then_some(cx.now());
        Ok(self.service.storage().read().rules().approvals(who.reach(), open_at, &page).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where `who` does not decide.
    pub async fn approval(&self, who: &Authority, id: ApprovalId) -> Result<Approval> {
        let found = self.service.storage().read().rules().approval(id).await?;
        let approval = found.ok_or(ServiceError::NotFound("approval"))?;
        check_decides(who, approval.organisation, "approval")?;
        Ok(approval)
    }

    /// Answers a request; what is granted is done, lists in the background. Nobody grants what they asked for
    /// themselves; to refuse it takes it back.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for who asked, [`ServiceError::Conflict`] when it was answered or ended, or what it
    /// is about is another meanwhile; otherwise as [`Rules::approval`] and what is done.
    pub async fn answer(&self, cx: &Cx, who: &Authority, id: ApprovalId, answer: Answer) -> Result<Approval> {
        let approval = self.approval(who, id).await?;
        check_waits(cx, &approval, &self.service.storage().read().accounts()).await?;
        if answer == Answer::Refuse {
            let tx = self.service.storage().begin().await?;
            write_down(&tx, cx, &approval, who, answer).await?;
            self.service.commit_deed(tx, logged::approval(who, Deed::RefuseApproval, &approval)).await?;
            return self.approval(who, id).await;
        }
        if approval.requested_by == who.by() {
            return Err(ServiceError::Forbidden("somebody else has to grant what you asked for".to_owned()));
        }
        match approval.kind {
            ApprovalKind::EnforceRule | ApprovalKind::RollBackRule | ApprovalKind::RetireRule => {
                if let Err(error) = self.grant_rule(cx, who, &approval).await {
                    // What was read may be what came of a faster answer.
                    let now = self.approval(who, id).await?;
                    check_waits(cx, &now, &self.service.storage().read().accounts()).await?;
                    return Err(error);
                }
            }
            ApprovalKind::ImportDomainBlocks => {
                let tx = self.service.storage().begin().await?;
                write_down(&tx, cx, &approval, who, answer).await?;
                check_administers(&tx, who).await?;
                tx.jobs().push(cx.id(), &Job::TakeOverList(approval.id), cx.now(), None).await?;
                self.service.commit_deed(tx, logged::approval(who, Deed::GrantApproval, &approval)).await?;
                self.service.signals().jobs.notify_one();
            }
        }
        self.approval(who, id).await
    }

    async fn grant_rule(&self, cx: &Cx, who: &Authority, approval: &Approval) -> Result<()> {
        let rule = self.rule(RuleId(approval.subject)).await?;
        if rule.version != approval.version {
            return Err(ServiceError::Conflict("the rule was changed after this was asked".to_owned()));
        }
        let revision = self.service.storage().read().rules().revision().await?;
        let (after, deed) = self.agreed(cx, &rule, approval).await?;
        let (tx, turn) = self.turn(who, rule.organisation).await?;
        // First, for who was slower has to hear that, and not what follows from it.
        write_down(&tx, cx, approval, who, Answer::Grant).await?;
        check_unchanged(revision, turn)?;
        let rule = moved(&tx, cx, who, &rule, after).await?;
        let granted = logged::approval(who, Deed::GrantApproval, approval);
        self.service.commit_deeds(tx, vec![granted, logged::rule(who, deed, &rule)]).await?;
        self.reload(cx).await
    }

    /// How a rule stands after what was agreed to, if nothing speaks against it by now.
    async fn agreed(&self, cx: &Cx, rule: &ModerationRule, approval: &Approval) -> Result<(ModerationRule, Deed)> {
        let Some(step) = Step::of(approval.kind) else {
            self.checked(cx, rule).await?;
            return Ok((in_force_now(rule), Deed::EnforceRule));
        };
        if standing(rule) != approval.detail {
            return Err(ServiceError::Conflict("the rule was moved after this was asked".to_owned()));
        }
        Ok((self.taken_back(rule, step).await?, step.deed()))
    }

    /// Asks somebody else to agree; who asks for the same again finds the request that waits.
    pub(crate) async fn ask(&self, cx: &Cx, who: &Authority, request: Request) -> Result<Approval> {
        let Request { organisation, kind, subject, version, title, detail } = request;
        let tx = self.service.storage().begin().await?;
        check_owner(&who.now(&tx).await?, organisation)?;
        if subject != 0
            && let Some(open) = tx.rules().open_approval(kind, subject, version, cx.now()).await?
            && open.detail == detail
        {
            return Ok(open);
        }
        let approval = Approval {
            id: cx.id(),
            organisation,
            kind,
            subject,
            version,
            title,
            detail,
            requested_by: who.by(),
            created_at: cx.now(),
            expires_at: cx.now().plus(ANSWERED_WITHIN),
            answer: None,
            decided_by: None,
            decided_at: None,
        };
        tx.rules().ask_approval(&approval).await?;
        self.service.commit_deed(tx, logged::approval(who, Deed::AskApproval, &approval)).await?;
        Ok(approval)
    }
}

/// Rules about domains are the administrators' alone, also here.
async fn check_administers(tx: &Tx, who: &Authority) -> Result<()> {
    let Some(by) = who.by() else { return Ok(()) };
    let user = tx.users().by_account(by).await?;
    if user.is_some_and(|user| user.role.permits_everywhere(Right::Administer)) {
        return Ok(());
    }
    Err(ServiceError::Forbidden("This action is not allowed".to_owned()))
}

async fn check_waits(cx: &Cx, approval: &Approval, accounts: &accounts::Reads<'_>) -> Result<()> {
    let state = approval.state(cx.now());
    match state {
        ApprovalState::Pending => Ok(()),
        ApprovalState::Expired => Err(ServiceError::Conflict("nobody answered this in time".to_owned())),
        ApprovalState::Granted | ApprovalState::Refused => {
            Err(already_decided(accounts, approval.decided_by, OPERATOR, state.as_str()).await?)
        }
    }
}

/// Keeps the answer, if nobody else was faster and `who` may give it still.
async fn write_down(tx: &Tx, cx: &Cx, approval: &Approval, who: &Authority, answer: Answer) -> Result<()> {
    let now = tx.rules().lock_approval(approval.id).await?.ok_or(ServiceError::NotFound("approval"))?;
    // Only now: others whose turn came first may have taken the right, or answered.
    check_owner(&who.now(tx).await?, approval.organisation)?;
    check_waits(cx, &now, &tx.accounts()).await?;
    tx.rules().answer_approval(approval.id, answer == Answer::Grant, who.by(), cx.now()).await?;
    tracing::info!(by = ?who.by(), approval = %approval.id, kind = approval.kind.as_str(), ?answer, "approval answered");
    Ok(())
}
