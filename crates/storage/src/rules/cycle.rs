//! Rules and their versions.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, OrganisationId, RuleId, RulePackId};
use staffroom_domain::organisation::Reach;
use staffroom_domain::rule_cycle::{ActiveRule, ModerationRule, RuleScope, RuleState, RuleVersion};
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{Reads, Writes, organisation, owner, seen_within, version};
use crate::error::{Result, StorageError};
use crate::page::keyset;

const COLUMNS: &str = "r.id, r.organisation_id, r.name, r.known_as, r.pack, r.place, r.scope, r.state, r.version, \
     r.enforced_version, r.previous_version, r.review_at, r.changed_by, r.created_at, r.changed_at, v.definition";

const FROM: &str = "moderation_rules r JOIN moderation_rule_versions v ON v.rule_id = r.id AND v.version = r.version";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    organisation_id: i64,
    name: String,
    known_as: String,
    pack: Option<String>,
    place: i64,
    scope: String,
    state: String,
    version: i64,
    enforced_version: Option<i64>,
    previous_version: Option<i64>,
    review_at: Option<i64>,
    changed_by: Option<i64>,
    created_at: i64,
    changed_at: i64,
    definition: String,
}

impl TryFrom<Row> for ModerationRule {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |what| StorageError::Corrupt { what };
        Ok(Self {
            id: RuleId(row.id),
            organisation: organisation(row.organisation_id),
            name: row.name,
            known_as: row.known_as,
            pack: row.pack,
            position: row.place,
            scope: RuleScope::parse(&row.scope).ok_or(corrupt("moderation_rules.scope"))?,
            state: RuleState::parse(&row.state).ok_or(corrupt("moderation_rules.state"))?,
            version: version(row.version),
            enforced_version: row.enforced_version.map(version),
            previous_version: row.previous_version.map(version),
            review_at: row.review_at.map(Timestamp),
            changed_by: row.changed_by.map(AccountId),
            created_at: Timestamp(row.created_at),
            changed_at: Timestamp(row.changed_at),
            definition: row.definition,
        })
    }
}

#[derive(FromQueryResult)]
struct VersionRow {
    rule_id: i64,
    version: i64,
    pack_id: Option<i64>,
    definition: String,
    created_by: Option<i64>,
    created_at: i64,
}

impl From<VersionRow> for RuleVersion {
    fn from(row: VersionRow) -> Self {
        Self {
            rule: RuleId(row.rule_id),
            version: version(row.version),
            pack: row.pack_id.map(RulePackId),
            definition: row.definition,
            created_by: row.created_by.map(AccountId),
            created_at: Timestamp(row.created_at),
        }
    }
}

#[derive(FromQueryResult)]
struct ActiveRow {
    organisation_id: i64,
    name: String,
    known_as: String,
    pack: Option<String>,
    scope: String,
    enforced_version: Option<i64>,
    version: i64,
    definition: String,
    pack_version: Option<i64>,
    pack_title: Option<String>,
}

/// A rule to be kept with its first version.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// The rule, its definition in it.
    pub rule: ModerationRule,
    /// The pack it comes with.
    pub pack: Option<RulePackId>,
}

impl Reads<'_> {
    /// A rule with its newest version.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: RuleId) -> Result<Option<ModerationRule>> {
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE r.id = $1");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(ModerationRule::try_from).transpose()
    }

    /// Rules of the organisations `reach` holds in and of the instance, newest first; those in `state` and of `owned`
    /// alone, if given.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        reach: &Reach,
        state: Option<RuleState>,
        owned: Option<Option<OrganisationId>>,
        page: &PageRequest,
    ) -> Result<Page<ModerationRule>> {
        let mut values: Vec<Value> = Vec::new();
        let mut more = seen_within(reach, "r.organisation_id", &mut values);
        if let Some(state) = state {
            values.push(state.as_str().into());
            more.push_str(&format!(" AND r.state = ${}", values.len()));
        }
        if let Some(owned) = owned {
            values.push(owner(owned).into());
            more.push_str(&format!(" AND r.organisation_id = ${}", values.len()));
        }
        let (bounds, order) = keyset(page, "r.id", &mut values);
        // moderation_rules_organisation, primary keys
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE r.id > 0{more}{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let rules = rows.into_iter().map(ModerationRule::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page::from_rows(rules, page, |rule: &ModerationRule| rule.id.0))
    }

    /// All rules of an owner, in no particular order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_owner(&self, owned: Option<OrganisationId>) -> Result<Vec<ModerationRule>> {
        // moderation_rules_organisation
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE r.organisation_id = $1");
        let rows = self.db.all::<Row>(sql, vec![owner(owned).into()]).await?;
        rows.into_iter().map(ModerationRule::try_from).collect()
    }

    /// The rules that run, each in the versions that do.
    ///
    /// # Errors
    /// The database failed.
    pub async fn active(&self) -> Result<Vec<ActiveRule>> {
        // moderation_rules_active
        let sql = "SELECT r.organisation_id, r.name, r.known_as, r.pack, r.scope, r.enforced_version, v.version, \
                   v.definition, p.version AS pack_version, p.title AS pack_title FROM moderation_rules r \
                   JOIN moderation_rule_versions v ON v.rule_id = r.id AND (v.version = r.enforced_version \
                   OR (v.version = r.version AND r.state IN ('shadow', 'enforce'))) \
                   LEFT JOIN rule_packs p ON p.id = v.pack_id \
                   WHERE r.state IN ('shadow', 'enforce') OR r.enforced_version IS NOT NULL \
                   ORDER BY r.organisation_id, r.place, r.id, v.version";
        let active = |row: ActiveRow| {
            let is_enforced = row.enforced_version == Some(row.version);
            Ok(ActiveRule {
                organisation: organisation(row.organisation_id),
                name: row.name,
                known_as: row.known_as,
                pack: row.pack,
                pack_version: row.pack_version.map(version),
                pack_title: row.pack_title,
                scope: RuleScope::parse(&row.scope).ok_or(StorageError::Corrupt { what: "moderation_rules.scope" })?,
                is_enforced,
                is_candidate: !is_enforced && row.enforced_version.is_some(),
                version: version(row.version),
                definition: row.definition,
            })
        };
        self.db.all::<ActiveRow>(sql, vec![]).await?.into_iter().map(active).collect()
    }

    /// Versions of a rule, newest first, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn versions(&self, rule: RuleId, limit: u64) -> Result<Vec<RuleVersion>> {
        let sql = "SELECT rule_id, version, pack_id, definition, created_by, created_at FROM moderation_rule_versions \
                   WHERE rule_id = $1 ORDER BY version DESC LIMIT +$2";
        let values = vec![rule.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        Ok(self.db.all::<VersionRow>(sql, values).await?.into_iter().map(Into::into).collect())
    }

    /// One version of a rule.
    ///
    /// # Errors
    /// The database failed.
    pub async fn version(&self, rule: RuleId, number: u32) -> Result<Option<RuleVersion>> {
        let sql = "SELECT rule_id, version, pack_id, definition, created_by, created_at FROM moderation_rule_versions \
                   WHERE rule_id = $1 AND version = $2";
        let values = vec![rule.0.into(), i64::from(number).into()];
        Ok(self.db.one::<VersionRow>(sql, values).await?.map(Into::into))
    }

    /// Whether a version of a rule was in force before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn was_in_force(&self, rule: RuleId, number: u32) -> Result<bool> {
        let sql =
            "SELECT COUNT(*) AS n FROM moderation_rule_versions WHERE rule_id = $1 AND version = $2 AND was_in_force";
        let values = vec![rule.0.into(), i64::from(number).into()];
        Ok(self.db.number(sql, values).await?.unwrap_or_default() > 0)
    }
}

