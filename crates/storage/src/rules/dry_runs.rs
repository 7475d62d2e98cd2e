//! Rules tried on what was published before.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, DryRunId, OrganisationId, RuleId, StatusId};
use staffroom_domain::organisation::Reach;
use staffroom_domain::rule_cycle::{DryRun, DryRunFound, DryRunSample, DryRunState};
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{Reads, Writes, organisation, owner, version};
use crate::error::{Result, StorageError};
use crate::organisations::within;
use crate::page::keyset;

const COLUMNS: &str = "id, organisation_id, rule_id, version, requested_by, state, since_at, before_id, scanned, matched, \
     recent_scanned, recent_matched, by_organisation, samples, problem, created_at, finished_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    organisation_id: i64,
    rule_id: i64,
    version: i64,
    requested_by: Option<i64>,
    state: String,
    since_at: i64,
    before_id: i64,
    scanned: i64,
    matched: i64,
    recent_scanned: i64,
    recent_matched: i64,
    by_organisation: String,
    samples: String,
    problem: Option<String>,
    created_at: i64,
    finished_at: Option<i64>,
}

impl TryFrom<Row> for DryRun {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |what| StorageError::Corrupt { what };
        let counts: Vec<(i64, i64)> =
            serde_json::from_str(&row.by_organisation).map_err(|_| corrupt("dry_runs.by_organisation"))?;
        let samples: Vec<(i64, String)> =
            serde_json::from_str(&row.samples).map_err(|_| corrupt("dry_runs.samples"))?;
        let sample = |(status, excerpt)| DryRunSample { status: StatusId(status), excerpt };
        Ok(Self {
            id: DryRunId(row.id),
            organisation: organisation(row.organisation_id),
            rule: RuleId(row.rule_id),
            version: version(row.version),
            requested_by: row.requested_by.map(AccountId),
            state: DryRunState::parse(&row.state).ok_or(corrupt("dry_runs.state"))?,
            since: Timestamp(row.since_at),
            before: StatusId(row.before_id),
            found: DryRunFound {
                scanned: row.scanned,
                matched: row.matched,
                recent_scanned: row.recent_scanned,
                recent_matched: row.recent_matched,
                by_organisation: counts.into_iter().map(|(id, count)| (OrganisationId(id), count)).collect(),
                samples: samples.into_iter().map(sample).collect(),
            },
            problem: row.problem,
            created_at: Timestamp(row.created_at),
            finished_at: row.finished_at.map(Timestamp),
        })
    }
}

fn counts_text(found: &DryRunFound) -> String {
    let counts: Vec<(i64, i64)> = found.by_organisation.iter().map(|(id, count)| (id.0, *count)).collect();
    crate::db::json(&counts)
}

fn samples_text(found: &DryRunFound) -> String {
    let samples: Vec<(i64, &str)> =
        found.samples.iter().map(|sample| (sample.status.0, sample.excerpt.as_str())).collect();
    crate::db::json(&samples)
}

/// The values of [`COLUMNS`].
fn values(run: &DryRun) -> Vec<Value> {
    let found = &run.found;
    vec![
        run.id.0.into(),
        owner(run.organisation).into(),
        run.rule.0.into(),
        i64::from(run.version).into(),
        run.requested_by.map(|id| id.0).into(),
        run.state.as_str().into(),
        run.since.0.into(),
        run.before.0.into(),
        found.scanned.into(),
        found.matched.into(),
        found.recent_scanned.into(),
        found.recent_matched.into(),
        counts_text(found).into(),
        samples_text(found).into(),
        run.problem.clone().into(),
        run.created_at.0.into(),
        run.finished_at.map(|at| at.0).into(),
    ]
}

/// A status that may be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its id.
    pub id: StatusId,
    /// Whether it was written here.
    pub is_local: bool,
    /// The organisation of its author, if they are here.
    pub organisation: Option<OrganisationId>,
}

#[derive(FromQueryResult)]
struct PastRow {
    id: i64,
    local: bool,
    organisation_id: Option<i64>,
}

