//! Queries about organisations and who belongs to them.

use sea_orm::{DbErr, FromQueryResult, QueryResult, Value};
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::names::school_key;
use staffroom_domain::organisation::{Membership, Organisation, OrganisationView, Reach, Role};
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::db::in_list;
use crate::dialect;
use crate::error::Result;
use crate::page::keyset;

crate::db::noun!();

/// Admins who can act as that, as `m`.
const ACTING: &str = "memberships m JOIN accounts a ON a.id = m.account_id JOIN users u ON u.account_id = m.account_id \
     WHERE m.role = 'admin' AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND u.disabled_at IS NULL \
     AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL";

const COLUMNS: &str = "o.id AS id, o.slug AS slug, o.name AS name, o.created_at AS created_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    slug: String,
    name: String,
    created_at: i64,
}

impl From<Row> for Organisation {
    fn from(row: Row) -> Self {
        Self { id: OrganisationId(row.id), slug: row.slug, name: row.name, created_at: Timestamp(row.created_at) }
    }
}

struct ViewRow(OrganisationView);

impl FromQueryResult for ViewRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let role = row.try_get::<Option<String>>(pre, "role")?.map(|word| role_of(&word));
        Ok(Self(OrganisationView { organisation: Row::from_query_result(row, pre)?.into(), role }))
    }
}

struct MemberRow(Membership);

impl FromQueryResult for MemberRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let role = role_of(&row.try_get::<String>("m_", "role")?);
        Ok(Self(Membership { account: AccountRow::from_query_result(row, pre)?.0, role }))
    }
}

/// An unknown word gives the least rights.
fn role_of(word: &str) -> Role {
    Role::parse(word).unwrap_or(Role::Member)
}

/// ` AND …`: `column`, the school an account belongs to, is one a right reaches.
pub(crate) fn within(reach: &Reach, column: &str, values: &mut Vec<Value>) -> String {
    match reach {
        Reach::Everywhere => String::new(),
        Reach::Within(ids) => format!(" AND {column} IN ({})", in_list(values, ids.iter().map(|id| id.0))),
    }
}

impl Reads<'_> {
    /// The organisation with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: OrganisationId) -> Result<Option<Organisation>> {
        let sql = format!("SELECT {COLUMNS} FROM organisations o WHERE o.id = $1");
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Into::into))
    }

    /// The organisation with this short name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_slug(&self, slug: &str) -> Result<Option<Organisation>> {
        let sql = format!("SELECT {COLUMNS} FROM organisations o WHERE o.slug = $1");
        Ok(self.db.one::<Row>(sql, vec![slug.into()]).await?.map(Into::into))
    }

    /// The instance's first organisation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn first(&self) -> Result<Option<Organisation>> {
        let sql = format!("SELECT {COLUMNS} FROM organisations o ORDER BY o.id LIMIT 1");
        Ok(self.db.one::<Row>(sql, vec![]).await?.map(Into::into))
    }

    /// The organisations `reach` holds in, with the role `viewer` has there, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        reach: &Reach,
        viewer: Option<AccountId>,
        page: &PageRequest,
    ) -> Result<Page<OrganisationView>> {
        let mut values: Vec<Value> = vec![viewer.map(|id| id.0).into()];
        let reached = within(reach, "o.id", &mut values);
        let (bounds, order) = keyset(page, "o.id", &mut values);
        // primary keys
        let sql = format!(
            "SELECT {COLUMNS}, m.role AS role FROM organisations o \
             LEFT JOIN memberships m ON m.organisation_id = o.id AND m.account_id = $1 \
             WHERE 1 = 1{reached}{bounds}{order}"
        );
        let rows = self.db.all::<ViewRow>(sql, values).await?.into_iter().map(|row| row.0).collect();
        Ok(Page::from_rows(rows, page, |view: &OrganisationView| view.organisation.id.0))
    }

    /// What an account may do, organisation by organisation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn roles(&self, account: AccountId) -> Result<Vec<(OrganisationId, Role)>> {
        #[derive(FromQueryResult)]
        struct Held {
            organisation_id: i64,
            role: String,
        }
        let sql = "SELECT organisation_id, role FROM memberships WHERE account_id = $1";
        let rows = self.db.all::<Held>(sql, vec![account.0.into()]).await?;
        Ok(rows.into_iter().map(|row| (OrganisationId(row.organisation_id), role_of(&row.role))).collect())
    }

    /// What an account may do in an organisation; `None` when it has no role there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn role(&self, account: AccountId, organisation: OrganisationId) -> Result<Option<Role>> {
        let held = self.roles(account).await?;
        Ok(held.into_iter().find(|(id, _)| *id == organisation).map(|(_, role)| role))
    }

    /// Who has a role in an organisation, the newest accounts first; deleted ones and those that wait for approval are
    /// left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn members(&self, organisation: OrganisationId, page: &PageRequest) -> Result<Page<Membership>> {
        let mut values: Vec<Value> = vec![organisation.0.into()];
        let (bounds, order) = keyset(page, "m.account_id", &mut values);
        // memberships_organisation
        let sql = format!(
            "SELECT {ACCOUNT}, m.role AS m_role FROM memberships m JOIN accounts a ON a.id = m.account_id \
             JOIN users u ON u.account_id = m.account_id \
             WHERE m.organisation_id = $1 AND a.deleted_at IS NULL AND u.approved_at IS NOT NULL{bounds}{order}"
        );
        let rows = self.db.all::<MemberRow>(sql, values).await?.into_iter().map(|row| row.0).collect();
        Ok(Page::from_rows(rows, page, |member: &Membership| member.account.id.0))
    }

    /// The people whose accounts belong to an organisation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn people(&self, organisation: OrganisationId) -> Result<Vec<AccountId>> {
        // accounts_organisation
        let sql = "SELECT a.id AS n FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.organisation_id = $1 \
                   AND a.deleted_at IS NULL AND u.approved_at IS NOT NULL";
        Ok(self.db.numbers(sql, vec![organisation.0.into()]).await?.into_iter().map(AccountId).collect())
    }

    /// Whether somebody other than `account` is admin of an organisation, and can act as that.
    ///
    /// # Errors
    /// The database failed.
    pub async fn has_another_admin(&self, organisation: OrganisationId, account: AccountId) -> Result<bool> {
        // memberships_organisation
        let sql =
            format!("SELECT m.account_id AS n FROM {ACTING} AND m.organisation_id = $1 AND m.account_id <> $2 LIMIT 1");
        Ok(self.db.number(sql, vec![organisation.0.into(), account.0.into()]).await?.is_some())
    }

    /// Organisations that have no admin who can act but `account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn resting_on(&self, account: AccountId) -> Result<Vec<OrganisationId>> {
        // memberships_organisation, primary key
        let sql = format!(
            "SELECT m.organisation_id AS n FROM {ACTING} AND m.organisation_id IN \
             (SELECT organisation_id FROM memberships WHERE account_id = $1 AND role = 'admin') \
             GROUP BY m.organisation_id HAVING COUNT(*) = 1 AND MIN(m.account_id) = $1"
        );
        let found = self.db.numbers(sql, vec![account.0.into()]).await?;
        Ok(found.into_iter().map(OrganisationId).collect())
    }
}

