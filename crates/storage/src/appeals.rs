//! Queries about statements of reasons and appeals.

use sea_orm::{DbErr, FromQueryResult, QueryResult, Value};
use staffroom_domain::appeal::{Appeal, AppealState, DecisionView, Ground, Restriction, StatementOfReasons};
use staffroom_domain::ids::{AccountId, AppealId, CaseId, OrganisationId, ReasonsId, StatusId, WarningId};
use staffroom_domain::moderation::Measure;
use staffroom_domain::organisation::Reach;
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::dialect;
use crate::error::Result;
use crate::organisations::within;
use crate::page::keyset;
use crate::reports::heard_by;

crate::db::noun!();

const REASONS: &str = "r.id AS r_id, r.account_id AS r_account_id, r.organisation_id AS r_organisation_id, \
     r.restriction AS r_restriction, r.status_id AS r_status_id, r.ground AS r_ground, r.rule AS r_rule, \
     r.facts AS r_facts, r.automated AS r_automated, r.decided_by AS r_decided_by, r.of_instance AS r_of_instance, \
     r.warning_id AS r_warning_id, r.case_id AS r_case_id, r.created_at AS r_created_at";

const APPEAL: &str = "p.id AS p_id, p.text AS p_text, p.state AS p_state, p.answer AS p_answer, \
     p.decided_by AS p_decided_by, p.decided_at AS p_decided_at, p.created_at AS p_created_at";

struct Row(DecisionView);

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let reasons = reasons(row)?;
        let appeal = match row.try_get::<Option<i64>>("p_", "id")? {
            None => None,
            Some(id) => Some(appeal(row, AppealId(id), &reasons)?),
        };
        Ok(Self(DecisionView { reasons, appeal, account: AccountRow::from_query_result(row, pre)?.0 }))
    }
}

fn reasons(row: &QueryResult) -> Result<StatementOfReasons, DbErr> {
    let id = |name: &str| row.try_get::<Option<i64>>("r_", name);
    let word: String = row.try_get("r_", "restriction")?;
    // An unknown word is shown as the least.
    let least = Restriction::Measure(Measure::None);
    let restriction = Restriction::parse(&word, id("status_id")?.map(StatusId)).unwrap_or(least);
    Ok(StatementOfReasons {
        id: ReasonsId(row.try_get("r_", "id")?),
        account_id: AccountId(row.try_get("r_", "account_id")?),
        organisation: id("organisation_id")?.map(OrganisationId),
        restriction,
        ground: Ground::parse(&row.try_get::<String>("r_", "ground")?).unwrap_or(Ground::Rules),
        rule: row.try_get("r_", "rule")?,
        facts: row.try_get("r_", "facts")?,
        automated: row.try_get("r_", "automated")?,
        decided_by: id("decided_by")?.map(AccountId),
        of_instance: row.try_get("r_", "of_instance")?,
        warning: id("warning_id")?.map(WarningId),
        case: id("case_id")?.map(CaseId),
        created_at: Timestamp(row.try_get("r_", "created_at")?),
    })
}

fn appeal(row: &QueryResult, id: AppealId, reasons: &StatementOfReasons) -> Result<Appeal, DbErr> {
    Ok(Appeal {
        id,
        reasons: reasons.id,
        account_id: reasons.account_id,
        text: row.try_get("p_", "text")?,
        state: AppealState::parse(&row.try_get::<String>("p_", "state")?).unwrap_or(AppealState::Pending),
        answer: row.try_get("p_", "answer")?,
        decided_by: row.try_get::<Option<i64>>("p_", "decided_by")?.map(AccountId),
        decided_at: row.try_get::<Option<i64>>("p_", "decided_at")?.map(Timestamp),
        created_at: Timestamp(row.try_get("p_", "created_at")?),
    })
}

