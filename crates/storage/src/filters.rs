//! Filters, their keywords and statuses.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::filter::{Filter, FilterKeyword};
use staffroom_domain::ids::{AccountId, FilterId, FilterKeywordId, FilterStatusId, StatusId};

use crate::db::placeholders;
use crate::error::Result;

crate::db::noun!();

#[derive(FromQueryResult)]
struct FilterRow {
    id: i64,
    title: String,
    contexts: String,
    action: String,
    expires_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct KeywordRow {
    id: i64,
    filter_id: i64,
    keyword: String,
    whole_word: bool,
}

#[derive(FromQueryResult)]
struct StatusRow {
    id: i64,
    filter_id: i64,
    status_id: i64,
}

impl Reads<'_> {
    /// Filters of `owner` with keywords and statuses, oldest first; only `only` when given. Three queries, whatever
    /// their number. Index `filters_account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_of(&self, owner: AccountId, only: Option<FilterId>) -> Result<Vec<Filter>> {
        let mut values = vec![owner.0.into()];
        let condition = match only {
            Some(id) => {
                values.push(id.0.into());
                " AND id = $2"
            }
            None => "",
        };
        let sql = format!(
            "SELECT id, title, contexts, action, expires_at FROM filters WHERE account_id = $1{condition} ORDER BY id"
        );
        let rows = self.db.all::<FilterRow>(sql, values).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<sea_orm::Value> = rows.iter().map(|row| row.id.into()).collect();
        let list = placeholders(1, ids.len());
        let keywords = self
            .db
            .all::<KeywordRow>(
                format!(
                    "SELECT id, filter_id, keyword, whole_word FROM filter_keywords WHERE filter_id IN ({list}) ORDER BY id"
                ),
                ids.clone(),
            )
            .await?;
        let statuses = self
            .db
            .all::<StatusRow>(
                format!("SELECT id, filter_id, status_id FROM filter_statuses WHERE filter_id IN ({list}) ORDER BY id"),
                ids,
            )
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| Filter {
                id: FilterId(row.id),
                account_id: owner,
                title: row.title,
                contexts: row.contexts.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
                action: row.action,
                expires_at: row.expires_at.map(Timestamp),
                keywords: keywords
                    .iter()
                    .filter(|k| k.filter_id == row.id)
                    .map(|k| FilterKeyword {
                        id: FilterKeywordId(k.id),
                        keyword: k.keyword.clone(),
                        whole_word: k.whole_word,
                    })
                    .collect(),
                statuses: statuses
                    .iter()
                    .filter(|s| s.filter_id == row.id)
                    .map(|s| (FilterStatusId(s.id), StatusId(s.status_id)))
                    .collect(),
            })
            .collect())
    }

    /// The filter of `owner` a keyword belongs to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_keyword(&self, owner: AccountId, id: FilterKeywordId) -> Result<Option<FilterId>> {
        let sql = "SELECT f.id AS n FROM filters f JOIN filter_keywords k ON k.filter_id = f.id \
                   WHERE k.id = $1 AND f.account_id = $2";
        Ok(self.db.number(sql, vec![id.0.into(), owner.0.into()]).await?.map(FilterId))
    }

    /// The filter of `owner` a filtered status belongs to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_status(&self, owner: AccountId, id: FilterStatusId) -> Result<Option<FilterId>> {
        let sql = "SELECT f.id AS n FROM filters f JOIN filter_statuses s ON s.filter_id = f.id \
                   WHERE s.id = $1 AND f.account_id = $2";
        Ok(self.db.number(sql, vec![id.0.into(), owner.0.into()]).await?.map(FilterId))
    }
}

impl Writes<'_> {
    /// Adds a filter without keywords.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, filter: &Filter, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO filters (id, account_id, title, contexts, action, expires_at, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = vec![
            filter.id.0.into(),
            filter.account_id.0.into(),
            filter.title.clone().into(),
            filter.contexts.join(" ").into(),
            filter.action.clone().into(),
            filter.expires_at.map(|t| t.0).into(),
            now.0.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Changes a filter; keywords and statuses stay.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, filter: &Filter) -> Result<()> {
        let sql = "UPDATE filters SET title = $2, contexts = $3, action = $4, expires_at = $5 WHERE id = $1";
        let values = vec![
            filter.id.0.into(),
            filter.title.clone().into(),
            filter.contexts.join(" ").into(),
            filter.action.clone().into(),
            filter.expires_at.map(|t| t.0).into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Removes a filter with all that belongs to it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete(&self, id: FilterId) -> Result<()> {
        for table in ["filter_keywords", "filter_statuses"] {
            self.db.run(format!("DELETE FROM {table} WHERE filter_id = $1"), vec![id.0.into()]).await?;
        }
        self.db.run("DELETE FROM filters WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Adds keywords, or changes those that exist under the same id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_keywords(&self, filter: FilterId, keywords: &[FilterKeyword]) -> Result<()> {
        let rows = keywords
            .iter()
            .map(|k| vec![k.id.0.into(), filter.0.into(), k.keyword.clone().into(), k.whole_word.into()])
            .collect();
        self.db
            .insert_many(
                "INSERT INTO filter_keywords (id, filter_id, keyword, whole_word)",
                rows,
                "ON CONFLICT (id) DO UPDATE SET keyword = excluded.keyword, whole_word = excluded.whole_word",
            )
            .await?;
        Ok(())
    }

    /// Removes keywords of a filter.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_keywords(&self, filter: FilterId, ids: &[FilterKeywordId]) -> Result<()> {
        let mut values = vec![filter.0.into()];
        values.extend(ids.iter().map(|id| sea_orm::Value::from(id.0)));
        let list = placeholders(2, ids.len());
        self.db.run(format!("DELETE FROM filter_keywords WHERE filter_id = $1 AND id IN ({list})"), values).await?;
        Ok(())
    }

    /// Names a status in a filter; returns the id it has there (an earlier one if it was already named).
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_status(
        &self,
        id: FilterStatusId,
        filter: FilterId,
        status: StatusId,
    ) -> Result<Option<FilterStatusId>> {
        let sql = "INSERT INTO filter_statuses (id, filter_id, status_id) VALUES ($1, $2, $3) \
                   ON CONFLICT (filter_id, status_id) DO UPDATE SET filter_id = excluded.filter_id RETURNING id AS n";
        Ok(self.db.number(sql, vec![id.0.into(), filter.0.into(), status.0.into()]).await?.map(FilterStatusId))
    }

    /// Removes a status from its filter.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_status(&self, id: FilterStatusId) -> Result<()> {
        self.db.run("DELETE FROM filter_statuses WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }
}
