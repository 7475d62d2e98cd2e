//! Samples of dry runs: words of what was published, which go with it.

use std::collections::HashMap;

use staffroom_domain::ids::{DryRunId, StatusId};
use staffroom_domain::rule_cycle::DryRun;
use staffroom_storage::Tx;

use super::Rules;
use crate::Result;

/// Dry runs looked at in one go.
const PIECE: u64 = 100;

impl Rules<'_> {
    /// Takes out samples of what was deleted or edited since, or is no longer for everybody.
    pub(super) async fn drop_gone(&self, runs: &mut [DryRun]) -> Result<()> {
        let mut ids: Vec<StatusId> =
            runs.iter().flat_map(|run| run.found.samples.iter().map(|sample| sample.status)).collect();
        ids.sort_unstable();
        ids.dedup();
        let statuses = self.service.storage().read().statuses().by_ids(&ids).await?;
        let open: HashMap<_, _> = statuses
            .into_iter()
            .filter(|status| status.visibility.is_open())
            .map(|status| (status.id, status.edited_at))
            .collect();
        for run in runs {
            let made = run.created_at;
            run.found
                .samples
                .retain(|sample| open.get(&sample.status).is_some_and(|edited| edited.is_none_or(|at| at <= made)));
        }
        Ok(())
    }

    /// Forgets such samples; how many dry runs lost some.
    pub(super) async fn forget_samples(&self, tx: &Tx) -> Result<u64> {
        let (mut after, mut changed) = (DryRunId(0), 0);
        loop {
            let mut runs = tx.rules().sampled_dry_runs(after, PIECE).await?;
            let Some(last) = runs.last().map(|run| run.id) else { return Ok(changed) };
            after = last;
            let before: Vec<usize> = runs.iter().map(|run| run.found.samples.len()).collect();
            self.drop_gone(&mut runs).await?;
            for (run, _) in runs.iter().zip(before).filter(|(run, before)| run.found.samples.len() < *before) {
                tx.rules().set_samples(run).await?;
                changed += 1;
            }
        }
    }
}
