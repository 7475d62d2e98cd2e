//! Looking at reports and dealing with them.

use staffroom_domain::ids::{AccountId, ReportId};
use staffroom_domain::report::{Report, ReportView};
use staffroom_domain::{Page, PageRequest};

use super::Reports;
use crate::{Cx, Result, ServiceError};

impl Reports<'_> {
    /// Reports, newest first: those nobody dealt with, or the others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, resolved: bool, page: PageRequest) -> Result<Page<ReportView>> {
        let read = self.service.storage().read();
        let found = read.reports().list(resolved, &page).await?;
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

    /// Marks a report as dealt with by `by` (`None`: the operator), or as open again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown report.
    pub async fn resolve(&self, cx: &Cx, id: ReportId, by: Option<AccountId>, on: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.reports().resolve(id, on.then(|| cx.now()), by.filter(|_| on)).await? {
            return Err(ServiceError::NotFound("report"));
        }
        tx.commit().await?;
        Ok(())
    }
}
