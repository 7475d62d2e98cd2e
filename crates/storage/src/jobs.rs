//! Background work, kept until it is done.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::JobId;
use staffroom_domain::job::Job;
use staffroom_domain::webhook::WebhookEvent;

use crate::db::{Db, placeholders};
use crate::dialect;
use crate::error::Result;

crate::db::noun!();

/// A job that was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedJob {
    /// Its id.
    pub id: JobId,
    /// What to do.
    pub job: Job,
    /// How often it was tried before.
    pub attempts: u32,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    kind: String,
    payload: String,
    attempts: i32,
}

/// The two columns a job is kept in.
fn encode(job: &Job) -> (&'static str, String) {
    match job {
        Job::PublishScheduled(id) => ("publish_scheduled", id.0.to_string()),
        Job::ClosePoll(id) => ("close_poll", id.0.to_string()),
        Job::FetchStatus { uri } => ("fetch_status", uri.clone()),
        Job::FetchHeld(id) => ("fetch_held", id.0.to_string()),
        Job::RefreshStatus(id) => ("refresh_status", id.0.to_string()),
        Job::TellPollCounts(id) => ("tell_poll_counts", id.0.to_string()),
        Job::VerifyQuote(id) => ("verify_quote", id.0.to_string()),
        Job::FillThread { status, round } => ("fill_thread", format!("{}:{round}", status.0)),
        Job::SynchroniseFollowers { account, url } => ("synchronise_followers", format!("{} {url}", account.0)),
        Job::RefreshAccount(id) => ("refresh_account", id.0.to_string()),
        Job::MoveFollowers { from, to } => ("move_followers", format!("{} {}", from.0, to.0)),
        Job::LeaveDomain { account, domain } => ("leave_domain", format!("{} {domain}", account.0)),
        Job::FetchFeatured(id) => ("fetch_featured", id.0.to_string()),
        Job::TellHubsReach(id) => ("tell_hubs_reach", id.0.to_string()),
        Job::FetchCard(id) => ("fetch_card", id.0.to_string()),
        Job::Push { subscription, notification } => ("push", format!("{}:{}", subscription.0, notification.0)),
        Job::SendLetter(id) => ("send_letter", id.0.to_string()),
        Job::WriteReset { login } => ("write_reset", login.clone()),
        Job::FollowPeerTags(id) => ("follow_peer_tags", id.0.to_string()),
        Job::TryRule(id) => ("try_rule", id.0.to_string()),
        Job::TakeOverList(id) => ("take_over_list", id.0.to_string()),
        Job::WatchCase(id) => ("watch_case", id.0.to_string()),
        Job::TellMorning => ("tell_morning", String::new()),
        Job::TellWebhook { webhook, event, object, at } => {
            ("tell_webhook", format!("{} {} {object} {}", webhook.0, event.as_str(), at.0))
        }
        Job::IndexStatuses { author: None, before } => ("index_statuses", before.0.to_string()),
        Job::IndexStatuses { author: Some(author), before } => ("index_statuses", format!("{} {}", before.0, author.0)),
    }
}

