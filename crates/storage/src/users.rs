//! Queries about the private side of local accounts: sign-in and defaults.

use sea_orm::{FromQueryResult, QueryResult};
use staffroom_domain::account::{Account, PostingDefaults, User, UserRole};
use staffroom_domain::ids::AccountId;
use staffroom_domain::interaction::QuotePolicy;
use staffroom_domain::news::News;
use staffroom_domain::{Page, PageRequest, Timestamp, Visibility};

use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::db::placeholders;
use crate::dialect;
use crate::error::Result;
use crate::page::keyset;

crate::db::noun!();

/// The select list of a user under the table alias `u`, each column named `u_…`.
pub(crate) const COLUMNS: &str = "u.account_id AS u_account_id, u.email AS u_email, u.confirmed_at AS u_confirmed_at, \
     u.approved_at AS u_approved_at, u.disabled_at AS u_disabled_at, u.role AS u_role, \
     u.default_visibility AS u_default_visibility, u.default_sensitive AS u_default_sensitive, \
     u.default_language AS u_default_language, u.default_quotes AS u_default_quotes, u.share_tagged AS u_share_tagged, u.locale AS u_locale";

/// Reads what [`COLUMNS`] selects.
#[derive(Debug)]
pub(crate) struct UserRow(pub(crate) User);

impl FromQueryResult for UserRow {
    fn from_query_result(row: &QueryResult, _pre: &str) -> Result<Self, sea_orm::DbErr> {
        let time = |name: &str| -> Result<Option<Timestamp>, sea_orm::DbErr> {
            Ok(row.try_get::<Option<i64>>("u_", name)?.map(Timestamp))
        };
        Ok(Self(User {
            account_id: AccountId(row.try_get("u_", "account_id")?),
            email: row.try_get("u_", "email")?,
            confirmed_at: time("confirmed_at")?,
            approved_at: time("approved_at")?,
            disabled_at: time("disabled_at")?,
            // An unknown word gives the least rights.
            role: UserRole::parse(&row.try_get::<String>("u_", "role")?).unwrap_or(UserRole::Member),
            posting: PostingDefaults {
                visibility: Visibility::from_code(row.try_get("u_", "default_visibility")?),
                sensitive: row.try_get("u_", "default_sensitive")?,
                language: row.try_get("u_", "default_language")?,
                quotes: QuotePolicy::from_code(row.try_get("u_", "default_quotes")?),
            },
            share_tagged: row.try_get("u_", "share_tagged")?,
            locale: row.try_get("u_", "locale")?,
        }))
    }
}

/// An account with its private side.
#[derive(Debug)]
pub(crate) struct PersonRow(pub(crate) Account, pub(crate) User);

impl FromQueryResult for PersonRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self(AccountRow::from_query_result(row, pre)?.0, UserRow::from_query_result(row, pre)?.0))
    }
}

/// What sign-in needs to know.
#[derive(Clone, Debug)]
pub struct Login {
    /// The account.
    pub account: Account,
    /// Its private side.
    pub user: User,
    /// Argon2 in PHC form.
    pub password_hash: String,
}

struct LoginRow(Login);

impl FromQueryResult for LoginRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, sea_orm::DbErr> {
        let PersonRow(account, user) = PersonRow::from_query_result(row, pre)?;
        Ok(Self(Login { account, user, password_hash: row.try_get("", "password_hash")? }))
    }
}

