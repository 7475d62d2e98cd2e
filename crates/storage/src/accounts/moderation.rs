//! What moderators list, and what they decide about accounts.

use std::fmt::Write as _;

use sea_orm::{DbErr, FromQueryResult, QueryResult, Value};
use staffroom_domain::ids::AccountId;
use staffroom_domain::moderation::{AccountFilter, AccountState, ModeratedAccount};
use staffroom_domain::organisation::Reach;
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{AccountRow, COLUMNS as ACCOUNT, Reads, Writes};
use crate::error::Result;
use crate::organisations::within;
use crate::page::keyset;
use crate::users::{COLUMNS as USER, UserRow};

struct Row(ModeratedAccount);

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let has_user = row.try_get::<Option<i64>>("u_", "account_id")?.is_some();
        let user = if has_user { Some(UserRow::from_query_result(row, pre)?.0) } else { None };
        Ok(Self(ModeratedAccount { account: AccountRow::from_query_result(row, pre)?.0, user }))
    }
}

/// A text as the beginning of a `LIKE` pattern.
fn beginning(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}

const fn condition(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => {
            " AND a.suspended_at IS NULL AND (u.account_id IS NULL OR \
             (u.disabled_at IS NULL AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL))"
        }
        AccountState::Pending => " AND u.account_id IS NOT NULL AND u.approved_at IS NULL",
        AccountState::Disabled => " AND u.disabled_at IS NOT NULL",
        AccountState::Sensitized => " AND a.sensitized_at IS NOT NULL",
        AccountState::Silenced => " AND a.silenced_at IS NOT NULL",
        AccountState::Suspended => " AND a.suspended_at IS NOT NULL",
    }
}

impl Reads<'_> {
    /// Accounts within `reach` with their private side, newest first; deleted ones and those nobody signs in to here
    /// are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn moderated(
        &self,
        reach: &Reach,
        filter: &AccountFilter,
        page: &PageRequest,
    ) -> Result<Page<ModeratedAccount>> {
        let mut values: Vec<Value> = Vec::new();
        let mut more = within(reach, "a.organisation_id", &mut values);
        match filter.local {
            Some(true) => more.push_str(" AND a.domain IS NULL"),
            Some(false) => more.push_str(" AND a.domain IS NOT NULL"),
            None => {}
        }
        if let Some(state) = filter.state {
            more.push_str(condition(state));
        }
        if filter.staff {
            // What somebody is elsewhere is not told.
            let reached = within(reach, "m.organisation_id", &mut values);
            // Writing to a String cannot fail.
            let _ = write!(
                more,
                " AND (u.role IN ('moderator', 'admin') OR EXISTS (SELECT 1 FROM memberships m \
                 WHERE m.account_id = a.id AND m.role IN ('moderator', 'admin'){reached}))"
            );
        }
        for (text, column) in [
            (&filter.username, "LOWER(a.username)"),
            (&filter.display_name, "LOWER(a.display_name)"),
            (&filter.email, "u.email"),
        ] {
            if let Some(text) = text {
                values.push(beginning(text).into());
                // Writing to a String cannot fail.
                let _ = write!(more, " AND {column} LIKE ${} ESCAPE '\\'", values.len());
            }
        }
        if let Some(domain) = &filter.by_domain {
            values.push(domain.to_lowercase().into());
            // Writing to a String cannot fail.
            let _ = write!(more, " AND a.domain = ${}", values.len());
        }
        let (bounds, order) = keyset(page, "a.id", &mut values);
        // accounts_organisation, primary key
        let sql = format!(
            "SELECT {ACCOUNT}, {USER} FROM accounts a LEFT JOIN users u ON u.account_id = a.id \
             WHERE a.deleted_at IS NULL AND (a.domain IS NOT NULL OR u.account_id IS NOT NULL){more}{bounds}{order}"
        );
        let rows = self.db.all::<Row>(sql, values).await?.into_iter().map(|row| row.0).collect();
        Ok(Page::from_rows(rows, page, |one: &ModeratedAccount| one.account.id.0))
    }
}

impl Writes<'_> {
    /// Silences an account (`None` ends that).
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_silenced(&self, id: AccountId, at: Option<Timestamp>) -> Result<()> {
        let sql = "UPDATE accounts SET silenced_at = $2 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), at.map(Timestamp::as_millis).into()]).await?;
        Ok(())
    }

    /// Puts all media of an account behind a warning (`None` ends that).
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_sensitized(&self, id: AccountId, at: Option<Timestamp>) -> Result<()> {
        let sql = "UPDATE accounts SET sensitized_at = $2 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), at.map(Timestamp::as_millis).into()]).await?;
        Ok(())
    }
}
