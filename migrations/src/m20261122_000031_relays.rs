//! Relays: those we listen to, and the mark on follows by servers that use us as one.

crate::sql::step!(
    "
CREATE TABLE relays (
    id {id},
    url TEXT NOT NULL UNIQUE,
    actor_uri TEXT,
    follow_uri TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
ALTER TABLE follows ADD COLUMN relay BOOLEAN NOT NULL DEFAULT FALSE
"
);
