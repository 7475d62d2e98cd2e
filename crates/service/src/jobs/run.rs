//! Runs the jobs that are due.

use std::time::Duration;

use metrics::counter;
use staffroom_domain::ids::AccountId;
use staffroom_domain::job::Job;
use staffroom_storage::jobs::ClaimedJob;
use tokio::task::JoinSet;

use super::Jobs;
use crate::{Cx, Result, ServiceError};

/// A job that was claimed and not ended after this time belongs to a node that died.
const LEASE: Duration = Duration::from_mins(5);
/// Waits before the second, third and last attempt.
const RETRY_AFTER: [Duration; 3] = [Duration::from_secs(10), Duration::from_mins(2), Duration::from_mins(30)];

/// How an attempt ended.
enum Outcome {
    Done,
    /// A piece is done; this one follows after the pause.
    GoesOn(Job, Duration),
    /// The thing it was about is gone, or it can never succeed.
    Dropped(ServiceError),
    Failed(ServiceError),
}

impl Jobs<'_> {
    /// Runs the jobs that are due, oldest first, at most `limit`; returns how many ran. Jobs that fail are tried
    /// again after 10 s, 2 min and 30 min, or later where they were asked to wait, then dropped with an error in the
    /// log; endless ones every 30 min.
    ///
    /// # Errors
    /// The database failed.
    pub async fn run_due(&self, cx: &Cx, limit: u64) -> Result<usize> {
        let storage = self.service.storage();
        if !storage.read().jobs().is_any_due(cx.now()).await? {
            return Ok(0);
        }
        let tx = storage.begin().await?;
        let claimed = tx.jobs().claim(cx.now(), cx.now().plus(LEASE), limit).await?;
        tx.commit().await?;
        let count = claimed.len();
        // Together: one that waits for a slow server holds nobody up.
        let mut running = JoinSet::new();
        for job in claimed {
            let (service, cx) = (self.service.clone(), cx.clone());
            running.spawn(async move {
                let outcome = service.jobs().run(&cx, &job.job).await;
                service.jobs().end(&cx, job, outcome).await
            });
        }
        while let Some(ended) = running.join_next().await {
            // A job that broke off stays claimed and is tried again when its lease ends.
            ended.map_err(|error| ServiceError::Internal(error.to_string()))??;
        }
        Ok(count)
    }

    async fn run(&self, cx: &Cx, job: &Job) -> Outcome {
        let done = match job {
            Job::PublishScheduled(id) => Box::pin(self.service.statuses().publish_scheduled(cx, *id)).await,
            Job::ClosePoll(id) => self.service.statuses().close_poll(cx, *id).await,
            Job::FetchStatus { uri } => self.fetch_status(uri).await,
            Job::FetchHeld(id) => self.service.exchange().fetch_held(*id).await,
            Job::RefreshStatus(id) => self.service.statuses().refresh(*id).await,
            Job::TellPollCounts(id) => self.service.statuses().tell_poll_counts(cx, *id).await,
            Job::VerifyQuote(id) => self.service.statuses().verify_quote(cx, *id).await,
            Job::FillThread { status, round } => self.service.statuses().fill_thread(cx, *status, *round).await,
            Job::SynchroniseFollowers { account, url } => self.service.follows().synchronise(cx, *account, url).await,
            Job::RefreshAccount(id) => self.refresh_account(*id).await,
            Job::MoveFollowers { from, to } => self.service.follows().move_followers(cx, *from, *to).await,
            Job::LeaveDomain { account, domain } => self.service.follows().leave_domain(cx, *account, domain).await,
            Job::FetchFeatured(id) => self.fetch_featured(*id).await,
            Job::TellHubsReach(id) => self.service.exchange().tell_hubs_reach(cx, *id).await,
            Job::FetchCard(id) => self.service.statuses().fetch_card(cx, *id).await,
            Job::SendLetter(id) => self.service.mail().send(cx, *id).await,
            Job::WriteReset { login } => self.service.auth().write_reset(cx, login).await,
            Job::Push { subscription, notification } => {
                self.service.push().tell(cx, *subscription, *notification).await
            }
            Job::FollowPeerTags(id) => self.service.exchange().follow_peer_tags(cx, *id).await,
            Job::TellMorning => self.service.cases().tell_morning(cx).await,
            Job::TellWebhook { webhook, event, object, at } => {
                Box::pin(self.service.webhooks().tell(cx, *webhook, *event, *object, *at)).await
            }
            Job::WatchCase(id) => match Box::pin(self.service.cases().watch(cx, *id)).await {
                Ok(Some(pause)) => return Outcome::GoesOn(job.clone(), pause),
                ended => ended.map(drop),
            },
            Job::TryRule(id) => match self.service.moderation().rules().go_on(cx, *id).await {
                Ok(Some((next, pause))) => return Outcome::GoesOn(next, pause),
                ended => ended.map(drop),
            },
            Job::TakeOverList(id) => match Box::pin(self.service.domains().take_over_granted(cx, *id)).await {
                Ok(Some(pause)) => return Outcome::GoesOn(job.clone(), pause),
                ended => ended.map(drop),
            },
            Job::IndexStatuses { author, before } => match self.service.search().index_before(*author, *before).await {
                Ok(Some((next, pause))) => return Outcome::GoesOn(next, pause),
                ended => ended.map(drop),
            },
        };
        match done {
            Ok(()) => Outcome::Done,
            Err(
                error @ (ServiceError::NotFound(_)
                | ServiceError::Forbidden(_)
                | ServiceError::Invalid { .. }
                | ServiceError::Refused { .. }),
            ) => Outcome::Dropped(error),
            Err(error) => Outcome::Failed(error),
        }
    }

    async fn fetch_status(&self, uri: &str) -> Result<()> {
        self.service.others()?.status_by_uri(uri).await.map(drop)
    }

    async fn fetch_featured(&self, id: AccountId) -> Result<()> {
        self.service.others()?.fetch_featured(id).await
    }

    async fn refresh_account(&self, id: AccountId) -> Result<()> {
        let account = self.service.accounts().get(id).await?;
        self.service.others()?.account_by_uri(&account.uri).await.map(drop)
    }

    async fn end(&self, cx: &Cx, job: ClaimedJob, outcome: Outcome) -> Result<()> {
        let retry = retry_after(&job.job, job.attempts);
        let tx = self.service.storage().begin().await?;
        let word = match (outcome, retry) {
            (Outcome::Done, _) => {
                tx.jobs().remove(job.id).await?;
                "done"
            }
            (Outcome::GoesOn(next, pause), _) => {
                tx.jobs().go_on(job.id, &next, cx.now().plus(pause)).await?;
                "continued"
            }
            (Outcome::Dropped(error), _) => {
                tracing::info!(job.id = %job.id, job = ?job.job, %error, "job dropped: nothing to do any more");
                tx.jobs().remove(job.id).await?;
                "dropped"
            }
            (Outcome::Failed(error), Some(pause)) => {
                let pause = pause.max(asked_pause(&error));
                tracing::warn!(job.id = %job.id, job = ?job.job, %error, "job failed, will be tried again");
                tx.jobs().retry(job.id, cx.now().plus(pause), &error.to_string()).await?;
                "retried"
            }
            (Outcome::Failed(error), None) => {
                tracing::error!(job.id = %job.id, job = ?job.job, %error, "job failed for the last time");
                tx.jobs().remove(job.id).await?;
                "failed"
            }
        };
        tx.commit().await?;
        counter!("staffroom_jobs_total", "outcome" => word).increment(1);
        Ok(())
    }
}

