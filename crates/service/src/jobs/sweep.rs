//! What is done from time to time: removing what was kept only for a time, looking for what is talked about, signing the
//! moderation log.

use std::time::Duration;

use staffroom_domain::cases::Retention;
use staffroom_domain::figures::day_of;
use staffroom_storage::upkeep::Kept;

use super::Jobs;
use crate::sign_ups::TRIES_DAYS;
use crate::statuses::forget_held;
use crate::{Cx, Result};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const QUARTER: Duration = Duration::from_hours(13 * 7 * 24);
const MONTH: Duration = Duration::from_hours(30 * 24);
/// How long texts of what was held are kept once it is decided.
const HELD_TEXTS: Duration = Duration::from_hours(90 * 24);
/// Refused deliveries kept for the operator.
const DEAD_DELIVERIES: u64 = 10_000;
/// Received activities that were given up, kept for the operator.
const DEAD_ITEMS: u64 = 1_000;
/// Leftover activities removed in one sweep.
const LEFTOVERS: u64 = 1_000;

impl Jobs<'_> {
    /// Removes hashes of received activities and tombstones after 30 days, idempotency keys after an hour, sign-in
    /// requests, codes, sessions, links in letters and dialects of hosts after their end, letters after a day, decisions about held statuses and counts of days
    /// after 30 days, attachments on no status after a day with their files, copies of files of other servers that
    /// had their time, all but the newest refused deliveries and received activities given up, deliveries that waited too
    /// long, rules about addresses that ended, texts of what was held and notices that quote them 90 days after the decision, what is quarantined 30 days
    /// after it came or was decided, who was turned away for an e-mail domain after a week, hosts nobody hears of, what rules matched while they were tried out, accounts that
    /// nobody confirmed in a week, files of cases that were closed long enough ago, and turns that were over a quarter
    /// ago; has moderators told in the morning what waits; goes on with deletions of accounts that were interrupted;
    /// looks for what is talked about; signs the end of the moderation log. To be called from time to time; calling it
    /// more often changes
    /// nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sweep(&self, cx: &Cx) -> Result<u64> {
        let now = cx.now();
        let mut removed = 0;
        for kept in Kept::ALL {
            let before = match kept {
                Kept::SeenActivities | Kept::Tombstones => now.minus(MONTH),
                Kept::IdempotencyKeys => now.minus(HOUR),
                Kept::Letters => now.minus(DAY),
                Kept::AuthorizeRequests | Kept::OauthCodes | Kept::Sessions | Kept::LetterLinks => now,
            };
            let tx = self.service.storage().begin().await?;
            removed += tx.upkeep().purge(kept, before).await?;
            tx.commit().await?;
        }
        removed += self.service.media().remove_unused(now.minus(DAY)).await?;
        removed += self.service.media().remove_old_copies(cx).await?;
        removed += self.service.deliveries().expire(cx).await?;
        self.service.accounts().finish_erasures(cx).await?;
        removed += self.service.accounts().remove_unconfirmed(cx).await?;
        let tx = self.service.storage().begin().await?;
        removed += tx.deliveries().cap_dead(DEAD_DELIVERIES).await?;
        removed += tx.inbox().cap_dead(DEAD_ITEMS).await?;
        removed += tx.instance().forget_active(now.minus(QUARTER)).await?;
        removed += tx.figures().forget_active(day_of(now.minus(QUARTER))).await?;
        removed += tx.email_blocks().forget_tries(day_of(now) - TRIES_DAYS + 1).await?;
        removed += tx.ip_blocks().forget_ended(now).await?;
        removed += tx.dialects().forget_old(now).await?;
        removed += forget_held(&tx, cx, now.minus(HELD_TEXTS)).await?;
        removed += tx.quarantine().forget_old(now.minus(MONTH)).await?;
        removed += tx.exchange().forget_old(now.minus(MONTH)).await?;
        removed += self.service.moderation().rules().forget_old(cx, &tx).await?;
        removed += tx.outbox().remove_leftovers(now.minus(HOUR), LEFTOVERS).await?;
        for class in Retention::ALL {
            removed += tx.cases().forget(class, now.minus(class.kept())).await?;
        }
        removed += tx.rota().forget_old(now.minus(QUARTER)).await?;
        self.service.cases().wait_for_morning(&tx, cx).await?;
        tx.commit().await?;
        self.service.discovery().refresh_trends(cx).await?;
        self.service.moderation_log().sign_end(cx).await?;
        if removed > 0 {
            tracing::info!(removed, "removed what had its time");
        }
        Ok(removed)
    }
}
