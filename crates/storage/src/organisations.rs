//! Queries about organisations and who belongs to them.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::organisation::{Organisation, Role};

use crate::error::Result;

crate::db::noun!();

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

impl Reads<'_> {
    /// The organisation with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: OrganisationId) -> Result<Option<Organisation>> {
        let sql = "SELECT id, slug, name, created_at FROM organisations WHERE id = $1";
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Into::into))
    }

    /// The instance's first organisation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn first(&self) -> Result<Option<Organisation>> {
        let sql = "SELECT id, slug, name, created_at FROM organisations ORDER BY id LIMIT 1";
        Ok(self.db.one::<Row>(sql, vec![]).await?.map(Into::into))
    }

    /// What an account may do in an organisation; `None` when it is no member.
    ///
    /// # Errors
    /// The database failed.
    pub async fn role(&self, account: AccountId, organisation: OrganisationId) -> Result<Option<Role>> {
        #[derive(FromQueryResult)]
        struct Row {
            role: String,
        }
        let sql = "SELECT role FROM memberships WHERE account_id = $1 AND organisation_id = $2";
        let row = self.db.one::<Row>(sql, vec![account.0.into(), organisation.0.into()]).await?;
        // An unknown word gives the least rights.
        Ok(row.map(|row| Role::parse(&row.role).unwrap_or(Role::Member)))
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
        ];
        self.db.insert_many("INSERT INTO organisations (id, slug, name, created_at)", vec![values], "").await?;
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

    /// Ends all memberships of an account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_member(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM memberships WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
