//! Runs a step written as plain SQL, with the few words replaced in which the two databases differ.

use sea_orm_migration::prelude::{ConnectionTrait, DbErr, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

/// Runs the `;`-separated statements of `script`.
///
/// `{bytewise}` makes a text column compare by bytes, as SQLite always does, so that a prefix is a range of its index;
/// `{id}` becomes a 63-bit integer primary key (SQLite's row id), `{blob}` the byte-string type, and
/// `{clustered}` asks SQLite to store the table in primary-key order; `{find}` is the function that says where one text
/// begins in another, from 1.
///
/// # Errors
/// The first statement the database refuses.
pub(crate) async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let (id, blob, clustered, bytewise, find) = if sqlite {
        ("INTEGER NOT NULL PRIMARY KEY", "BLOB", "WITHOUT ROWID", "", "INSTR")
    } else {
        ("BIGINT NOT NULL PRIMARY KEY", "BYTEA", "", "COLLATE \"C\"", "STRPOS")
    };
    let script = script.replace("{id}", id).replace("{blob}", blob).replace("{clustered}", clustered);
    let script = script.replace("{bytewise}", bytewise).replace("{find}", find);
    for statement in script.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Declares a migration named after its file that runs `$script`, in a transaction on both databases.
macro_rules! step {
    ($script:expr) => {
        /// This step.
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub(crate) struct Migration;

        #[sea_orm_migration::prelude::async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                crate::sql::run(manager, $script).await
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
pub(crate) use step;
