//! Counting for the weekly safety report. Every count walks an index over the time asked for, or what is open; none of them
//! looks at single accounts.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::floor_at;
use staffroom_domain::organisation::Reach;
use staffroom_domain::safety::{DecisionTimes, PackLine, RuleCount, SMALLEST, SafetyFigure};

use crate::dialect;
use crate::error::Result;
use crate::organisations::within;
use crate::rules::seen_within;

crate::db::noun!();

/// Rules and packs told of.
const MAX_LINES: i64 = 200;

/// What is asked about.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where.
    pub reach: Reach,
    /// From when.
    pub from: Timestamp,
    /// Up to when.
    pub until: Timestamp,
}

/// By what a count finds its rows.
enum Bounds {
    /// Ids made in the time are between `$1` and `$2`.
    Ids,
    /// `$1` and `$2` are its beginning and end.
    Times,
    /// `$1` is its end.
    End,
}

/// Where the owner of what is counted stands.
enum Owner {
    /// An organisation; null for what is of nobody here.
    School(&'static str),
    /// An organisation, or 0 for the instance, whose rules hold for everybody.
    RulesOf(&'static str),
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
    n: i64,
}

#[derive(FromQueryResult)]
struct Decided {
    name: String,
    n: i64,
    m: i64,
}

#[derive(FromQueryResult)]
struct Took {
    median: Option<i64>,
    ninetieth: Option<i64>,
    ninety_fifth: Option<i64>,
    many: Option<i64>,
}

#[derive(FromQueryResult)]
struct Held {
    from_at: i64,
    to_at: i64,
}

#[derive(FromQueryResult)]
struct Pack {
    organisation_id: i64,
    name: String,
    version: i64,
}

impl Asked {
    fn ids(&self) -> Vec<Value> {
        vec![floor_at(self.from).into(), floor_at(self.until).into()]
    }

    fn times(&self) -> Vec<Value> {
        vec![self.from.0.into(), self.until.0.into()]
    }
}

impl Reads<'_> {
    /// Counts everything but what is said of single rules. What belongs to the whole instance is left out where not all of
    /// it is asked about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn figures(&self, asked: &Asked) -> Result<Vec<(SafetyFigure, i64)>> {
        let mut found = Vec::new();
        for figure in SafetyFigure::ALL {
            let Some((from, bounds, owner)) = question(*figure) else { continue };
            let mut values = match bounds {
                Bounds::Ids => asked.ids(),
                Bounds::Times => asked.times(),
                Bounds::End => vec![asked.until.0.into()],
            };
            let reached = match owner {
                Owner::School(column) => within(&asked.reach, column, &mut values),
                Owner::RulesOf(column) => seen_within(&asked.reach, column, &mut values),
            };
            let sql = format!("SELECT COUNT(*) AS n FROM {from}{reached}");
            found.push((*figure, self.db.number(sql, values).await?.unwrap_or(0)));
        }
        found.extend(self.decisions(asked).await?);
        found.extend(self.deeds(asked).await?);
        found.extend(self.panics(asked).await?);
        Ok(found)
    }

    /// What came of what was held, and of what came from elsewhere.
    async fn decisions(&self, asked: &Asked) -> Result<Vec<(SafetyFigure, i64)>> {
        let mut values = asked.ids();
        let reached = within(&asked.reach, "a.organisation_id", &mut values);
        // primary key
        let sql = format!(
            "SELECT d.action AS name, COUNT(*) AS n FROM moderation_decisions d \
             LEFT JOIN accounts a ON a.id = d.account_id WHERE d.id >= $1 AND d.id < $2 AND d.direction = 0{reached} \
             GROUP BY d.action"
        );
        let out = self.db.all::<Named>(sql, values).await?;
        let sum = |rows: &[Named], names: &[&str]| -> i64 {
            rows.iter().filter(|row| names.contains(&row.name.as_str())).map(|row| row.n).sum()
        };
        let mut found = vec![
            (SafetyFigure::ReleasedUnchanged, sum(&out, &UNCHANGED)),
            (SafetyFigure::ReleasedEdited, sum(&out, &["edited"])),
            (SafetyFigure::Narrowed, sum(&out, &["narrowed"])),
            (SafetyFigure::Withdrawn, sum(&out, &["withdrawn"])),
            (SafetyFigure::Rejected, sum(&out, &["rejected"])),
        ];
        if asked.reach == Reach::Everywhere {
            let sql = "SELECT action AS name, COUNT(*) AS n FROM moderation_decisions \
                       WHERE id >= $1 AND id < $2 AND direction = 1 GROUP BY action";
            let inward = self.db.all::<Named>(sql, asked.ids()).await?;
            found.push((SafetyFigure::Quarantined, sum(&inward, &["quarantine"])));
            found.push((SafetyFigure::Refused, sum(&inward, &["reject"])));
        }
        Ok(found)
    }

