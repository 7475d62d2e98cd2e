//! Queries about measures that moderators took.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::appeal::{AppealState, AppealSummary};
use staffroom_domain::ids::{AccountId, NotificationId, ReportId, WarningId};
use staffroom_domain::moderation::{AccountWarning, Measure};
use staffroom_domain::news::News;
use staffroom_domain::notification::NotificationKind;

use crate::db::in_list;
use crate::error::{Result, StorageError};
use crate::push;

crate::db::noun!();

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    target_id: i64,
    report_id: Option<i64>,
    measure: String,
    text: String,
    of_instance: bool,
    appeal_text: Option<String>,
    appeal_state: Option<String>,
    created_at: i64,
}

fn summary((text, state): (String, AppealState)) -> AppealSummary {
    AppealSummary { text, state }
}

impl Reads<'_> {
    /// Those of `ids` that were against `target`, with the appeals against them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(&self, target: AccountId, ids: &[WarningId]) -> Result<Vec<AccountWarning>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = vec![target.0.into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT w.id, w.account_id, w.target_id, w.report_id, w.measure, w.text, w.of_instance, w.created_at, \
             p.text AS appeal_text, p.state AS appeal_state FROM account_warnings w \
             LEFT JOIN statements_of_reasons r ON r.warning_id = w.id LEFT JOIN appeals p ON p.reasons_id = r.id \
             WHERE w.target_id = $1 AND w.id IN ({list})"
        );
        let warning = |row: Row| {
            Ok(AccountWarning {
                id: WarningId(row.id),
                account_id: AccountId(row.account_id),
                target_id: AccountId(row.target_id),
                report_id: row.report_id.map(ReportId),
                measure: Measure::parse(&row.measure)
                    .ok_or(StorageError::Corrupt { what: "account_warnings.measure" })?,
                text: row.text,
                of_instance: row.of_instance,
                appeal: row.appeal_text.zip(row.appeal_state.as_deref().and_then(AppealState::parse)).map(summary),
                created_at: Timestamp(row.created_at),
            })
        };
        self.db.all::<Row>(sql, values).await?.into_iter().map(warning).collect()
    }

    /// When this measure was taken against `target` from `since` on, the first first, and whether for the whole instance.
    ///
    /// # Errors
    /// The database failed.
    pub async fn since(&self, target: AccountId, measure: Measure, since: Timestamp) -> Result<Vec<(Timestamp, bool)>> {
        #[derive(FromQueryResult)]
        struct Taken {
            created_at: i64,
            of_instance: bool,
        }
        // account_warnings_measure
        let sql = "SELECT created_at, of_instance FROM account_warnings \
                   WHERE target_id = $1 AND measure = $2 AND created_at >= $3 ORDER BY created_at, id";
        let rows = self.db.all::<Taken>(sql, vec![target.0.into(), measure.as_str().into(), since.0.into()]).await?;
        Ok(rows.into_iter().map(|row| (Timestamp(row.created_at), row.of_instance)).collect())
    }
}

impl Writes<'_> {
    /// Keeps a measure.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, warning: &AccountWarning) -> Result<()> {
        let head = "INSERT INTO account_warnings \
                    (id, account_id, target_id, report_id, measure, text, of_instance, created_at)";
        let values = vec![
            warning.id.0.into(),
            warning.account_id.0.into(),
            warning.target_id.0.into(),
            warning.report_id.map(|id| id.0).into(),
            warning.measure.as_str().into(),
            warning.text.as_str().into(),
            warning.of_instance.into(),
            warning.created_at.0.into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Tells the owner of the account, under an id of `next_id`; it comes from oneself, as in Mastodon: who took the
    /// measure is not said.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tell(&self, warning: &AccountWarning, next_id: impl Fn() -> i64) -> Result<()> {
        let (id, kind) = (NotificationId(next_id()), NotificationKind::ModerationWarning);
        let to = warning.target_id.0;
        let head = "INSERT INTO notifications (id, account_id, from_account_id, kind, warning_id, created_at)";
        let at = warning.created_at.0;
        let values = vec![id.0.into(), to.into(), to.into(), kind.as_str().into(), warning.id.0.into(), at.into()];
        self.db.insert_many(head, vec![values], "").await?;
        self.db.tell(News::Notified(warning.target_id, id));
        push::queue(self.db, &[(warning.target_id, id)], kind, warning.created_at, next_id).await
    }
}