impl Reads<'_> {
    /// The private side of a local account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_account(&self, id: AccountId) -> Result<Option<User>> {
        let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.account_id = $1");
        Ok(self.db.one::<UserRow>(sql, vec![id.0.into()]).await?.map(|row| row.0))
    }

    /// The private sides of those of `ids` that have one, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_accounts(&self, ids: &[AccountId]) -> Result<Vec<User>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.account_id IN ({})", placeholders(1, ids.len()));
        let rows = self.db.all::<UserRow>(sql, ids.iter().map(|id| id.0.into()).collect()).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// The oldest account with the admin role that can be seen.
    ///
    /// # Errors
    /// The database failed.
    pub async fn first_admin(&self) -> Result<Option<AccountId>> {
        let sql = "SELECT u.account_id AS n FROM users u JOIN accounts a ON a.id = u.account_id \
                   WHERE u.role = 'admin' AND a.suspended_at IS NULL AND a.deleted_at IS NULL ORDER BY u.account_id LIMIT 1";
        Ok(self.db.number(sql, vec![]).await?.map(AccountId))
    }

    /// Whether an e-mail address (lower case) is taken.
    ///
    /// # Errors
    /// The database failed.
    pub async fn email_taken(&self, email: &str) -> Result<bool> {
        Ok(self.db.number("SELECT account_id AS n FROM users WHERE email = $1", vec![email.into()]).await?.is_some())
    }

    /// The person who signs in with `login`: an e-mail address or a local handle, both lower case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn login(&self, login: &str) -> Result<Option<Login>> {
        // A handle of ours never holds an `@`, so the two never name different people.
        let sql = format!(
            "SELECT {ACCOUNT}, {COLUMNS}, u.password_hash AS password_hash FROM users u \
             JOIN accounts a ON a.id = u.account_id WHERE u.account_id IN \
             (SELECT account_id FROM users WHERE email = $1 UNION SELECT id FROM accounts WHERE handle_key = $1)"
        );
        Ok(self.db.one::<LoginRow>(sql, vec![login.into()]).await?.map(|row| row.0))
    }

    /// People who asked for an account before `before`, have not confirmed their address, and at `now` have no link to
    /// do so, after `after`, by account id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unconfirmed(
        &self,
        before: Timestamp,
        now: Timestamp,
        after: AccountId,
        limit: u64,
    ) -> Result<Vec<AccountId>> {
        // users_unconfirmed, letter_links_account
        let sql = "SELECT u.account_id AS n FROM users u WHERE u.confirmed_at IS NULL AND u.created_at < $1 \
                   AND u.account_id > $2 AND NOT EXISTS (SELECT 1 FROM letter_links l \
                   WHERE l.account_id = u.account_id AND l.expires_at > $3) ORDER BY u.account_id LIMIT +$4";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = vec![before.0.into(), after.0.into(), now.0.into(), limit.into()];
        Ok(self.db.numbers(sql, values).await?.into_iter().map(AccountId).collect())
    }

    /// Local accounts with their private side, newest first, deleted ones left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, page: &PageRequest) -> Result<Page<(Account, User)>> {
        let mut values = Vec::new();
        let (bounds, order) = keyset(page, "u.account_id", &mut values);
        let sql = format!(
            "SELECT {ACCOUNT}, {COLUMNS} FROM users u JOIN accounts a ON a.id = u.account_id \
             WHERE a.deleted_at IS NULL{bounds}{order}"
        );
        let rows = self.db.all::<PersonRow>(sql, values).await?;
        let rows = rows.into_iter().map(|PersonRow(account, user)| (account, user)).collect();
        Ok(Page::from_rows(rows, page, |(account, _): &(Account, User)| account.id.0))
    }
}