    /// What stands in the log.
    async fn deeds(&self, asked: &Asked) -> Result<Vec<(SafetyFigure, i64)>> {
        let mut values = asked.ids();
        let reached = within(&asked.reach, "organisation_id", &mut values);
        // primary key
        let sql = format!(
            "SELECT kind AS name, COUNT(*) AS n FROM moderation_log WHERE id >= $1 AND id < $2{reached} GROUP BY kind"
        );
        let rows = self.db.all::<Named>(sql, values).await?;
        let sum =
            |fits: &dyn Fn(&str) -> bool| -> i64 { rows.iter().filter(|row| fits(&row.name)).map(|row| row.n).sum() };
        let mut found = vec![
            (SafetyFigure::MeasuresTaken, sum(&|kind| TAKEN.contains(&kind))),
            (SafetyFigure::MeasuresEnded, sum(&|kind| ENDED.contains(&kind))),
            (SafetyFigure::StatusesRemoved, sum(&|kind| kind == "status.remove")),
            (SafetyFigure::RuleChanges, sum(&|kind| RULES_CHANGED.contains(&kind))),
        ];
        if asked.reach == Reach::Everywhere {
            found.push((SafetyFigure::DomainChanges, sum(&|kind| kind.starts_with("domain"))));
        }
        Ok(found)
    }

    /// How often, and for how many minutes, everything was held. Times that overlap count twice.
    async fn panics(&self, asked: &Asked) -> Result<Vec<(SafetyFigure, i64)>> {
        let mut values = asked.times();
        let seen = seen_within(&asked.reach, "organisation_id", &mut values);
        // panics_started: none lasts longer than a week
        let sql = format!(
            "SELECT started_at AS from_at, COALESCE(ended_at, until_at) AS to_at FROM panics \
             WHERE started_at > $1 - 604800000 AND started_at < $2 AND COALESCE(ended_at, until_at) > $1{seen}"
        );
        let rows = self.db.all::<Held>(sql, values).await?;
        let millis = |row: &Held| row.to_at.min(asked.until.0) - row.from_at.max(asked.from.0);
        let minutes = rows.iter().map(millis).sum::<i64>() / 60_000;
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Ok(vec![(SafetyFigure::Panics, count), (SafetyFigure::PanicMinutes, minutes)])
    }