fn decode(kind: &str, payload: String) -> Option<Job> {
    let number = |text: &str| text.parse::<i64>().ok();
    Some(match kind {
        "publish_scheduled" => Job::PublishScheduled(number(&payload)?.into()),
        "close_poll" => Job::ClosePoll(number(&payload)?.into()),
        "fetch_status" => Job::FetchStatus { uri: payload },
        "fetch_held" => Job::FetchHeld(number(&payload)?.into()),
        "refresh_status" => Job::RefreshStatus(number(&payload)?.into()),
        "tell_poll_counts" => Job::TellPollCounts(number(&payload)?.into()),
        "verify_quote" => Job::VerifyQuote(number(&payload)?.into()),
        "fill_thread" => {
            let (status, round) = payload.split_once(':')?;
            Job::FillThread { status: number(status)?.into(), round: round.parse().ok()? }
        }
        "synchronise_followers" => {
            let (account, url) = payload.split_once(' ')?;
            Job::SynchroniseFollowers { account: number(account)?.into(), url: url.to_owned() }
        }
        "refresh_account" => Job::RefreshAccount(number(&payload)?.into()),
        "move_followers" => {
            let (from, to) = payload.split_once(' ')?;
            Job::MoveFollowers { from: number(from)?.into(), to: number(to)?.into() }
        }
        "leave_domain" => {
            let (account, domain) = payload.split_once(' ')?;
            Job::LeaveDomain { account: number(account)?.into(), domain: domain.to_owned() }
        }
        "fetch_featured" => Job::FetchFeatured(number(&payload)?.into()),
        "tell_hubs_reach" => Job::TellHubsReach(number(&payload)?.into()),
        "fetch_card" => Job::FetchCard(number(&payload)?.into()),
        "push" => {
            let (subscription, notification) = payload.split_once(':')?;
            Job::Push { subscription: number(subscription)?.into(), notification: number(notification)?.into() }
        }
        "send_letter" => Job::SendLetter(number(&payload)?.into()),
        "write_reset" => Job::WriteReset { login: payload },
        "follow_peer_tags" => Job::FollowPeerTags(number(&payload)?.into()),
        "try_rule" => Job::TryRule(number(&payload)?.into()),
        "take_over_list" => Job::TakeOverList(number(&payload)?.into()),
        "watch_case" => Job::WatchCase(number(&payload)?.into()),
        "tell_morning" => Job::TellMorning,
        "tell_webhook" => {
            let mut parts = payload.split(' ');
            Job::TellWebhook {
                webhook: number(parts.next()?)?.into(),
                event: WebhookEvent::parse(parts.next()?)?,
                object: number(parts.next()?)?,
                at: Timestamp(number(parts.next()?)?),
            }
        }
        "index_statuses" => {
            let (before, author) = match payload.split_once(' ') {
                Some((before, author)) => (before, Some(number(author)?.into())),
                None => (payload.as_str(), None),
            };
            Job::IndexStatuses { author, before: number(before)?.into() }
        }
        _ => return None,
    })
}

/// Keeps many jobs to be run at once, each under its id.
///
/// # Errors
/// The database failed.
pub(crate) async fn insert_all(db: Db<'_>, jobs: &[(i64, Job)], now: Timestamp) -> Result<()> {
    let rows = jobs.iter().map(|(id, job)| {
        let (kind, payload) = encode(job);
        vec![(*id).into(), kind.into(), payload.into(), now.0.into(), 0.into(), 0_i64.into()]
    });
    let head = "INSERT INTO jobs (id, kind, payload, run_at, attempts, lease_until)";
    db.insert_many(head, rows.collect(), "").await?;
    Ok(())
}

impl Reads<'_> {
    /// Whether a job is kept under one of these keys.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_any_kept(&self, dedup_keys: &[String]) -> Result<bool> {
        let list = placeholders(1, dedup_keys.len());
        let sql = format!("SELECT COUNT(*) AS n FROM jobs WHERE dedup_key IN ({list})");
        let values = dedup_keys.iter().map(|key| key.as_str().into()).collect();
        Ok(self.db.number(sql, values).await?.unwrap_or(0) > 0)
    }

    /// What happened at the last attempt of those jobs under these keys that failed and will be tried again, by key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn problems(&self, dedup_keys: &[String]) -> Result<HashMap<String, String>> {
        #[derive(FromQueryResult)]
        struct Problem {
            dedup_key: String,
            last_error: String,
        }
        if dedup_keys.is_empty() {
            return Ok(HashMap::new());
        }
        let list = placeholders(1, dedup_keys.len());
        let sql =
            format!("SELECT dedup_key, last_error FROM jobs WHERE dedup_key IN ({list}) AND last_error IS NOT NULL");
        let rows = self.db.all::<Problem>(sql, dedup_keys.iter().map(|key| key.as_str().into()).collect()).await?;
        Ok(rows.into_iter().map(|row| (row.dedup_key, row.last_error)).collect())
    }

    /// Whether a job is due: a cheap look before [`Writes::claim`].
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_any_due(&self, now: Timestamp) -> Result<bool> {
        let sql = "SELECT id AS n FROM jobs WHERE run_at <= $1 AND lease_until <= $1 LIMIT 1";
        Ok(self.db.number(sql, vec![now.0.into()]).await?.is_some())
    }

    /// Jobs kept.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count(&self) -> Result<i64> {
        Ok(self.db.number("SELECT COUNT(*) AS n FROM jobs", vec![]).await?.unwrap_or(0))
    }
}

