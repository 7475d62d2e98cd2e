//! Queries about quotes, and about the leave people here gave to them.

use sea_orm::FromQueryResult;
use staffroom_domain::ids::{AccountId, AuthorizationId, StatusId};
use staffroom_domain::interaction::{Authorization, Interaction};
use staffroom_domain::quote::{Quote, QuoteState};
use staffroom_domain::status::Status;
use staffroom_domain::{Page, PageRequest, Timestamp, Viewer};

use crate::db::in_list;
use crate::error::Result;
use crate::page::keyset;
use crate::statuses::{COLUMNS as STATUS, Row as StatusRow, statuses_from, visible_sql};

crate::db::noun!();

const COLUMNS: &str = "q.status_id, q.account_id, q.quoted_uri, q.quoted_status_id, q.quoted_account_id, q.state, q.approval_uri, \
     q.request_uri";

#[derive(FromQueryResult)]
struct Row {
    status_id: i64,
    account_id: i64,
    quoted_uri: String,
    quoted_status_id: Option<i64>,
    quoted_account_id: Option<i64>,
    state: i16,
    approval_uri: Option<String>,
    request_uri: Option<String>,
}

impl From<Row> for Quote {
    fn from(row: Row) -> Self {
        Self {
            status_id: StatusId(row.status_id),
            account_id: AccountId(row.account_id),
            quoted_uri: row.quoted_uri,
            quoted_status_id: row.quoted_status_id.map(StatusId),
            quoted_account_id: row.quoted_account_id.map(AccountId),
            state: QuoteState::from_code(row.state),
            approval_uri: row.approval_uri,
            request_uri: row.request_uri,
        }
    }
}

#[derive(FromQueryResult)]
struct AuthorizationRow {
    id: i64,
    quoted_status_id: i64,
    account_id: i64,
    quoting_uri: String,
    revoked: bool,
    interaction: i16,
}

impl AuthorizationRow {
    /// `None` for a kind this version does not know.
    fn into_authorization(self) -> Option<Authorization> {
        Some(Authorization {
            id: AuthorizationId(self.id),
            what: Interaction::from_code(self.interaction)?,
            status_id: StatusId(self.quoted_status_id),
            account_id: AccountId(self.account_id),
            interacting_uri: self.quoting_uri,
            revoked: self.revoked,
        })
    }
}

const AUTHORIZATION: &str = "id, quoted_status_id, account_id, quoting_uri, revoked, interaction";

impl Reads<'_> {
    /// What a status quotes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, status: StatusId) -> Result<Option<Quote>> {
        let sql = format!("SELECT {COLUMNS} FROM quotes q WHERE q.status_id = $1");
        Ok(self.db.one::<Row>(sql, vec![status.0.into()]).await?.map(Into::into))
    }

    /// What those of `statuses` quote that quote something.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(&self, statuses: &[StatusId]) -> Result<Vec<Quote>> {
        if statuses.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, statuses.iter().map(|id| id.0));
        let sql = format!("SELECT {COLUMNS} FROM quotes q WHERE q.status_id IN ({list})");
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(Into::into).collect())
    }

    /// The quote that was asked for under this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_request(&self, uri: &str) -> Result<Option<Quote>> {
        // quotes_request
        let sql = format!("SELECT {COLUMNS} FROM quotes q WHERE q.request_uri = $1");
        Ok(self.db.one::<Row>(sql, vec![uri.into()]).await?.map(Into::into))
    }

    /// Accepted quotes of a status that `viewer` may see, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn quoting(&self, viewer: Viewer, quoted: StatusId, page: PageRequest) -> Result<Page<Status>> {
        // quotes_quoted
        let mut values = vec![quoted.0.into()];
        let visible = visible_sql(viewer, &mut values);
        let (bounds, order) = keyset(&page, "s.id", &mut values);
        let sql = format!(
            "SELECT {STATUS} FROM quotes q JOIN statuses s ON s.id = q.status_id \
             WHERE q.quoted_status_id = $1 AND q.state = 1 AND {visible}{bounds}{order}"
        );
        let found = statuses_from(self.db.all::<StatusRow>(sql, values).await?)?;
        Ok(Page::from_rows(found, &page, |s| s.id.0))
    }

    /// People here whose statuses quote this one with its author's leave: who, and the status of theirs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn local_quoters(&self, quoted: StatusId) -> Result<Vec<(AccountId, StatusId)>> {
        #[derive(FromQueryResult)]
        struct Quoter {
            account_id: i64,
            status_id: i64,
        }
        // quotes_quoted
        let sql = "SELECT q.account_id, q.status_id FROM quotes q JOIN users u ON u.account_id = q.account_id \
                   WHERE q.quoted_status_id = $1 AND q.state = 1";
        let rows = self.db.all::<Quoter>(sql, vec![quoted.0.into()]).await?;
        Ok(rows.into_iter().map(|row| (AccountId(row.account_id), StatusId(row.status_id))).collect())
    }

    /// An authorization of ours.
    ///
    /// # Errors
    /// The database failed.
    pub async fn authorization(&self, id: AuthorizationId) -> Result<Option<Authorization>> {
        let sql = format!("SELECT {AUTHORIZATION} FROM quote_authorizations WHERE id = $1");
        let row = self.db.one::<AuthorizationRow>(sql, vec![id.0.into()]).await?;
        Ok(row.and_then(AuthorizationRow::into_authorization))
    }

    /// What was said to `interacting_uri` (a status that quotes or answers, a favourite, a boost) about one of ours.
    ///
    /// # Errors
    /// The database failed.
    pub async fn authorization_of(
        &self,
        status: StatusId,
        interacting_uri: &str,
        what: Interaction,
    ) -> Result<Option<Authorization>> {
        // quote_authorizations_once
        let sql = format!(
            "SELECT {AUTHORIZATION} FROM quote_authorizations \
             WHERE quoted_status_id = $1 AND quoting_uri = $2 AND interaction = $3"
        );
        let values = vec![status.0.into(), interacting_uri.into(), what.code().into()];
        let row = self.db.one::<AuthorizationRow>(sql, values).await?;
        Ok(row.and_then(AuthorizationRow::into_authorization))
    }
}

