//! Queries about who is on duty for organisations, and who may be told of what waits there.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::account::UserRole;
use staffroom_domain::cases::rota::{Turn, TurnKind};
use staffroom_domain::ids::{AccountId, OrganisationId, RotaTurnId};
use staffroom_domain::organisation::Role;

use crate::error::{Result, StorageError};

crate::db::noun!();

/// Most turns of an organisation listed.
const LISTED: i64 = 500;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    organisation_id: i64,
    account_id: i64,
    kind: String,
    from_at: i64,
    until_at: i64,
}

impl TryFrom<Row> for Turn {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: RotaTurnId(row.id),
            organisation: OrganisationId(row.organisation_id),
            account: AccountId(row.account_id),
            kind: TurnKind::parse(&row.kind).ok_or(StorageError::Corrupt { what: "rota_turns.kind" })?,
            from: Timestamp(row.from_at),
            until: Timestamp(row.until_at),
        })
    }
}

/// Somebody who deals with reports and cases, and can act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Whose account.
    pub account: AccountId,
    /// What they may do on the instance.
    pub rank: UserRole,
    /// What they may do in the organisation asked for.
    pub role: Option<Role>,
}

impl Reads<'_> {
    /// The turns of an organisation that are not over at `now`, the first first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn turns(&self, organisation: OrganisationId, now: Timestamp) -> Result<Vec<Turn>> {
        // rota_turns_organisation
        let sql = "SELECT id, organisation_id, account_id, kind, from_at, until_at FROM rota_turns \
                   WHERE organisation_id = $1 AND until_at > $2 ORDER BY until_at, id LIMIT +$3";
        let rows = self.db.all::<Row>(sql, vec![organisation.0.into(), now.0.into(), LISTED.into()]).await?;
        let mut turns = rows.into_iter().map(Turn::try_from).collect::<Result<Vec<_>>>()?;
        turns.sort_by_key(|turn| (turn.from, turn.id));
        Ok(turns)
    }

    /// The turn with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn turn(&self, id: RotaTurnId) -> Result<Option<Turn>> {
        let sql = "SELECT id, organisation_id, account_id, kind, from_at, until_at FROM rota_turns WHERE id = $1";
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Turn::try_from).transpose()
    }

    /// Who moderates or administers an organisation or the instance and can act, by account id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn staff(&self, organisation: OrganisationId) -> Result<Vec<Staff>> {
        #[derive(FromQueryResult)]
        struct Found {
            account_id: i64,
            rank: String,
            role: Option<String>,
        }
        // memberships_organisation; few people have a role on the instance
        let sql = "SELECT u.account_id, u.role AS rank, m.role AS role FROM users u \
                   JOIN accounts a ON a.id = u.account_id \
                   LEFT JOIN memberships m ON m.account_id = u.account_id AND m.organisation_id = $1 \
                   WHERE u.account_id IN (SELECT account_id FROM memberships WHERE organisation_id = $1 \
                   AND role IN ('moderator', 'admin') \
                   UNION SELECT account_id FROM users WHERE role IN ('moderator', 'admin')) \
                   AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND u.disabled_at IS NULL \
                   AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL ORDER BY u.account_id";
        let staff = |row: Found| Staff {
            account: AccountId(row.account_id),
            // An unknown word gives the least rights.
            rank: UserRole::parse(&row.rank).unwrap_or(UserRole::Member),
            role: row.role.as_deref().and_then(Role::parse),
        };
        Ok(self.db.all::<Found>(sql, vec![organisation.0.into()]).await?.into_iter().map(staff).collect())
    }

    /// The organisations each moderator and admin of one, who can act, deals with things in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn moderators(&self) -> Result<HashMap<AccountId, Vec<OrganisationId>>> {
        #[derive(FromQueryResult)]
        struct Found {
            account_id: i64,
            organisation_id: i64,
        }
        let sql = "SELECT m.account_id, m.organisation_id FROM memberships m JOIN accounts a ON a.id = m.account_id \
                   JOIN users u ON u.account_id = m.account_id WHERE m.role IN ('moderator', 'admin') \
                   AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND u.disabled_at IS NULL \
                   AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL \
                   ORDER BY m.account_id, m.organisation_id";
        let mut found: HashMap<AccountId, Vec<OrganisationId>> = HashMap::new();
        for row in self.db.all::<Found>(sql, vec![]).await? {
            found.entry(AccountId(row.account_id)).or_default().push(OrganisationId(row.organisation_id));
        }
        Ok(found)
    }
}

impl Reads<'_> {
    /// Those with a role on the whole instance, who can act.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_instance(&self) -> Result<Vec<AccountId>> {
        let sql = "SELECT u.account_id AS n FROM users u JOIN accounts a ON a.id = u.account_id \
                   WHERE u.role IN ('moderator', 'admin') AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
                   AND u.disabled_at IS NULL AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL \
                   ORDER BY u.account_id";
        Ok(self.db.numbers(sql, vec![]).await?.into_iter().map(AccountId).collect())
    }
}

impl Writes<'_> {
    /// Stores a turn.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, turn: &Turn) -> Result<()> {
        let head = "INSERT INTO rota_turns (id, organisation_id, account_id, kind, from_at, until_at)";
        let values = vec![
            turn.id.0.into(),
            turn.organisation.0.into(),
            turn.account.0.into(),
            turn.kind.as_str().into(),
            turn.from.0.into(),
            turn.until.0.into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Takes a turn off the rota; false when it is not there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: RotaTurnId) -> Result<bool> {
        Ok(self.db.run("DELETE FROM rota_turns WHERE id = $1", vec![id.0.into()]).await? > 0)
    }

    /// Removes turns that were over before `before`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_old(&self, before: Timestamp) -> Result<u64> {
        // rota_turns_until
        self.db.run("DELETE FROM rota_turns WHERE until_at < $1", vec![before.0.into()]).await
    }
}