impl Writes<'_> {
    /// Keeps a job to be run at `run_at`. With a `dedup_key` nothing happens while a job with the same key is kept;
    /// returns whether it was added.
    ///
    /// # Errors
    /// The database failed.
    pub async fn push(&self, id: JobId, job: &Job, run_at: Timestamp, dedup_key: Option<&str>) -> Result<bool> {
        let (kind, payload) = encode(job);
        let sql = "INSERT INTO jobs (id, kind, payload, dedup_key, run_at, attempts, lease_until, last_error) \
                   VALUES ($1, $2, $3, $4, $5, 0, 0, NULL) ON CONFLICT (dedup_key) DO NOTHING";
        let values =
            vec![id.0.into(), kind.into(), payload.into(), dedup_key.map(str::to_owned).into(), run_at.0.into()];
        Ok(self.db.run(sql, values).await? > 0)
    }

    /// Keeps a job to be run at `run_at` in the place of the one under `dedup_key`; where that is the same and has not
    /// begun, it stays as it is. Either way it does not begin before this transaction ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_again(&self, id: JobId, job: &Job, run_at: Timestamp, dedup_key: &str) -> Result<()> {
        let (kind, payload) = encode(job);
        // One statement: whether or not there is a row, this transaction holds it, so that it does not begin before
        // this ends. What has begun gets another id, under which whoever runs it finds nothing to go on with.
        let stays = "jobs.payload = excluded.payload AND jobs.lease_until = 0";
        let sql = format!(
            "INSERT INTO jobs (id, kind, payload, dedup_key, run_at, attempts, lease_until, last_error) \
             VALUES ($1, $2, $3, $4, $5, 0, 0, NULL) ON CONFLICT (dedup_key) DO UPDATE SET \
             id = CASE WHEN {stays} THEN jobs.id ELSE excluded.id END, \
             run_at = CASE WHEN {stays} THEN jobs.run_at ELSE excluded.run_at END, \
             attempts = CASE WHEN {stays} THEN jobs.attempts ELSE 0 END, \
             last_error = CASE WHEN {stays} THEN jobs.last_error END, \
             kind = excluded.kind, payload = excluded.payload, lease_until = 0"
        );
        self.db.run(sql, vec![id.0.into(), kind.into(), payload.into(), dedup_key.into(), run_at.0.into()]).await?;
        Ok(())
    }

    /// Drops the job kept under `dedup_key`, if any.
    ///
    /// # Errors
    /// The database failed.
    pub async fn cancel(&self, dedup_key: &str) -> Result<bool> {
        Ok(self.db.run("DELETE FROM jobs WHERE dedup_key = $1", vec![dedup_key.into()]).await? > 0)
    }

    /// Claims due jobs until `lease_until`, oldest first, at most `limit`. Jobs of a kind this version does not know
    /// are left alone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim(&self, now: Timestamp, lease_until: Timestamp, limit: u64) -> Result<Vec<ClaimedJob>> {
        let sql = format!(
            "UPDATE jobs SET lease_until = $1 WHERE id IN (SELECT id FROM jobs \
             WHERE run_at <= $2 AND lease_until <= $2 ORDER BY run_at, id LIMIT +$3{}) \
             RETURNING id, kind, payload, attempts",
            dialect::skip_locked(self.db.backend)
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows: Vec<Row> = self.db.all(sql, vec![lease_until.0.into(), now.0.into(), limit.into()]).await?;
        rows.sort_unstable_by_key(|row| row.id);
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let job = decode(&row.kind, row.payload)?;
                Some(ClaimedJob { id: JobId(row.id), job, attempts: u32::try_from(row.attempts).unwrap_or(0) })
            })
            .collect())
    }

    /// Removes a job that is done or given up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: JobId) -> Result<()> {
        self.db.run("DELETE FROM jobs WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Puts `next` in the place of a job that is done, to be run at `run_at` under the same key. Nothing happens when the
    /// job was cancelled meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn go_on(&self, id: JobId, next: &Job, run_at: Timestamp) -> Result<()> {
        let (kind, payload) = encode(next);
        let sql = "UPDATE jobs SET kind = $2, payload = $3, run_at = $4, lease_until = 0, attempts = 0, \
                   last_error = NULL WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), kind.into(), payload.into(), run_at.0.into()]).await?;
        Ok(())
    }

    /// Gives a job back to be tried again at `run_at`; `error` is kept for the operator.
    ///
    /// # Errors
    /// The database failed.
    pub async fn retry(&self, id: JobId, run_at: Timestamp, error: &str) -> Result<()> {
        let sql =
            "UPDATE jobs SET run_at = $2, lease_until = 0, attempts = attempts + 1, last_error = $3 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), run_at.0.into(), error.into()]).await?;
        Ok(())
    }
}
