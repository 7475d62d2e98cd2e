//! What is counted of rules: what they were asked and matched while they ran, and what came of it.

use std::time::Duration;

use staffroom_domain::figures::day_of;
use staffroom_domain::ids::RuleId;
use staffroom_domain::rule_cycle::{RuleFigures, ShadowMatch};
use staffroom_domain::{Page, PageRequest};
use staffroom_storage::Tx;
use staffroom_storage::rules::Outcome;

use super::{Rules, check_decides, whole_days};
use crate::auth::Authority;
use crate::{Cx, Result};

/// Matches of rules that are tried out are kept so long, and dry runs.
const MATCHES_KEPT: Duration = Duration::from_hours(90 * 24);
/// Figures are kept so long.
const FIGURES_KEPT: Duration = Duration::from_hours(750 * 24);
/// Days of figures shown at most.
const MAX_DAYS: i64 = 366;

impl Rules<'_> {
    /// Writes down what was counted since the last time; to be called from time to time. What was counted in memory by
    /// a program that was killed is lost.
    ///
    /// # Errors
    /// The database failed; what was not written is lost.
    pub async fn write_figures(&self, cx: &Cx) -> Result<()> {
        for loaded in self.service.inner.rules.counting() {
            let (counted, seen) = loaded.take();
            if counted.is_empty() && seen.is_empty() {
                continue;
            }
            let matches: Vec<ShadowMatch> = seen
                .into_iter()
                .map(|seen| ShadowMatch {
                    id: cx.id(),
                    rule: seen.rule,
                    version: seen.version,
                    outbound: seen.outbound,
                    part: seen.part,
                    span: seen.span,
                    shape: seen.shape,
                    created_at: seen.at,
                })
                .collect();
            let tx = self.service.storage().begin().await?;
            tx.rules().count(day_of(cx.now()), &counted).await?;
            tx.rules().keep_shadow_matches(&matches).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Counts what came of matches of these rules (as findings call them, with the version), in the transaction that
    /// decides it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_outcome(&self, cx: &Cx, tx: &Tx, outcome: Outcome, rules: &[(String, u32)]) -> Result<()> {
        tx.rules().count_outcome(day_of(cx.now()), outcome, rules).await?;
        Ok(())
    }

    /// What was counted of a rule in the last `days`, by day and version, the oldest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`](crate::ServiceError::NotFound) for a rule that is not for `who` to decide about,
    /// [`ServiceError::Invalid`](crate::ServiceError::Invalid) for days out of range.
    pub async fn figures(&self, cx: &Cx, who: &Authority, id: RuleId, days: i64) -> Result<Vec<RuleFigures>> {
        let rule = self.rule(id).await?;
        check_decides(who, rule.organisation, "rule")?;
        whole_days(days, MAX_DAYS)?;
        let first = day_of(cx.now()) - days + 1;
        Ok(self.service.storage().read().rules().figures(&rule.known_as, first).await?)
    }

    /// What a rule matched while it was tried out, newest first.
    ///
    /// # Errors
    /// As [`Rules::figures`].
    pub async fn shadow_matches(&self, who: &Authority, id: RuleId, page: PageRequest) -> Result<Page<ShadowMatch>> {
        let rule = self.rule(id).await?;
        check_decides(who, rule.organisation, "rule")?;
        Ok(self.service.storage().read().rules().shadow_matches(&rule.known_as, &page).await?)
    }

    /// Forgets what has had its time.
    pub(crate) async fn forget_old(&self, cx: &Cx, tx: &Tx) -> Result<u64> {
        let before = cx.now().minus(MATCHES_KEPT);
        let gone = tx.rules().forget_matches(before, day_of(cx.now().minus(FIGURES_KEPT))).await?;
        Ok(gone + tx.rules().forget_dry_runs(before).await? + self.forget_samples(tx).await?)
    }
}
