//! Every place where SQLite and PostgreSQL differ, and nothing else.

use sea_orm::DbBackend;

/// Appended to a `SELECT` whose rows this transaction will change: PostgreSQL locks them, SQLite already has one
/// writer.
pub(crate) const fn for_update(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    }
}

/// Appended to a `SELECT` that claims work: PostgreSQL passes over rows another node is claiming.
pub(crate) const fn skip_locked(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// The function that says where its second text begins in its first, from 1; 0 where it does not.
pub(crate) const fn find(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "STRPOS",
        _ => "INSTR",
    }
}

/// An expression that keeps SQLite's planner from choosing an index on `column` (it would sort the whole history).
pub(crate) fn unindexed(backend: DbBackend, column: &str) -> String {
    match backend {
        DbBackend::Postgres => column.to_owned(),
        _ => format!("+{column}"),
    }
}
