//! The running deadlines of cases, and what waits in numbers.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::cases::rota::Morning;
use staffroom_domain::cases::{Due, Duty};
use staffroom_domain::ids::{AccountId, CaseId, OrganisationId};
use staffroom_domain::organisation::Reach;

use super::{Reads, Writes, dealt_with};
use crate::db::in_list;
use crate::error::{Result, StorageError};

const COLUMNS: &str = "d.case_id, d.duty, d.by_at, d.source, d.remind_at, d.reminded, d.told";

#[derive(FromQueryResult)]
struct Row {
    case_id: i64,
    duty: String,
    by_at: i64,
    source: String,
    remind_at: i64,
    reminded: bool,
    told: i16,
}

impl TryFrom<Row> for Due {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            case: CaseId(row.case_id),
            duty: Duty::parse(&row.duty).ok_or(StorageError::Corrupt { what: "case_deadlines.duty" })?,
            by: Timestamp(row.by_at),
            source: row.source,
            remind_at: Timestamp(row.remind_at),
            reminded: row.reminded,
            told: u8::try_from(row.told).unwrap_or_default(),
        })
    }
}

impl Reads<'_> {
    /// The running deadlines of each of these cases, the soonest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due_of(&self, ids: &[CaseId]) -> Result<HashMap<CaseId, Vec<Due>>> {
        let mut found: HashMap<CaseId, Vec<Due>> = HashMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        let mut values: Vec<Value> = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        // primary key
        let sql = format!(
            "SELECT {COLUMNS} FROM case_deadlines d WHERE d.case_id IN ({list}) ORDER BY d.by_at, d.case_id, d.duty"
        );
        for row in self.db.all::<Row>(sql, values).await? {
            let due = Due::try_from(row)?;
            found.entry(due.case).or_default().push(due);
        }
        Ok(found)
    }

    /// What is due by `until` in cases within `reach` that are for `by` to deal with, the soonest first, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due_by(&self, reach: &Reach, by: Option<AccountId>, until: Timestamp, limit: u64) -> Result<Vec<Due>> {
        let mut values: Vec<Value> = vec![until.0.into()];
        let condition = dealt_with(reach, by, &mut values);
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        // case_deadlines_due
        let sql = format!(
            "SELECT {COLUMNS} FROM case_deadlines d JOIN cases c ON c.id = d.case_id WHERE d.by_at <= $1{condition} \
             ORDER BY d.by_at, d.case_id, d.duty LIMIT +${}",
            values.len()
        );
        self.db.all::<Row>(sql, values).await?.into_iter().map(Due::try_from).collect()
    }

    /// How many open cases within `reach` are for `by` to deal with.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_open(&self, reach: &Reach, by: Option<AccountId>) -> Result<i64> {
        let mut values: Vec<Value> = Vec::new();
        let condition = dealt_with(reach, by, &mut values);
        // cases_open
        let sql = format!("SELECT COUNT(*) AS n FROM cases c WHERE c.closed_at IS NULL{condition}");
        Ok(self.db.number(sql, values).await?.unwrap_or(0))
    }

    /// What waits in each organisation at `now`; those without anything are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn mornings(&self, now: Timestamp, soon: Timestamp) -> Result<HashMap<OrganisationId, Morning>> {
        #[derive(FromQueryResult)]
        struct Count {
            organisation_id: i64,
            n: i64,
            m: i64,
        }
        type Set = fn(&mut Morning, i64, i64);
        // cases_open; case_deadlines_due; appeals_open; reports_open
        let questions: [(&str, Vec<Value>, Set); 4] = [
            (
                "SELECT c.organisation_id, COUNT(*) AS n, COUNT(CASE WHEN c.assigned_to IS NULL THEN 1 END) AS m \
                 FROM cases c WHERE c.closed_at IS NULL GROUP BY c.organisation_id",
                Vec::new(),
                |morning, a, b| (morning.open, morning.unclaimed) = (a, b),
            ),
            (
                "SELECT c.organisation_id, COUNT(CASE WHEN d.by_at >= $1 THEN 1 END) AS n, \
                 COUNT(CASE WHEN d.by_at < $1 THEN 1 END) AS m FROM case_deadlines d JOIN cases c ON c.id = d.case_id \
                 WHERE d.by_at <= $2 AND d.duty <> 'poster_answers' GROUP BY c.organisation_id",
                vec![now.0.into(), soon.0.into()],
                |morning, a, b| (morning.due, morning.overdue) = (a, b),
            ),
            (
                "SELECT r.organisation_id, COUNT(*) AS n, COUNT(*) AS m FROM appeals p \
                 JOIN statements_of_reasons r ON r.id = p.reasons_id \
                 WHERE p.decided_at IS NULL AND r.organisation_id IS NOT NULL GROUP BY r.organisation_id",
                Vec::new(),
                |morning, a, _| morning.appeals = a,
            ),
            (
                "SELECT a.organisation_id, COUNT(*) AS n, COUNT(*) AS m FROM reports p \
                 JOIN accounts a ON a.id = p.target_id \
                 WHERE p.resolved_at IS NULL AND a.organisation_id IS NOT NULL GROUP BY a.organisation_id",
                Vec::new(),
                |morning, a, _| morning.reports = a,
            ),
        ];
        let mut found: HashMap<OrganisationId, Morning> = HashMap::new();
        for (sql, values, set) in questions {
            for row in self.db.all::<Count>(sql, values).await? {
                set(found.entry(OrganisationId(row.organisation_id)).or_default(), row.n, row.m);
            }
        }
        found.retain(|_, morning| !morning.is_quiet());
        Ok(found)
    }
}

impl Writes<'_> {
    /// Puts these in the place of the running deadlines of a case. Of those that are gone it is kept that they ended at
    /// `at`, unless the same has to be done by another time now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_due(&self, id: CaseId, due: &[Due], at: Timestamp) -> Result<()> {
        let former = self.due_of(&[id]).await?.remove(&id).unwrap_or_default();
        let ended = former.iter().filter(|before| due.iter().all(|now| now.duty != before.duty));
        let ended = ended.map(|due| vec![id.0.into(), due.duty.as_str().into(), due.by.0.into(), at.0.into()]);
        let head = "INSERT INTO case_deadlines_ended (case_id, duty, by_at, ended_at)";
        let tail = "ON CONFLICT (case_id, duty, by_at) DO UPDATE SET ended_at = excluded.ended_at";
        self.db.insert_many(head, ended.collect(), tail).await?;
        self.db.run("DELETE FROM case_deadlines WHERE case_id = $1", vec![id.0.into()]).await?;
        let rows = due.iter().map(|due| {
            vec![
                id.0.into(),
                due.duty.as_str().into(),
                due.by.0.into(),
                due.source.as_str().into(),
                due.remind_at.0.into(),
                due.reminded.into(),
                i16::from(due.told).into(),
            ]
        });
        let head = "INSERT INTO case_deadlines (case_id, duty, by_at, source, remind_at, reminded, told)";
        self.db.insert_many(head, rows.collect(), "").await?;
        // what runs again has not ended
        let sql = "DELETE FROM case_deadlines_ended WHERE case_id = $1 AND EXISTS (SELECT 1 FROM case_deadlines d \
                   WHERE d.case_id = case_deadlines_ended.case_id AND d.duty = case_deadlines_ended.duty \
                   AND d.by_at = case_deadlines_ended.by_at)";
        self.db.run(sql, vec![id.0.into()]).await?;
        Ok(())
    }
}