impl Reads<'_> {
    /// A dry run.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dry_run(&self, id: DryRunId) -> Result<Option<DryRun>> {
        let sql = format!("SELECT {COLUMNS} FROM dry_runs WHERE id = $1");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(DryRun::try_from).transpose()
    }

    /// The newest dry run of a version of a rule over the statuses of `owned` that was not broken off.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest_dry_run(
        &self,
        rule: RuleId,
        number: u32,
        owned: Option<OrganisationId>,
    ) -> Result<Option<DryRun>> {
        // dry_runs_rule
        let sql = format!(
            "SELECT {COLUMNS} FROM dry_runs WHERE rule_id = $1 AND version = $2 AND organisation_id = $3 \
             AND state <> 'failed' ORDER BY id DESC LIMIT 1"
        );
        let values = vec![rule.0.into(), i64::from(number).into(), owner(owned).into()];
        self.db.one::<Row>(sql, values).await?.map(DryRun::try_from).transpose()
    }

    /// Dry runs over what `reach` covers, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dry_runs(&self, reach: &Reach, page: &PageRequest) -> Result<Page<DryRun>> {
        let mut values: Vec<Value> = Vec::new();
        let reached = within(reach, "organisation_id", &mut values);
        let (bounds, order) = keyset(page, "id", &mut values);
        // primary key
        let sql = format!("SELECT {COLUMNS} FROM dry_runs WHERE id > 0{reached}{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let runs = rows.into_iter().map(DryRun::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page::from_rows(runs, page, |run: &DryRun| run.id.0))
    }

    /// Dry runs that ended and have samples, the oldest behind `after` first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sampled_dry_runs(&self, after: DryRunId, limit: u64) -> Result<Vec<DryRun>> {
        // primary key
        let sql = format!(
            "SELECT {COLUMNS} FROM dry_runs WHERE id > $1 AND samples <> '[]' AND state <> 'running' \
             ORDER BY id LIMIT +$2"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.db.all::<Row>(sql, vec![after.0.into(), limit.into()]).await?;
        rows.into_iter().map(DryRun::try_from).collect()
    }

    /// How many dry runs of an owner, asked for since `since`, are under way.
    ///
    /// # Errors
    /// The database failed.
    pub async fn running_dry_runs(&self, owned: Option<OrganisationId>, since: Timestamp) -> Result<i64> {
        // dry_runs_organisation
        let sql = "SELECT COUNT(*) AS n FROM dry_runs WHERE organisation_id = $1 AND id >= $2 AND state = 'running'";
        let floor = staffroom_domain::ids::floor_at(since);
        Ok(self.db.number(sql, vec![owner(owned).into(), floor.into()]).await?.unwrap_or_default())
    }

    /// Up to `limit` of the newest statuses before `before` and not before `since`, boosts left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn past(&self, before: StatusId, since: Timestamp, limit: u64) -> Result<Vec<Past>> {
        // primary keys
        let sql = "SELECT s.id, s.local, a.organisation_id FROM (SELECT id, local, account_id FROM statuses \
                   WHERE id < $1 AND id >= $2 AND deleted_at IS NULL AND reblog_of IS NULL \
                   ORDER BY id DESC LIMIT +$3) s JOIN accounts a ON a.id = s.account_id ORDER BY s.id DESC";
        let floor = staffroom_domain::ids::floor_at(since);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.db.all::<PastRow>(sql, vec![before.0.into(), floor.into(), limit.into()]).await?;
        let past = |row: PastRow| Past {
            id: StatusId(row.id),
            is_local: row.local,
            organisation: row.organisation_id.map(OrganisationId),
        };
        Ok(rows.into_iter().map(past).collect())
    }
}

impl Writes<'_> {
    /// Keeps a dry run that begins.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_dry_run(&self, run: &DryRun) -> Result<()> {
        self.db.insert_many(&format!("INSERT INTO dry_runs ({COLUMNS})"), vec![values(run)], "").await?;
        Ok(())
    }

    /// Keeps how far a dry run has come, if nobody else took it further than `from`; whether that was so.
    ///
    /// # Errors
    /// The database failed.
    pub async fn go_on_dry_run(&self, run: &DryRun, from: StatusId) -> Result<bool> {
        let sql = "UPDATE dry_runs SET state = $2, before_id = $3, scanned = $4, matched = $5, recent_scanned = $6, \
                   recent_matched = $7, by_organisation = $8, samples = $9, problem = $10, finished_at = $11 \
                   WHERE id = $1 AND state = 'running' AND before_id = $12";
        let found = &run.found;
        let values = vec![
            run.id.0.into(),
            run.state.as_str().into(),
            run.before.0.into(),
            found.scanned.into(),
            found.matched.into(),
            found.recent_scanned.into(),
            found.recent_matched.into(),
            counts_text(found).into(),
            samples_text(found).into(),
            run.problem.clone().into(),
            run.finished_at.map(|at| at.0).into(),
            from.0.into(),
        ];
        Ok(self.db.run(sql, values).await? > 0)
    }

    /// Breaks a dry run off, however far it has come; false when it had ended.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stop_dry_run(&self, id: DryRunId, problem: &str, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE dry_runs SET state = 'failed', problem = $2, finished_at = $3 \
                   WHERE id = $1 AND state = 'running'";
        Ok(self.db.run(sql, vec![id.0.into(), problem.into(), now.0.into()]).await? > 0)
    }

    /// Keeps the samples of a dry run that ended, and no others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_samples(&self, run: &DryRun) -> Result<()> {
        let sql = "UPDATE dry_runs SET samples = $2 WHERE id = $1";
        self.db.run(sql, vec![run.id.0.into(), samples_text(&run.found).into()]).await?;
        Ok(())
    }

    /// Forgets dry runs that were asked for before `before`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_dry_runs(&self, before: Timestamp) -> Result<u64> {
        let floor = staffroom_domain::ids::floor_at(before);
        self.db.run("DELETE FROM dry_runs WHERE id < $1 AND state <> 'running'", vec![floor.into()]).await
    }
}