fn select(join: &str, condition: &str) -> String {
    format!(
        "SELECT {ACCOUNT}, {REASONS}, {APPEAL} FROM statements_of_reasons r {join} JOIN appeals p ON p.reasons_id = r.id \
         JOIN accounts a ON a.id = r.account_id WHERE {condition}"
    )
}

/// ` AND …`: decisions within `reach` that are for `by` to look at again (`None`: all).
fn dealt_with(reach: &Reach, by: Option<AccountId>, values: &mut Vec<Value>) -> String {
    let mut condition = within(reach, "r.organisation_id", values);
    if *reach != Reach::Everywhere {
        condition.push_str(" AND a.domain IS NULL AND NOT r.of_instance");
    }
    if let Some(by) = by {
        values.push(by.0.into());
        condition.push_str(&heard_by("r.account_id", values.len()));
    }
    condition
}

impl Reads<'_> {
    /// Decisions about `account`, newest first, each with the appeal against it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decisions(&self, account: AccountId, page: &PageRequest) -> Result<Page<DecisionView>> {
        let mut values: Vec<Value> = vec![account.0.into()];
        let (bounds, order) = keyset(page, "r.id", &mut values);
        // statements_of_reasons_account
        let sql = format!("{}{bounds}{order}", select("LEFT", "r.account_id = $1"));
        let rows = self.db.all::<Row>(sql, values).await?.into_iter().map(|row| row.0).collect();
        Ok(Page::from_rows(rows, page, |view: &DecisionView| view.reasons.id.0))
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decision(&self, account: AccountId, id: ReasonsId) -> Result<Option<DecisionView>> {
        let sql = select("LEFT", "r.account_id = $1 AND r.id = $2");
        Ok(self.db.one::<Row>(sql, vec![account.0.into(), id.0.into()]).await?.map(|row| row.0))
    }

    /// The newest about a status of theirs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn about_status(&self, account: AccountId, status: StatusId) -> Result<Option<DecisionView>> {
        // statements_of_reasons_account
        let sql = select("LEFT", "r.account_id = $1 AND r.status_id = $2 ORDER BY r.id DESC LIMIT 1");
        Ok(self.db.one::<Row>(sql, vec![account.0.into(), status.0.into()]).await?.map(|row| row.0))
    }

    /// The one whose person was sent a link with this hash.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_link(&self, hash: &[u8; 32]) -> Result<Option<DecisionView>> {
        // statements_of_reasons_link
        let sql = select("LEFT", "r.link_hash = $1");
        Ok(self.db.one::<Row>(sql, vec![hash.to_vec().into()]).await?.map(|row| row.0))
    }

    /// Appeals by `account`, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(&self, account: AccountId, page: &PageRequest) -> Result<Page<DecisionView>> {
        let mut values: Vec<Value> = vec![account.0.into()];
        let (bounds, order) = keyset(page, "p.id", &mut values);
        // appeals_account
        let sql = format!("{}{bounds}{order}", select("", "p.account_id = $1"));
        let rows = self.db.all::<Row>(sql, values).await?.into_iter().map(|row| row.0).collect();
        Ok(Page::from_rows(rows, page, cursor))
    }

    /// Appeals within `reach` that are for `by` to decide, newest first: those that wait, or the others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        reach: &Reach,
        by: Option<AccountId>,
        decided: bool,
        page: &PageRequest,
    ) -> Result<Page<DecisionView>> {
        let mut values: Vec<Value> = Vec::new();
        let mut condition = String::from(if decided { "p.decided_at IS NOT NULL" } else { "p.decided_at IS NULL" });
        condition.push_str(&dealt_with(reach, by, &mut values));
        let (bounds, order) = keyset(page, "p.id", &mut values);
        // appeals_open, primary key
        let sql = format!("{}{bounds}{order}", select("", &condition));
        let rows = self.db.all::<Row>(sql, values).await?.into_iter().map(|row| row.0).collect();
        Ok(Page::from_rows(rows, page, cursor))
    }

    /// How many of those that wait are for `by` to decide.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_waiting(&self, reach: &Reach, by: Option<AccountId>) -> Result<i64> {
        let mut values: Vec<Value> = Vec::new();
        let condition = dealt_with(reach, by, &mut values);
        // appeals_open
        let sql = format!(
            "SELECT COUNT(*) AS n FROM appeals p JOIN statements_of_reasons r ON r.id = p.reasons_id \
             JOIN accounts a ON a.id = r.account_id WHERE p.decided_at IS NULL{condition}"
        );
        Ok(self.db.number(sql, values).await?.unwrap_or(0))
    }

    /// One of them, however it stands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, id: AppealId, reach: &Reach, by: Option<AccountId>) -> Result<Option<DecisionView>> {
        let mut values: Vec<Value> = vec![id.0.into()];
        let mut condition = String::from("p.id = $1");
        condition.push_str(&dealt_with(reach, by, &mut values));
        Ok(self.db.one::<Row>(select("", &condition), values).await?.map(|row| row.0))
    }
}

