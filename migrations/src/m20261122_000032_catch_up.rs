//! Catching up with peers: how far each feed was read, and what was missed of it.

crate::sql::step!(
    "
CREATE TABLE feed_cursors (
    account_id {id} REFERENCES accounts(id),
    next_page TEXT NOT NULL
);
CREATE TABLE feed_backlog (
    id {id},
    uri TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    host TEXT NOT NULL,
    attempts INTEGER NOT NULL
);
CREATE INDEX feed_backlog_host ON feed_backlog (host, id)
"
);
