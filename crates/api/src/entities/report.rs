//! Reports.

use serde::Serialize;
use staffroom_domain::Timestamp;
use staffroom_domain::report::ReportView;

use super::{Account, Render};

/// A report, as who made it sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    id: String,
    action_taken: bool,
    action_taken_at: Option<String>,
    category: &'static str,
    comment: String,
    forwarded: bool,
    created_at: String,
    status_ids: Vec<String>,
    rule_ids: Vec<String>,
    target_account: Account,
}

impl Render<'_> {
    /// A report.
    pub(crate) fn report(&self, view: &ReportView) -> Report {
        let report = &view.report;
        Report {
            id: report.id.to_string(),
            action_taken: report.resolved_at.is_some(),
            action_taken_at: report.resolved_at.map(Timestamp::to_rfc3339),
            category: report.category.as_str(),
            comment: report.comment.clone(),
            forwarded: report.forwarded,
            created_at: report.created_at.to_rfc3339(),
            status_ids: report.status_ids.iter().map(ToString::to_string).collect(),
            rule_ids: Vec::new(),
            target_account: self.account(&view.target),
        }
    }
}
