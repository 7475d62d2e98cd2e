//! What the instance knows about itself, and the organisations on it.

crate::sql::step!(
    "
CREATE TABLE instance_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE organisations (
    id {id},
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
"
);