impl Writes<'_> {
    /// Stores a new organisation.
    ///
    /// # Errors
    /// The database failed; a taken slug is a unique violation.
    pub async fn insert(&self, organisation: &Organisation) -> Result<()> {
        let values = vec![
            organisation.id.0.into(),
            organisation.slug.clone().into(),
            organisation.name.clone().into(),
            organisation.created_at.as_millis().into(),
            school_key(&organisation.name).into(),
        ];
        let head = "INSERT INTO organisations (id, slug, name, created_at, name_key)";
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Keeps others from changing who belongs to an organisation until this transaction ends; false when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock(&self, id: OrganisationId) -> Result<bool> {
        let lock = dialect::for_update(self.db.backend);
        let sql = format!("SELECT o.id AS n FROM organisations o WHERE o.id = $1{lock}");
        Ok(self.db.number(sql, vec![id.0.into()]).await?.is_some())
    }

    /// Locks the organisations an account is admin of in the same way; returns them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock_administered(&self, account: AccountId) -> Result<Vec<OrganisationId>> {
        let lock = dialect::for_update(self.db.backend);
        // In order of their ids: then nobody waits in a circle.
        let sql = format!(
            "SELECT o.id AS n FROM organisations o WHERE o.id IN \
             (SELECT organisation_id FROM memberships WHERE account_id = $1 AND role = 'admin') ORDER BY o.id{lock}"
        );
        let found = self.db.numbers(sql, vec![account.0.into()]).await?;
        Ok(found.into_iter().map(OrganisationId).collect())
    }

    /// Gives an organisation another name and short name.
    ///
    /// # Errors
    /// The database failed; a taken slug is a unique violation.
    pub async fn rename(&self, organisation: &Organisation) -> Result<()> {
        let sql = "UPDATE organisations SET name = $2, slug = $3, name_key = $4 WHERE id = $1";
        let (name, slug) = (organisation.name.as_str(), organisation.slug.as_str());
        let key = school_key(name);
        self.db.run(sql, vec![organisation.id.0.into(), name.into(), slug.into(), key.into()]).await?;
        Ok(())
    }

    /// Makes an account a member, or changes its role.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_role(
        &self,
        account: AccountId,
        organisation: OrganisationId,
        role: Role,
        now: Timestamp,
    ) -> Result<()> {
        let head = "INSERT INTO memberships (account_id, organisation_id, role, created_at)";
        let values = vec![account.0.into(), organisation.0.into(), role.as_str().into(), now.as_millis().into()];
        let tail = "ON CONFLICT (account_id, organisation_id) DO UPDATE SET role = excluded.role";
        self.db.insert_many(head, vec![values], tail).await?;
        Ok(())
    }

    /// Takes the role an account has in an organisation; false when it has none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn take_role(&self, account: AccountId, organisation: OrganisationId) -> Result<bool> {
        let sql = "DELETE FROM memberships WHERE account_id = $1 AND organisation_id = $2";
        Ok(self.db.run(sql, vec![account.0.into(), organisation.0.into()]).await? > 0)
    }

    /// Makes an account one of another school.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_school(&self, account: AccountId, organisation: OrganisationId) -> Result<()> {
        let sql = "UPDATE accounts SET organisation_id = $2 WHERE id = $1";
        self.db.run(sql, vec![account.0.into(), organisation.0.into()]).await?;
        Ok(())
    }

    /// Ends all memberships of an account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_member(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM memberships WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
