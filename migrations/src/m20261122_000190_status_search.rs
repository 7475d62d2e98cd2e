//! Finding statuses by their words: a full-text index in each database's own form, and a job that reads in what is there.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};
use sea_orm_migration::sea_orm::DbBackend;

/// `words` are folded by the program; marks that begin with `+` are its own. Nothing of the texts themselves is kept.
const SQLITE: &str = "CREATE VIRTUAL TABLE status_search USING fts5 \
    (words, content = '', contentless_delete = 1, tokenize = \"unicode61 remove_diacritics 0 tokenchars '+'\")";
const POSTGRES: &str = "CREATE TABLE status_search (rowid BIGINT NOT NULL PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX status_search_words ON status_search USING GIN (words)";
const READ_IN: &str = "INSERT INTO jobs (id, kind, payload, dedup_key, run_at, attempts, lease_until) \
    SELECT 190, 'index_statuses', '0', 'index_statuses', 0, 0, 0 WHERE EXISTS (SELECT 1 FROM statuses)";

/// This step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
        crate::sql::run(manager, if sqlite { SQLITE } else { POSTGRES }).await?;
        crate::sql::run(manager, READ_IN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