impl Writes<'_> {
    /// Stores a quote; `false` when the status has one already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, quote: &Quote) -> Result<bool> {
        let head = "INSERT INTO quotes (status_id, account_id, quoted_uri, quoted_status_id, quoted_account_id, state, \
                    approval_uri, request_uri)";
        let values = vec![
            quote.status_id.0.into(),
            quote.account_id.0.into(),
            quote.quoted_uri.as_str().into(),
            quote.quoted_status_id.map(|id| id.0).into(),
            quote.quoted_account_id.map(|id| id.0).into(),
            quote.state.code().into(),
            quote.approval_uri.clone().into(),
            quote.request_uri.clone().into(),
        ];
        Ok(self.db.insert_many(head, vec![values], "ON CONFLICT DO NOTHING").await? == 1)
    }

    /// Replaces everything about a quote, as long as it is still in the state `was`; whether it was.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, quote: &Quote, was: QuoteState) -> Result<bool> {
        let sql = "UPDATE quotes SET quoted_status_id = $2, quoted_account_id = $3, state = $4, approval_uri = $5, \
                   request_uri = $6 WHERE status_id = $1 AND state = $7";
        let values = vec![
            quote.status_id.0.into(),
            quote.quoted_status_id.map(|id| id.0).into(),
            quote.quoted_account_id.map(|id| id.0).into(),
            quote.state.code().into(),
            quote.approval_uri.clone().into(),
            quote.request_uri.clone().into(),
            was.code().into(),
        ];
        Ok(self.db.run(sql, values).await? == 1)
    }

    /// Takes back the leave `author_uri` gave under `approval_uri`; how many quotes lived on it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke(&self, approval_uri: &str, author_uri: &str) -> Result<u64> {
        // quotes_approval
        let values = || vec![approval_uri.into(), author_uri.into()];
        let theirs = "approval_uri = $1 AND quoted_account_id IN (SELECT a.id FROM accounts a WHERE a.uri = $2)";
        let sql = format!(
            "UPDATE statuses SET quotes_count = quotes_count - (SELECT COUNT(*) FROM quotes q \
             WHERE q.quoted_status_id = statuses.id AND q.state = 1 AND q.{theirs}) \
             WHERE id IN (SELECT q.quoted_status_id FROM quotes q WHERE q.state = 1 AND q.{theirs})"
        );
        self.db.run(sql, values()).await?;
        let sql = format!("UPDATE quotes SET state = 3 WHERE {theirs} AND state IN (0, 1)");
        self.db.run(sql, values()).await
    }

    /// Keeps an authorization; `false` when that was answered before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn authorize(&self, given: &Authorization, now: Timestamp) -> Result<bool> {
        let head = "INSERT INTO quote_authorizations (id, quoted_status_id, account_id, quoting_uri, revoked, \
                    interaction, created_at)";
        let values = vec![
            given.id.0.into(),
            given.status_id.0.into(),
            given.account_id.0.into(),
            given.interacting_uri.as_str().into(),
            given.revoked.into(),
            given.what.code().into(),
            now.0.into(),
        ];
        Ok(self.db.insert_many(head, vec![values], "ON CONFLICT DO NOTHING").await? == 1)
    }

    /// Takes an authorization of ours back, for good.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_authorization(&self, id: AuthorizationId) -> Result<()> {
        let sql = "UPDATE quote_authorizations SET revoked = TRUE WHERE id = $1";
        self.db.run(sql, vec![id.0.into()]).await?;
        Ok(())
    }
}
