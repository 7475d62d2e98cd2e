//! Another server reports accounts of ours.

use std::collections::HashMap;

use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::report::{Report, ReportCategory};
use staffroom_domain::webhook::WebhookEvent;

use super::{MAX_STATUSES, Reports};
use crate::{Cx, Result, webhooks};

/// Longest comment kept, in characters; longer ones are cut.
const MAX_COMMENT: usize = 5_000;
/// Most network ids looked at.
const MAX_OBJECTS: usize = 200;
/// Open reports one account elsewhere can have about one of ours; more are not kept.
const MAX_OPEN: i64 = 50;

/// A report as received.
#[derive(Clone, Debug)]
pub struct IncomingReport {
    /// The id it has on the network.
    pub uri: String,
    /// Who reports: mostly the account of the server itself.
    pub by: AccountId,
    /// Network ids of what is reported: accounts and statuses.
    pub object_uris: Vec<String>,
    /// In the reporter's words.
    pub comment: String,
}

impl Reports<'_> {
    /// Keeps a report about accounts of ours, one for each; returns how many. What it says of others is left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn receive(&self, cx: &Cx, incoming: IncomingReport) -> Result<usize> {
        let uris: Vec<String> = incoming.object_uris.into_iter().take(MAX_OBJECTS).collect();
        let tx = self.service.storage().begin().await?;
        let mut about: HashMap<AccountId, Vec<StatusId>> = HashMap::new();
        let is_ours = |account: &staffroom_domain::Account| account.is_local() && account.deleted_at.is_none();
        for account in tx.accounts().by_uris(&uris).await?.into_iter().filter(is_ours) {
            about.entry(account.id).or_default();
        }
        for status in tx.statuses().by_uris(&uris).await?.into_iter().filter(|status| status.local) {
            about.entry(status.account_id).or_default().push(status.id);
        }
        let comment: String =
            incoming.comment.chars().filter(|c| *c == '\n' || !c.is_control()).take(MAX_COMMENT).collect();
        let targets: Vec<AccountId> = about.keys().copied().collect();
        let open = tx.reports().open_of(incoming.by, &targets).await?;
        about.retain(|target, _| open.get(target).is_none_or(|open| *open < MAX_OPEN));
        let report = |(target_id, mut status_ids): (AccountId, Vec<StatusId>)| {
            status_ids.truncate(MAX_STATUSES);
            Report {
                id: cx.id(),
                account_id: incoming.by,
                target_id,
                uri: incoming.uri.clone(),
                category: ReportCategory::Other,
                comment: comment.clone(),
                status_ids,
                forwarded: false,
                created_at: cx.now(),
                resolved_at: None,
                resolved_by: None,
                assigned_to: None,
                updated_at: cx.now(),
            }
        };
        let reports: Vec<Report> = about.into_iter().map(report).collect();
        let kept = tx.reports().insert_many(&reports).await?;
        if kept > 0 {
            // of those that were here already nothing is found under their new ids, and nothing told
            let new: Vec<i64> = reports.iter().map(|report| report.id.0).collect();
            webhooks::queue(&tx, cx, WebhookEvent::ReportCreated, &new).await?;
        }
        tx.commit().await?;
        Ok(kept)
    }
}
