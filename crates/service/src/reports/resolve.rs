//! Looking at reports and dealing with them.

use std::collections::HashMap;

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, ReportId, StatusId};
use staffroom_domain::moderation::{ModeratedAccount, ReportDetail, ReportFilter};
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::report::{Report, ReportCategory, ReportView};
use staffroom_domain::status::StatusView;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_domain::{Page, PageRequest, Viewer};
use staffroom_storage::Tx;

use super::Reports;
use crate::auth::Authority;
use crate::decided::{OPERATOR, already_decided};
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError, webhooks};

impl Reports<'_> {
    /// Reports about accounts `who` reaches that are theirs to deal with, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, who: &Authority, filter: ReportFilter, page: PageRequest) -> Result<Page<ReportView>> {
        let read = self.service.storage().read();
        let found = read.reports().list(who.reach(), who.by(), filter, &page).await?;
        let mut ids: Vec<AccountId> =
            found.items.iter().flat_map(|report| [report.account_id, report.target_id]).collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts = read.accounts().by_ids(&ids).await?;
        let account = |id| accounts.iter().find(|account| account.id == id).cloned();
        let view = |report: &Report| {
            let (account, target) = (account(report.account_id)?, account(report.target_id)?);
            Some(ReportView { report: report.clone(), account, target })
        };
        Ok(found.with_items(found.items.iter().filter_map(view).collect()))
    }

    /// The same with everything those who deal with them need.
    ///
    /// # Errors
    /// The database failed.
    pub async fn details(
        &self,
        who: &Authority,
        filter: ReportFilter,
        page: PageRequest,
    ) -> Result<Page<ReportDetail>> {
        let found = self.service.storage().read().reports().list(who.reach(), who.by(), filter, &page).await?;
        let (next, prev) = (found.next, found.prev);
        Ok(Page { items: self.detailed(who, found.items).await?, next, prev })
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown report, about an account out of reach, and about themselves or somebody
    /// as high.
    pub async fn detail(&self, who: &Authority, id: ReportId) -> Result<ReportDetail> {
        let read = self.service.storage().read();
        let report = read.reports().by_id(id).await?.ok_or(ServiceError::NotFound("report"))?;
        let target = read.accounts().by_id(report.target_id).await?.ok_or(ServiceError::NotFound("report"))?;
        who.check_reports_about(&read.users(), &read.organisations(), &target).await?;
        self.detailed(who, vec![report]).await?.pop().ok_or(ServiceError::NotFound("report"))
    }

    /// Whoever could see the statuses a report names handed them over, so those who deal with it see them too, but
    /// as a stranger would what they quote and boost. Of people `who` does not reach the private side is left out.
    async fn detailed(self, who: &Authority, reports: Vec<Report>) -> Result<Vec<ReportDetail>> {
        let named = |report: &Report| {
            let more = report.assigned_to.into_iter().chain(report.resolved_by);
            [report.account_id, report.target_id].into_iter().chain(more).collect::<Vec<_>>()
        };
        let mut ids: Vec<AccountId> = reports.iter().flat_map(named).collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts = self.service.accounts().moderated_by_ids(who, &ids).await?;
        let accounts: HashMap<AccountId, ModeratedAccount> =
            accounts.into_iter().map(|one| (one.account.id, one)).collect();
        let mut ids: Vec<StatusId> = reports.iter().flat_map(|report| report.status_ids.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        let statuses = self.service.storage().read().statuses().by_ids(&ids).await?;
        let statuses = self.service.statuses().assemble(Viewer::Anonymous, statuses).await?;
        let statuses: HashMap<StatusId, StatusView> = statuses.into_iter().map(|s| (s.status.id, s)).collect();
        let detail = |report: Report| {
            Some(ReportDetail {
                account: accounts.get(&report.account_id)?.clone(),
                target: accounts.get(&report.target_id)?.clone(),
                assigned: report.assigned_to.and_then(|id| accounts.get(&id).cloned()),
                resolved_by: report.resolved_by.and_then(|id| accounts.get(&id).cloned()),
                statuses: report.status_ids.iter().filter_map(|id| statuses.get(id).cloned()).collect(),
                report,
            })
        };
        Ok(reports.into_iter().filter_map(detail).collect())
    }

    /// Marks a report as dealt with, or as open again. Doing it again changes nothing.
    ///
    /// # Errors
    /// As [`Reports::detail`]; [`ServiceError::Forbidden`] for those who lost the right, [`ServiceError::Conflict`] where
    /// somebody else dealt with it already.
    pub async fn resolve(&self, cx: &Cx, who: &Authority, id: ReportId, on: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let (report, target) = own(&tx, who, id).await?;
        if on {
            check_open(&tx, who, &report).await?;
        }
        if report.resolved_at.is_some() == on {
            return Ok(tx.rollback().await?);
        }
        tx.reports().resolve(id, on.then(|| cx.now()), who.by().filter(|_| on), cx.now()).await?;
        webhooks::queue(&tx, cx, WebhookEvent::ReportUpdated, &[id.0]).await?;
        let deed = if on { Deed::ResolveReport } else { Deed::ReopenReport };
        self.service.commit_deed(tx, entry(who, deed, id, &target)).await
    }

    /// Takes a report on oneself to look after, or gives it back to nobody.
    ///
    /// # Errors
    /// As [`Reports::resolve`].
    pub async fn assign(&self, cx: &Cx, who: &Authority, id: ReportId, on: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let (_, target) = own(&tx, who, id).await?;
        tx.reports().assign(id, who.by().filter(|_| on), cx.now()).await?;
        webhooks::queue(&tx, cx, WebhookEvent::ReportUpdated, &[id.0]).await?;
        let deed = if on { Deed::AssignReport } else { Deed::UnassignReport };
        self.service.commit_deed(tx, entry(who, deed, id, &target)).await
    }

    /// Says what a report is about.
    ///
    /// # Errors
    /// As [`Reports::resolve`].
    pub async fn set_category(&self, cx: &Cx, who: &Authority, id: ReportId, category: ReportCategory) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let (_, target) = own(&tx, who, id).await?;
        tx.reports().set_category(id, category, cx.now()).await?;
        webhooks::queue(&tx, cx, WebhookEvent::ReportUpdated, &[id.0]).await?;
        let done = entry(who, Deed::CategoriseReport, id, &target).with("category", category.as_str());
        self.service.commit_deed(tx, done).await
    }
}

