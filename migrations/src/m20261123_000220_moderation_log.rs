//! The moderation log: entries are added at its end and never touched again, which each database sees to in its own form.
//! Accounts are named without a reference, so that nothing ever has to be changed for their sake.

use sea_orm_migration::prelude::{
    ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait,
};
use sea_orm_migration::sea_orm::DbBackend;

/// The one row of `moderation_log_head` is the end of the chain: who appends holds it.
const TABLES: &str = "
CREATE TABLE moderation_log (
    id {id},
    created_at BIGINT NOT NULL,
    account_id BIGINT,
    organisation_id BIGINT,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    target_id BIGINT,
    details TEXT NOT NULL,
    salt TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX moderation_log_organisation ON moderation_log (organisation_id, id);
CREATE INDEX moderation_log_kind ON moderation_log (kind, id);
CREATE TABLE moderation_log_head (
    id {id},
    entry_id BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO moderation_log_head (id, entry_id, hash)
    VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE moderation_log_signatures (
    entry_id {id},
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    key_uri TEXT NOT NULL,
    signature TEXT NOT NULL
)";

/// `REPLACE` deletes without asking the triggers for deletion, so those for insertion look as well.
const SQLITE: [&str; 9] = [
    "CREATE TRIGGER moderation_log_end BEFORE INSERT ON moderation_log
        WHEN EXISTS (SELECT 1 FROM moderation_log WHERE id >= NEW.id)
        BEGIN SELECT RAISE(ABORT, 'moderation_log: entries are added at the end alone'); END",
    "CREATE TRIGGER moderation_log_unchanged BEFORE UPDATE ON moderation_log
        BEGIN SELECT RAISE(ABORT, 'moderation_log: entries are never changed'); END",
    "CREATE TRIGGER moderation_log_kept BEFORE DELETE ON moderation_log
        BEGIN SELECT RAISE(ABORT, 'moderation_log: entries are never deleted'); END",
    "CREATE TRIGGER moderation_log_head_forward BEFORE UPDATE ON moderation_log_head
        WHEN NEW.id <> OLD.id OR NEW.entry_id <= OLD.entry_id
        BEGIN SELECT RAISE(ABORT, 'moderation_log_head: goes forward alone'); END",
    "CREATE TRIGGER moderation_log_head_once BEFORE INSERT ON moderation_log_head
        BEGIN SELECT RAISE(ABORT, 'moderation_log_head: there is one'); END",
    "CREATE TRIGGER moderation_log_head_kept BEFORE DELETE ON moderation_log_head
        BEGIN SELECT RAISE(ABORT, 'moderation_log_head: is never deleted'); END",
    "CREATE TRIGGER moderation_log_signatures_once BEFORE INSERT ON moderation_log_signatures
        WHEN EXISTS (SELECT 1 FROM moderation_log_signatures WHERE entry_id = NEW.entry_id)
        BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TRIGGER moderation_log_signatures_unchanged BEFORE UPDATE ON moderation_log_signatures
        BEGIN SELECT RAISE(ABORT, 'moderation_log_signatures: are never changed'); END",
    "CREATE TRIGGER moderation_log_signatures_kept BEFORE DELETE ON moderation_log_signatures
        BEGIN SELECT RAISE(ABORT, 'moderation_log_signatures: are never deleted'); END",
];

const POSTGRES: [&str; 9] = [
    "CREATE FUNCTION moderation_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '%: is never changed or deleted', TG_TABLE_NAME; END $$",
    "CREATE FUNCTION moderation_log_append() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM moderation_log WHERE id >= NEW.id) THEN
                RAISE EXCEPTION 'moderation_log: entries are added at the end alone';
            END IF;
            RETURN NEW;
        END $$",
    "CREATE FUNCTION moderation_log_go_forward() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.id <> OLD.id OR NEW.entry_id <= OLD.entry_id THEN
                RAISE EXCEPTION 'moderation_log_head: goes forward alone';
            END IF;
            RETURN NEW;
        END $$",
    "CREATE TRIGGER moderation_log_end BEFORE INSERT ON moderation_log
        FOR EACH ROW EXECUTE FUNCTION moderation_log_append()",
    "CREATE TRIGGER moderation_log_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON moderation_log
        FOR EACH STATEMENT EXECUTE FUNCTION moderation_log_refuse()",
    "CREATE TRIGGER moderation_log_head_forward BEFORE UPDATE ON moderation_log_head
        FOR EACH ROW EXECUTE FUNCTION moderation_log_go_forward()",
    "CREATE TRIGGER moderation_log_head_kept BEFORE DELETE OR TRUNCATE ON moderation_log_head
        FOR EACH STATEMENT EXECUTE FUNCTION moderation_log_refuse()",
    "CREATE TRIGGER moderation_log_signatures_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON moderation_log_signatures
        FOR EACH STATEMENT EXECUTE FUNCTION moderation_log_refuse()",
    "COMMENT ON TABLE moderation_log IS 'Only ever added to; see docs/moderation/log.md'",
];

/// This step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::sql::run(manager, TABLES).await?;
        let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
        for statement in if sqlite { &SQLITE[..] } else { &POSTGRES[..] } {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