impl Writes<'_> {
    /// Stores the private side of a new account. A taken e-mail address is a unique violation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, user: &User, password_hash: &str, now: Timestamp) -> Result<()> {
        let time = |t: Option<Timestamp>| sea_orm::Value::from(t.map(Timestamp::as_millis));
        let head = "INSERT INTO users (account_id, email, password_hash, confirmed_at, approved_at, disabled_at, \
                    role, default_visibility, default_sensitive, default_language, default_quotes, share_tagged, locale, \
                    created_at)";
        let values = vec![
            user.account_id.0.into(),
            user.email.clone().into(),
            password_hash.into(),
            time(user.confirmed_at),
            time(user.approved_at),
            time(user.disabled_at),
            user.role.as_str().into(),
            user.posting.visibility.code().into(),
            user.posting.sensitive.into(),
            user.posting.language.clone().into(),
            user.posting.quotes.code().into(),
            user.share_tagged.into(),
            user.locale.clone().into(),
            now.as_millis().into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// The private side of a local account, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock(&self, id: AccountId) -> Result<Option<User>> {
        let lock = dialect::for_update(self.db.backend);
        let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.account_id = $1{lock}");
        Ok(self.db.one::<UserRow>(sql, vec![id.0.into()]).await?.map(|row| row.0))
    }

    /// Stores how a person writes by default.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_posting(&self, id: AccountId, posting: &PostingDefaults) -> Result<()> {
        let sql = "UPDATE users SET default_visibility = $2, default_sensitive = $3, default_language = $4, \
                   default_quotes = $5 WHERE account_id = $1";
        let values = vec![
            id.0.into(),
            posting.visibility.code().into(),
            posting.sensitive.into(),
            posting.language.clone().into(),
            posting.quotes.code().into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Stores whether public tagged statuses are shared with peer networks.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_share_tagged(&self, id: AccountId, share: bool) -> Result<()> {
        let sql = "UPDATE users SET share_tagged = $2 WHERE account_id = $1";
        self.db.run(sql, vec![id.0.into(), share.into()]).await?;
        Ok(())
    }

    /// Gives other rights; `false` for accounts nobody signs in to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_role(&self, id: AccountId, role: UserRole) -> Result<bool> {
        let sql = "UPDATE users SET role = $2 WHERE account_id = $1";
        Ok(self.db.run(sql, vec![id.0.into(), role.as_str().into()]).await? > 0)
    }

    /// Switches sign-in off (`None`: on again); `false` for accounts nobody signs in to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_disabled(&self, id: AccountId, at: Option<Timestamp>) -> Result<bool> {
        let sql = "UPDATE users SET disabled_at = $2 WHERE account_id = $1";
        self.db.tell(News::AccessChanged(id));
        Ok(self.db.run(sql, vec![id.0.into(), at.map(Timestamp::as_millis).into()]).await? > 0)
    }

    /// Approves a person who waits for that; `false` where nobody does.
    ///
    /// # Errors
    /// The database failed.
    pub async fn approve(&self, id: AccountId, at: Timestamp) -> Result<bool> {
        let sql = "UPDATE users SET approved_at = $2 WHERE account_id = $1 AND approved_at IS NULL";
        Ok(self.db.run(sql, vec![id.0.into(), at.as_millis().into()]).await? > 0)
    }

    /// Notes that the address of a person is theirs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn confirm(&self, id: AccountId, at: Timestamp) -> Result<()> {
        let sql = "UPDATE users SET confirmed_at = $2 WHERE account_id = $1 AND confirmed_at IS NULL";
        self.db.run(sql, vec![id.0.into(), at.as_millis().into()]).await?;
        Ok(())
    }

    /// Stores another e-mail address. A taken one is a unique violation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_email(&self, id: AccountId, email: &str) -> Result<()> {
        let sql = "UPDATE users SET email = $2 WHERE account_id = $1";
        self.db.run(sql, vec![id.0.into(), email.into()]).await?;
        Ok(())
    }

    /// Stores a new password; whether there is such a user.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_password(&self, id: AccountId, password_hash: &str) -> Result<bool> {
        let sql = "UPDATE users SET password_hash = $2 WHERE account_id = $1";
        Ok(self.db.run(sql, vec![id.0.into(), password_hash.into()]).await? > 0)
    }

    /// Notes that a person was here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn touch(&self, id: AccountId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE users SET last_active_at = $2 WHERE account_id = $1";
        self.db.run(sql, vec![id.0.into(), now.as_millis().into()]).await?;
        Ok(())
    }

    /// Removes the private side: the address is free again, nobody can sign in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: AccountId) -> Result<()> {
        self.db.run("DELETE FROM users WHERE account_id = $1", vec![id.0.into()]).await?;
        Ok(())
    }
}
