//! Somebody here reports an account.

use staffroom_domain::ids::AccountId;
use staffroom_domain::report::{NewReport, Report, ReportView};
use staffroom_domain::status::Status;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_domain::{Account, Viewer};
use staffroom_storage::Tx;

use super::{MAX_STATUSES, Reports};
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError, webhooks};

/// Longest comment, in characters, as on Mastodon.
const MAX_COMMENT: usize = 1_000;
/// Open reports one account can have about another.
const MAX_OPEN: i64 = 20;

impl Reports<'_> {
    /// Files a report by `actor`. Where it is about an account of another server and `forward` says so, that server is
    /// told by the instance account: it does not learn who reported.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an account or status the reporter cannot see or that is not the reported
    /// account's; [`ServiceError::Invalid`] for oneself, too long a comment, or too many.
    pub async fn file(&self, cx: &Cx, actor: AccountId, new: NewReport) -> Result<ReportView> {
        if new.target_id == actor {
            return Err(ServiceError::invalid("account_id", "is your own account"));
        }
        if new.comment.chars().count() > MAX_COMMENT {
            return Err(ServiceError::invalid("comment", format!("is longer than {MAX_COMMENT} characters")));
        }
        if new.status_ids.len() > MAX_STATUSES {
            return Err(ServiceError::invalid("status_ids", format!("cannot be more than {MAX_STATUSES}")));
        }
        let tx = self.service.storage().begin().await?;
        let mut found = tx.accounts().by_ids(&[actor, new.target_id]).await?.into_iter();
        let known = |target: &Account| target.deleted_at.is_none() && !target.is_pending;
        let (Some(account), Some(target)) = (found.next(), found.next().filter(known)) else {
            return Err(ServiceError::NotFound("account"));
        };
        let seen = tx.statuses().visible_of(Viewer::Account(actor), &new.status_ids).await?;
        let about: Vec<&Status> = seen.iter().filter(|status| status.account_id == target.id).collect();
        if new.status_ids.iter().any(|id| !about.iter().any(|status| status.id == *id)) {
            return Err(ServiceError::NotFound("status"));
        }
        let open = tx.reports().open_of(actor, &[target.id]).await?;
        if open.get(&target.id).is_some_and(|open| *open >= MAX_OPEN) {
            return Err(ServiceError::invalid("account_id", "has been reported by you often enough for now"));
        }
        let id = cx.id();
        let report = Report {
            id,
            account_id: actor,
            target_id: target.id,
            uri: format!("{}/reports/{id}", self.service.settings().identity.public_url),
            category: new.category,
            comment: new.comment,
            status_ids: new.status_ids,
            forwarded: new.forward && !target.is_local(),
            created_at: cx.now(),
            resolved_at: None,
            resolved_by: None,
            assigned_to: None,
            updated_at: cx.now(),
        };
        tx.reports().insert(&report).await?;
        webhooks::queue(&tx, cx, WebhookEvent::ReportCreated, &[report.id.0]).await?;
        let view = ReportView { report, account, target };
        if view.report.forwarded {
            self.forward(&tx, cx, &view, &about).await?;
        }
        self.service.commit(tx).await?;
        Ok(view)
    }

    async fn forward(self, tx: &Tx, cx: &Cx, view: &ReportView, about: &[&Status]) -> Result<()> {
        let uri = self.service.settings().identity.instance_account_uri();
        let instance = tx.accounts().by_uri(&uri).await?.ok_or(ServiceError::NotFound("account"))?;
        let Some(inbox) = &view.target.endpoints.inbox else { return Ok(()) };
        let statuses: Vec<&str> = about.iter().map(|status| status.uri.as_str()).collect();
        let event =
            Event::Reported { instance: &instance, report: &view.report, target: &view.target, statuses: &statuses };
        enqueue(tx, self.service, cx, instance.id, event, Lane::Interactive, &[InboxRef::personal(inbox)]).await?;
        Ok(())
    }
}