/// Something done about a report, for the log.
fn entry(who: &Authority, deed: Deed, id: ReportId, target: &Account) -> Entry {
    Entry::new(who, deed, Subject::new("report", &id)).about(target)
}

/// Lets `who` decide about a report, which is locked, where nobody else did.
///
/// # Errors
/// [`ServiceError::Conflict`] says who.
pub(crate) async fn check_open(tx: &Tx, who: &Authority, report: &Report) -> Result<()> {
    if report.resolved_at.is_none() || report.resolved_by == who.by() {
        return Ok(());
    }
    Err(already_decided(&tx.accounts(), report.resolved_by, OPERATOR, "resolved").await?)
}

/// A report that is there, and for `who` to deal with, now, and whom it is about. Nobody else changes it until the
/// transaction ends.
async fn own(tx: &Tx, who: &Authority, id: ReportId) -> Result<(Report, Account)> {
    let report = tx.reports().lock(id).await?.ok_or(ServiceError::NotFound("report"))?;
    // Only now: others whose turn came first may have taken the right.
    let who = who.now(tx).await?;
    let target = tx.accounts().by_id(report.target_id).await?.ok_or(ServiceError::NotFound("account"))?;
    who.check_reports_about(&tx.users(), &tx.organisations(), &target).await?;
    Ok((report, target))
}