    /// Rules because of which something was held, or decided that was held before; those that held most come first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rules(&self, asked: &Asked) -> Result<Vec<RuleCount>> {
        let backend = self.db.backend;
        let each = dialect::each_of(backend, "h.verdict", "findings", "f");
        let (rule, action) =
            (dialect::text_of(backend, "f.value", "rule"), dialect::text_of(backend, "f.value", "action"));
        let mut values = asked.ids();
        let reached = within(&asked.reach, "a.organisation_id", &mut values);
        values.push(MAX_LINES.into());
        // primary key
        let sql = format!(
            "SELECT {rule} AS name, COUNT(DISTINCT h.id) AS n FROM held_statuses h \
             LEFT JOIN accounts a ON a.id = h.account_id{each} WHERE h.id >= $1 AND h.id < $2 AND h.is_ruled \
             AND {action} IN ('nudge', 'hold'){reached} GROUP BY {rule} ORDER BY n DESC, name LIMIT +${}",
            values.len()
        );
        let of = |row: Named| RuleCount { rule: row.name, held: row.n, decided: 0, released_unchanged: 0 };
        let mut found: Vec<RuleCount> = self.db.all::<Named>(sql, values).await?.into_iter().map(of).collect();
        for row in self.decided(asked, [&each, &rule, &action]).await? {
            if let Some(known) = found.iter_mut().find(|known| known.rule == row.name) {
                (known.decided, known.released_unchanged) = (row.n, row.m);
            } else {
                found.push(RuleCount { rule: row.name, held: 0, decided: row.n, released_unchanged: row.m });
            }
        }
        Ok(found)
    }

    async fn decided(&self, asked: &Asked, [each, rule, action]: [&str; 3]) -> Result<Vec<Decided>> {
        let held = dialect::text_of(self.db.backend, "d.findings", "held");
        let list = |words: &[&str]| words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
        let (unchanged, all) = (list(&UNCHANGED), list(&DECIDED));
        let mut values = asked.ids();
        let reached = within(&asked.reach, "a.organisation_id", &mut values);
        values.push(MAX_LINES.into());
        // primary keys
        let sql = format!(
            "SELECT {rule} AS name, COUNT(DISTINCT d.id) AS n, \
             COUNT(DISTINCT CASE WHEN d.action IN ({unchanged}) THEN d.id END) AS m FROM moderation_decisions d \
             JOIN held_statuses h ON h.id = CAST({held} AS BIGINT) LEFT JOIN accounts a ON a.id = h.account_id{each} \
             WHERE d.id >= $1 AND d.id < $2 AND d.direction = 0 AND d.action IN ({all}) \
             AND {action} IN ('nudge', 'hold'){reached} GROUP BY {rule} ORDER BY n DESC, name LIMIT +${}",
            values.len()
        );
        self.db.all::<Decided>(sql, values).await
    }

    /// How long decisions of moderators about held statuses took. Nothing where they were too few.
    ///
    /// # Errors
    /// The database failed.
    pub async fn times(&self, asked: &Asked) -> Result<DecisionTimes> {
        let mut values = asked.times();
        let reached = within(&asked.reach, "a.organisation_id", &mut values);
        let at = |percent: u8| format!("MAX(CASE WHEN w.place = (w.many * {percent} + 99) / 100 THEN w.took END)");
        // held_statuses_decided; the value at a place is that of the nearest rank
        let sql = format!(
            "SELECT {} AS median, {} AS ninetieth, {} AS ninety_fifth, MAX(w.many) AS many FROM (\
             SELECT h.decided_at - h.created_at AS took, \
             ROW_NUMBER() OVER (ORDER BY h.decided_at - h.created_at) AS place, COUNT(*) OVER () AS many \
             FROM held_statuses h LEFT JOIN accounts a ON a.id = h.account_id \
             WHERE h.decided_at >= $1 AND h.decided_at < $2 AND h.decided_by IS NOT NULL AND h.is_ruled{reached}) w",
            at(50),
            at(90),
            at(95)
        );
        let row = self.db.one::<Took>(sql, values).await?.filter(|row| row.many.is_some_and(|many| many >= SMALLEST));
        let times = |row: Took| DecisionTimes { median: row.median, p90: row.ninetieth, p95: row.ninety_fifth };
        Ok(row.map(times).unwrap_or_default())
    }

    /// Packs that were installed at the end, by name: the instance's first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn packs(&self, asked: &Asked) -> Result<Vec<PackLine>> {
        let mut values: Vec<Value> = vec![asked.until.0.into()];
        let seen = seen_within(&asked.reach, "p.organisation_id", &mut values);
        values.push(MAX_LINES.into());
        // rule_packs_version
        let sql = format!(
            "SELECT p.organisation_id, p.name, MAX(p.version) AS version FROM rule_packs p \
             WHERE p.installed_at < $1{seen} GROUP BY p.organisation_id, p.name \
             ORDER BY p.organisation_id, p.name LIMIT +${}",
            values.len()
        );
        let line = |row: Pack| PackLine { name: row.name, version: row.version, of_instance: row.organisation_id == 0 };
        Ok(self.db.all::<Pack>(sql, values).await?.into_iter().map(line).collect())
    }
}

