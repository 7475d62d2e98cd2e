//! Packs as they were installed, and whose key signed them.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, OrganisationId, RulePackId};
use staffroom_domain::organisation::Reach;
use staffroom_domain::rule_cycle::RulePack;
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{Reads, Writes, organisation, owner, seen_within, version};
use crate::error::Result;
use crate::page::keyset;

const COLUMNS: &str = "id, organisation_id, name, version, title, publisher, signed_with, signature, source, digest, \
     document, installed_by, installed_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    organisation_id: i64,
    name: String,
    version: i64,
    title: String,
    publisher: Option<String>,
    signed_with: Option<String>,
    signature: Option<String>,
    source: String,
    digest: String,
    document: String,
    installed_by: Option<i64>,
    installed_at: i64,
}

impl From<Row> for RulePack {
    fn from(row: Row) -> Self {
        Self {
            id: RulePackId(row.id),
            organisation: organisation(row.organisation_id),
            name: row.name,
            version: version(row.version),
            title: row.title,
            publisher: row.publisher,
            key: row.signed_with,
            signature: row.signature,
            source: row.source,
            digest: row.digest,
            document: row.document,
            installed_by: row.installed_by.map(AccountId),
            installed_at: Timestamp(row.installed_at),
        }
    }
}

#[derive(FromQueryResult)]
struct Text {
    text: String,
}

impl Reads<'_> {
    /// A pack as it was installed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pack(&self, id: RulePackId) -> Result<Option<RulePack>> {
        let sql = format!("SELECT {COLUMNS} FROM rule_packs WHERE id = $1");
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Into::into))
    }

    /// The newest version of a pack that its owner installed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest_pack(&self, owned: Option<OrganisationId>, name: &str) -> Result<Option<RulePack>> {
        // rule_packs_version
        let sql = format!(
            "SELECT {COLUMNS} FROM rule_packs WHERE organisation_id = $1 AND name = $2 ORDER BY version DESC LIMIT 1"
        );
        Ok(self.db.one::<Row>(sql, vec![owner(owned).into(), name.into()]).await?.map(Into::into))
    }

    /// What was installed by the organisations `reach` holds in and by the instance, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn packs(&self, reach: &Reach, page: &PageRequest) -> Result<Page<RulePack>> {
        let mut values: Vec<Value> = Vec::new();
        let seen = seen_within(reach, "organisation_id", &mut values);
        let (bounds, order) = keyset(page, "id", &mut values);
        // primary key
        let sql = format!("SELECT {COLUMNS} FROM rule_packs WHERE id > 0{seen}{bounds}{order}");
        let packs = self.db.all::<Row>(sql, values).await?.into_iter().map(RulePack::from).collect();
        Ok(Page::from_rows(packs, page, |pack: &RulePack| pack.id.0))
    }

    /// What the instance installed from a source that begins with one of `sources`, by name, the newest
    /// version of each first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn installed(&self, sources: &[&str]) -> Result<Vec<RulePack>> {
        let mut values: Vec<Value> = Vec::new();
        let like: Vec<String> = sources
            .iter()
            .map(|source| {
                values.push(format!("{source}%").into());
                format!("source LIKE ${}", values.len())
            })
            .collect();
        // rule_packs_version
        let sql = format!(
            "SELECT {COLUMNS} FROM rule_packs WHERE organisation_id = 0 AND ({}) ORDER BY name, version DESC",
            like.join(" OR ")
        );
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(Into::into).collect())
    }

    /// The key a publisher first signed with for this owner.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pinned_key(&self, owned: Option<OrganisationId>, publisher: &str) -> Result<Option<String>> {
        let sql = "SELECT signed_with AS text FROM rule_publishers WHERE organisation_id = $1 AND publisher = $2";
        let found = self.db.one::<Text>(sql, vec![owner(owned).into(), publisher.into()]).await?;
        Ok(found.map(|row| row.text))
    }
}

impl Writes<'_> {
    /// Keeps a pack. One of the same owner, name and version is replaced and keeps its id, which is returned.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_pack(&self, pack: &RulePack) -> Result<RulePackId> {
        let sql = format!(
            "INSERT INTO rule_packs ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             ON CONFLICT (organisation_id, name, version) DO UPDATE SET title = excluded.title, \
             publisher = excluded.publisher, signed_with = excluded.signed_with, signature = excluded.signature, \
             source = excluded.source, digest = excluded.digest, document = excluded.document, \
             installed_by = excluded.installed_by, installed_at = excluded.installed_at RETURNING id AS n"
        );
        let values = vec![
            pack.id.0.into(),
            owner(pack.organisation).into(),
            pack.name.as_str().into(),
            i64::from(pack.version).into(),
            pack.title.as_str().into(),
            pack.publisher.clone().into(),
            pack.key.clone().into(),
            pack.signature.clone().into(),
            pack.source.as_str().into(),
            pack.digest.as_str().into(),
            pack.document.as_str().into(),
            pack.installed_by.map(|id| id.0).into(),
            pack.installed_at.0.into(),
        ];
        Ok(self.db.number(sql, values).await?.map_or(pack.id, RulePackId))
    }

    /// Remembers the key of a publisher; one that is remembered stays.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pin_key(
        &self,
        owned: Option<OrganisationId>,
        publisher: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO rule_publishers (organisation_id, publisher, signed_with, pinned_at) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id, publisher) DO NOTHING";
        let values = vec![owner(owned).into(), publisher.into(), key.into(), now.0.into()];
        self.db.run(sql, values).await?;
        Ok(())
    }
}
