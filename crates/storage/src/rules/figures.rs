//! What was counted of rules, and what those that are tried out matched.

use sea_orm::FromQueryResult;
use staffroom_domain::ids::ShadowMatchId;
use staffroom_domain::rule_cycle::{RuleFigures, ShadowMatch};
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{Reads, Writes, version};
use crate::error::Result;
use crate::page::keyset;

/// What was counted of one version of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// What findings call it.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// What it was asked about.
    pub evaluated: i64,
    /// What it matched.
    pub matched: i64,
    /// Held because of it.
    pub held: i64,
    /// Authors asked to think again because of it.
    pub nudged: i64,
}

/// What came of a match later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its author changed the words when asked to think again.
    EditedAfterNudge,
    /// Somebody let it out as it was.
    ReleasedUnchanged,
    /// A moderator decided as the rule did.
    Upheld,
}

impl Outcome {
    const fn column(self) -> &'static str {
        match self {
            Self::EditedAfterNudge => "edited_after_nudge",
            Self::ReleasedUnchanged => "released_unchanged",
            Self::Upheld => "upheld",
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    version: i64,
    day: i64,
    evaluated: i64,
    matched: i64,
    held: i64,
    nudged: i64,
    edited_after_nudge: i64,
    released_unchanged: i64,
    upheld: i64,
}

impl From<Row> for RuleFigures {
    fn from(row: Row) -> Self {
        Self {
            day: row.day,
            version: version(row.version),
            evaluated: row.evaluated,
            matched: row.matched,
            held: row.held,
            nudged: row.nudged,
            edited_after_nudge: row.edited_after_nudge,
            released_unchanged: row.released_unchanged,
            upheld: row.upheld,
        }
    }
}

#[derive(FromQueryResult)]
struct MatchRow {
    id: i64,
    rule: String,
    version: i64,
    outbound: bool,
    part: String,
    span_start: i64,
    span_end: i64,
    shape: String,
    created_at: i64,
}

impl Reads<'_> {
    /// What was counted of a rule from `first_day` on, by day and version, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn figures(&self, rule: &str, first_day: i64) -> Result<Vec<RuleFigures>> {
        // primary key
        let sql = "SELECT version, day, evaluated, matched, held, nudged, edited_after_nudge, released_unchanged, upheld \
                   FROM rule_figures WHERE rule = $1 AND day >= $2 ORDER BY day, version";
        let rows = self.db.all::<Row>(sql, vec![rule.into(), first_day.into()]).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// What a rule that is tried out matched, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn shadow_matches(&self, rule: &str, page: &PageRequest) -> Result<Page<ShadowMatch>> {
        let mut values = vec![rule.into()];
        let (bounds, order) = keyset(page, "id", &mut values);
        // shadow_matches_rule
        let sql = format!(
            "SELECT id, rule, version, outbound, part, span_start, span_end, shape, created_at \
             FROM shadow_matches WHERE rule = $1{bounds}{order}"
        );
        let found = |row: MatchRow| ShadowMatch {
            id: ShadowMatchId(row.id),
            rule: row.rule,
            version: version(row.version),
            outbound: row.outbound,
            part: row.part,
            span: (row.span_start, row.span_end),
            shape: row.shape,
            created_at: Timestamp(row.created_at),
        };
        let rows = self.db.all::<MatchRow>(sql, values).await?.into_iter().map(found).collect();
        Ok(Page::from_rows(rows, page, |found: &ShadowMatch| found.id.0))
    }
}

impl Writes<'_> {
    /// Adds to what was counted on `day`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count(&self, day: i64, counted: &[Counted]) -> Result<()> {
        // In one order: then no two nodes wait for each other in a circle.
        let mut counted: Vec<&Counted> = counted.iter().collect();
        counted.sort_unstable();
        let rows = counted.into_iter().map(|one| {
            vec![
                one.rule.as_str().into(),
                i64::from(one.version).into(),
                day.into(),
                one.evaluated.into(),
                one.matched.into(),
                one.held.into(),
                one.nudged.into(),
            ]
        });
        let head = "INSERT INTO rule_figures (rule, version, day, evaluated, matched, held, nudged)";
        let tail = "ON CONFLICT (rule, version, day) DO UPDATE SET \
                    evaluated = rule_figures.evaluated + excluded.evaluated, \
                    matched = rule_figures.matched + excluded.matched, held = rule_figures.held + excluded.held, \
                    nudged = rule_figures.nudged + excluded.nudged";
        self.db.insert_many(head, rows.collect(), tail).await?;
        Ok(())
    }

    /// Adds what came of matches of these rules (name and version) on `day`, one each.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_outcome(&self, day: i64, outcome: Outcome, rules: &[(String, u32)]) -> Result<()> {
        let mut rules: Vec<&(String, u32)> = rules.iter().collect();
        rules.sort_unstable();
        rules.dedup();
        let rows = rules
            .into_iter()
            .map(|(rule, version)| vec![rule.as_str().into(), i64::from(*version).into(), day.into(), 1_i64.into()]);
        let column = outcome.column();
        let head = format!("INSERT INTO rule_figures (rule, version, day, {column})");
        let tail = format!("ON CONFLICT (rule, version, day) DO UPDATE SET {column} = rule_figures.{column} + 1");
        self.db.insert_many(&head, rows.collect(), &tail).await?;
        Ok(())
    }

    /// Keeps what rules that are tried out matched.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_shadow_matches(&self, matches: &[ShadowMatch]) -> Result<()> {
        let rows = matches.iter().map(|found| {
            vec![
                found.id.0.into(),
                found.rule.as_str().into(),
                i64::from(found.version).into(),
                found.outbound.into(),
                found.part.as_str().into(),
                found.span.0.into(),
                found.span.1.into(),
                found.shape.as_str().into(),
                found.created_at.0.into(),
            ]
        });
        let head = "INSERT INTO shadow_matches \
                    (id, rule, version, outbound, part, span_start, span_end, shape, created_at)";
        self.db.insert_many(head, rows.collect(), "").await?;
        Ok(())
    }

    /// Forgets matches of rules that were tried out, and what was counted before `first_day`; how many rows.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_matches(&self, before: Timestamp, first_day: i64) -> Result<u64> {
        let floor = staffroom_domain::ids::floor_at(before);
        let gone = self.db.run("DELETE FROM shadow_matches WHERE id < $1", vec![floor.into()]).await?;
        Ok(gone + self.db.run("DELETE FROM rule_figures WHERE day < $1", vec![first_day.into()]).await?)
    }
}