/// What lets something held out as it was.
const UNCHANGED: [&str; 2] = ["released", "published-as-it-is"];

/// What ends the time something is held.
const DECIDED: [&str; 6] = ["released", "published-as-it-is", "edited", "narrowed", "withdrawn", "rejected"];

/// Measures against accounts, in the words of the log.
const TAKEN: [&str; 6] =
    ["account.warn", "account.disable", "account.sensitive", "account.silence", "account.suspend", "account.delete"];

/// Their ends.
const ENDED: [&str; 4] = ["account.enable", "account.unsensitive", "account.unsilence", "account.unsuspend"];

/// Steps by which rules come into force and go out of it.
const RULES_CHANGED: [&str; 5] = ["rules.change", "rule.shadow", "rule.enforce", "rule.roll_back", "rule.retire"];

/// Which rows are counted, by which bounds, and whose they are; `None` for what is counted by its word.
const fn question(figure: SafetyFigure) -> Option<(&'static str, Bounds, Owner)> {
    const AUTHOR: Owner = Owner::School("a.organisation_id");
    const CASE: Owner = Owner::School("c.organisation_id");
    const REASONS: Owner = Owner::School("r.organisation_id");
    Some(match figure {
        // primary key
        SafetyFigure::Held => (
            "held_statuses h LEFT JOIN accounts a ON a.id = h.account_id WHERE h.id >= $1 AND h.id < $2 AND h.is_ruled",
            Bounds::Ids,
            AUTHOR,
        ),
        // held_statuses_deadline, held_statuses_decided
        SafetyFigure::HeldOpen => (
            "(SELECT o.account_id FROM held_statuses o WHERE o.state IN ('held', 'in-review') AND o.is_ruled \
             AND o.created_at < $1 UNION ALL SELECT d.account_id FROM held_statuses d WHERE d.decided_at >= $1 \
             AND d.is_ruled AND d.created_at < $1) h LEFT JOIN accounts a ON a.id = h.account_id WHERE 1 = 1",
            Bounds::End,
            AUTHOR,
        ),
        // held_statuses_due
        SafetyFigure::HoldsInTime => (
            "held_statuses h LEFT JOIN accounts a ON a.id = h.account_id WHERE h.deadline >= $1 AND h.deadline < $2 \
             AND h.is_ruled AND h.decided_at <= h.deadline",
            Bounds::Times,
            AUTHOR,
        ),
        SafetyFigure::HoldsLate => (
            "held_statuses h LEFT JOIN accounts a ON a.id = h.account_id WHERE h.deadline >= $1 AND h.deadline < $2 \
             AND h.is_ruled AND (h.decided_at IS NULL OR h.decided_at > h.deadline)",
            Bounds::Times,
            AUTHOR,
        ),
        // primary key
        SafetyFigure::ReportsReceived => {
            ("reports r LEFT JOIN accounts a ON a.id = r.target_id WHERE r.id >= $1 AND r.id < $2", Bounds::Ids, AUTHOR)
        }
        // reports_resolved
        SafetyFigure::ReportsClosed => (
            "reports r LEFT JOIN accounts a ON a.id = r.target_id WHERE r.resolved_at >= $1 AND r.resolved_at < $2",
            Bounds::Times,
            AUTHOR,
        ),
        // reports_open, reports_resolved
        SafetyFigure::ReportsOpen => (
            "(SELECT o.target_id FROM reports o WHERE o.resolved_at IS NULL AND o.created_at < $1 UNION ALL \
             SELECT d.target_id FROM reports d WHERE d.resolved_at >= $1 AND d.created_at < $1) r \
             LEFT JOIN accounts a ON a.id = r.target_id WHERE 1 = 1",
            Bounds::End,
            AUTHOR,
        ),
        // primary key
        SafetyFigure::CasesOpened => ("cases c WHERE c.id >= $1 AND c.id < $2", Bounds::Ids, CASE),
        // cases_closed_at
        SafetyFigure::CasesClosed => ("cases c WHERE c.closed_at >= $1 AND c.closed_at < $2", Bounds::Times, CASE),
        // cases_open, cases_closed_at
        SafetyFigure::CasesOpen => (
            "(SELECT o.organisation_id FROM cases o WHERE o.closed_at IS NULL AND o.opened_at < $1 UNION ALL \
             SELECT d.organisation_id FROM cases d WHERE d.closed_at >= $1 AND d.opened_at < $1) c WHERE 1 = 1",
            Bounds::End,
            CASE,
        ),
        // case_deadlines_due, case_deadlines_ended_at
        SafetyFigure::CasesOverdue => (
            "(SELECT d.case_id FROM case_deadlines d WHERE d.by_at < $1 AND d.duty <> 'poster_answers' UNION \
             SELECT e.case_id FROM case_deadlines_ended e WHERE e.ended_at >= $1 AND e.by_at < $1 \
             AND e.duty <> 'poster_answers') w JOIN cases c ON c.id = w.case_id WHERE 1 = 1",
            Bounds::End,
            CASE,
        ),
        // primary key
        SafetyFigure::AppealsFiled => (
            "appeals p JOIN statements_of_reasons r ON r.id = p.reasons_id WHERE p.id >= $1 AND p.id < $2",
            Bounds::Ids,
            REASONS,
        ),
        // appeals_decided
        SafetyFigure::AppealsApproved => (
            "appeals p JOIN statements_of_reasons r ON r.id = p.reasons_id WHERE p.decided_at >= $1 \
             AND p.decided_at < $2 AND p.state = 'approved'",
            Bounds::Times,
            REASONS,
        ),
        SafetyFigure::AppealsRejected => (
            "appeals p JOIN statements_of_reasons r ON r.id = p.reasons_id WHERE p.decided_at >= $1 \
             AND p.decided_at < $2 AND p.state = 'rejected'",
            Bounds::Times,
            REASONS,
        ),
        // appeals_open, appeals_decided
        SafetyFigure::AppealsOpen => (
            "(SELECT o.reasons_id FROM appeals o WHERE o.decided_at IS NULL AND o.created_at < $1 UNION ALL \
             SELECT d.reasons_id FROM appeals d WHERE d.decided_at >= $1 AND d.created_at < $1) p \
             JOIN statements_of_reasons r ON r.id = p.reasons_id WHERE 1 = 1",
            Bounds::End,
            REASONS,
        ),
        // case_deadlines_ended_by
        SafetyFigure::DeadlinesMet => (
            "case_deadlines_ended e JOIN cases c ON c.id = e.case_id WHERE e.by_at >= $1 AND e.by_at < $2 \
             AND e.ended_at <= e.by_at AND e.duty <> 'poster_answers'",
            Bounds::Times,
            CASE,
        ),
        // case_deadlines_due, case_deadlines_ended_by
        SafetyFigure::DeadlinesMissed => (
            "(SELECT d.case_id FROM case_deadlines d WHERE d.by_at >= $1 AND d.by_at < $2 \
             AND d.duty <> 'poster_answers' UNION ALL SELECT e.case_id FROM case_deadlines_ended e \
             WHERE e.by_at >= $1 AND e.by_at < $2 AND e.ended_at > e.by_at AND e.duty <> 'poster_answers') w \
             JOIN cases c ON c.id = w.case_id WHERE 1 = 1",
            Bounds::Times,
            CASE,
        ),
        // moderation_rule_versions_created
        SafetyFigure::RuleVersions => (
            "moderation_rule_versions v JOIN moderation_rules m ON m.id = v.rule_id \
             WHERE v.created_at >= $1 AND v.created_at < $2",
            Bounds::Times,
            Owner::RulesOf("m.organisation_id"),
        ),
        SafetyFigure::ReleasedUnchanged
        | SafetyFigure::ReleasedEdited
        | SafetyFigure::Narrowed
        | SafetyFigure::Withdrawn
        | SafetyFigure::Rejected
        | SafetyFigure::Quarantined
        | SafetyFigure::Refused
        | SafetyFigure::MeasuresTaken
        | SafetyFigure::StatusesRemoved
        | SafetyFigure::MeasuresEnded
        | SafetyFigure::RuleChanges
        | SafetyFigure::DomainChanges
        | SafetyFigure::Panics
        | SafetyFigure::PanicMinutes => return None,
    })
}