/// How long a job that failed waits after `attempts` earlier failures; `None` when that was the last attempt.
fn retry_after(job: &Job, attempts: u32) -> Option<Duration> {
    let pause = usize::try_from(attempts).ok().and_then(|attempt| RETRY_AFTER.get(attempt));
    pause.or_else(|| RETRY_AFTER.last().filter(|_| job.is_endless())).copied()
}

/// The pause that whoever could not do it now asks for.
fn asked_pause(error: &ServiceError) -> Duration {
    match error {
        ServiceError::RateLimited { retry_after_secs } => Duration::from_secs(*retry_after_secs),
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_jobs_are_never_given_up() {
        let endless = Job::IndexStatuses { author: None, before: 0.into() };
        let other = Job::FetchStatus { uri: String::new() };
        for (attempts, secs) in [(0, 10), (1, 120), (2, 1800)] {
            assert_eq!(retry_after(&endless, attempts), Some(Duration::from_secs(secs)));
            assert_eq!(retry_after(&other, attempts), Some(Duration::from_secs(secs)));
        }
        for attempts in [3, 4, 1_000, u32::MAX] {
            assert_eq!(retry_after(&endless, attempts), Some(Duration::from_mins(30)));
            assert_eq!(retry_after(&other, attempts), None);
        }
    }
}
