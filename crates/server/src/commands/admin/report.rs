//! `staffroom admin report …`.

use anyhow::Context as _;
use clap::Subcommand;
use staffroom_domain::PageRequest;
use staffroom_domain::ids::ReportId;
use staffroom_domain::moderation::ReportFilter;
use staffroom_service::Service;
use staffroom_service::auth::Authority;

use crate::commands::{one_line, say};

/// Reports listed at most.
const LISTED: u64 = 100;

/// `staffroom admin report …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// List reports nobody dealt with, newest first.
    List {
        /// Those dealt with instead.
        #[arg(long)]
        resolved: bool,
    },
    /// Mark a report as dealt with.
    Resolve {
        /// Its number, as listed.
        id: String,
    },
    /// Open a report again.
    Reopen {
        /// Its number, as listed.
        id: String,
    },
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: ReportCommand) -> anyhow::Result<()> {
    let (reports, operator) = (service.reports(), Authority::operator());
    match command {
        ReportCommand::List { resolved } => {
            for view in reports
                .list(&operator, ReportFilter { resolved, ..ReportFilter::default() }, PageRequest::newest(LISTED))
                .await?
                .items
            {
                let report = &view.report;
                say(&format!(
                    "{}\t{}\t@{} about @{} ({} statuses): {}",
                    report.id,
                    report.created_at.to_rfc3339(),
                    view.account.acct(),
                    view.target.acct(),
                    report.status_ids.len(),
                    one_line(&report.comment),
                ));
            }
        }
        ReportCommand::Resolve { id } => {
            reports.resolve(&service.cx(), &operator, number(&id)?, true).await?;
            say("dealt with");
        }
        ReportCommand::Reopen { id } => {
            reports.resolve(&service.cx(), &operator, number(&id)?, false).await?;
            say("open again");
        }
    }
    Ok(())
}

fn number(id: &str) -> anyhow::Result<ReportId> {
    ReportId::parse(id).with_context(|| format!("{id:?} is not the number of a report"))
}