impl Writes<'_> {
    /// Keeps new rules, each with its first version.
    ///
    /// # Errors
    /// The database failed; a name that is taken is a unique violation.
    pub async fn insert(&self, new: &[NewRule]) -> Result<()> {
        let rules = new.iter().map(|NewRule { rule, .. }| {
            vec![
                rule.id.0.into(),
                owner(rule.organisation).into(),
                rule.name.as_str().into(),
                rule.known_as.as_str().into(),
                rule.pack.clone().into(),
                rule.position.into(),
                rule.scope.to_text().into(),
                rule.state.as_str().into(),
                i64::from(rule.version).into(),
                rule.enforced_version.map(i64::from).into(),
                rule.previous_version.map(i64::from).into(),
                rule.review_at.map(|at| at.0).into(),
                rule.changed_by.map(|id| id.0).into(),
                rule.created_at.0.into(),
                rule.changed_at.0.into(),
            ]
        });
        let head = "INSERT INTO moderation_rules (id, organisation_id, name, known_as, pack, place, scope, state, version, \
                    enforced_version, previous_version, review_at, changed_by, created_at, changed_at)";
        self.db.insert_many(head, rules.collect(), "").await?;
        let versions = new.iter().map(|NewRule { rule, pack }| {
            version_values(&RuleVersion {
                rule: rule.id,
                version: rule.version,
                pack: *pack,
                definition: rule.definition.clone(),
                created_by: rule.changed_by,
                created_at: rule.changed_at,
            })
        });
        self.insert_versions(versions.collect()).await
    }

    /// Keeps further versions of rules.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_versions(&self, versions: &[RuleVersion]) -> Result<()> {
        self.insert_versions(versions.iter().map(version_values).collect()).await
    }

    async fn insert_versions(&self, rows: Vec<Vec<Value>>) -> Result<()> {
        let head =
            "INSERT INTO moderation_rule_versions (rule_id, version, pack_id, definition, created_by, created_at)";
        self.db.insert_many(head, rows, "").await?;
        Ok(())
    }

    /// Keeps where a rule stands; what it says is in its versions.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, rule: &ModerationRule) -> Result<()> {
        let sql = "UPDATE moderation_rules SET place = $2, scope = $3, state = $4, version = $5, enforced_version = $6, \
                   previous_version = $7, review_at = $8, changed_by = $9, changed_at = $10, pack = $11 WHERE id = $1";
        let values = vec![
            rule.id.0.into(),
            rule.position.into(),
            rule.scope.to_text().into(),
            rule.state.as_str().into(),
            i64::from(rule.version).into(),
            rule.enforced_version.map(i64::from).into(),
            rule.previous_version.map(i64::from).into(),
            rule.review_at.map(|at| at.0).into(),
            rule.changed_by.map(|id| id.0).into(),
            rule.changed_at.0.into(),
            rule.pack.clone().into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Keeps that a version of a rule was in force.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_was_in_force(&self, rule: RuleId, number: u32) -> Result<()> {
        let sql = "UPDATE moderation_rule_versions SET was_in_force = TRUE WHERE rule_id = $1 AND version = $2";
        self.db.run(sql, vec![rule.0.into(), i64::from(number).into()]).await?;
        Ok(())
    }
}

fn version_values(version: &RuleVersion) -> Vec<Value> {
    vec![
        version.rule.0.into(),
        i64::from(version.version).into(),
        version.pack.map(|id| id.0).into(),
        version.definition.as_str().into(),
        version.created_by.map(|id| id.0).into(),
        version.created_at.0.into(),
    ]
}