fn cursor(view: &DecisionView) -> i64 {
    view.appeal.as_ref().map_or(0, |appeal| appeal.id.0)
}

impl Writes<'_> {
    /// Keeps why something was restricted, with the hash of the link the person is sent.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_reasons(&self, reasons: &StatementOfReasons, link: Option<&[u8; 32]>) -> Result<()> {
        let head = "INSERT INTO statements_of_reasons (id, account_id, organisation_id, restriction, status_id, ground, \
                    rule, facts, automated, decided_by, of_instance, warning_id, case_id, link_hash, created_at)";
        let values = vec![
            reasons.id.0.into(),
            reasons.account_id.0.into(),
            reasons.organisation.map(|id| id.0).into(),
            reasons.restriction.as_str().into(),
            reasons.restriction.status().map(|id| id.0).into(),
            reasons.ground.as_str().into(),
            reasons.rule.clone().into(),
            reasons.facts.as_str().into(),
            reasons.automated.into(),
            reasons.decided_by.map(|id| id.0).into(),
            reasons.of_instance.into(),
            reasons.warning.map(|id| id.0).into(),
            reasons.case.map(|id| id.0).into(),
            link.map(|hash| hash.to_vec()).into(),
            reasons.created_at.0.into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Stores an appeal; false when there is one against the same decision.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, appeal: &Appeal) -> Result<bool> {
        let head =
            "INSERT INTO appeals (id, reasons_id, account_id, text, state, answer, decided_by, decided_at, created_at)";
        let values = vec![
            appeal.id.0.into(),
            appeal.reasons.0.into(),
            appeal.account_id.0.into(),
            appeal.text.as_str().into(),
            appeal.state.as_str().into(),
            appeal.answer.as_str().into(),
            appeal.decided_by.map(|id| id.0).into(),
            appeal.decided_at.map(|at| at.0).into(),
            appeal.created_at.0.into(),
        ];
        Ok(self.db.insert_many(head, vec![values], "ON CONFLICT (reasons_id) DO NOTHING").await? > 0)
    }

    /// Keeps others from deciding an appeal until this transaction ends; false when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock(&self, id: AppealId) -> Result<bool> {
        let lock = dialect::for_update(self.db.backend);
        let sql = format!("SELECT p.id AS n FROM appeals p WHERE p.id = $1{lock}");
        Ok(self.db.number(sql, vec![id.0.into()]).await?.is_some())
    }

    /// Stores how an appeal was decided.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide(
        &self,
        id: AppealId,
        state: AppealState,
        answer: &str,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE appeals SET state = $2, answer = $3, decided_by = $4, decided_at = $5 WHERE id = $1";
        let values = vec![id.0.into(), state.as_str().into(), answer.into(), by.map(|id| id.0).into(), now.0.into()];
        self.db.run(sql, values).await?;
        Ok(())
    }
}
