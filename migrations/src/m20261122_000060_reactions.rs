//! Emoji that people elsewhere put to a status.

crate::sql::step!(
    "
CREATE TABLE reactions (
    id {id},
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    name TEXT NOT NULL,
    picture_url TEXT,
    uri TEXT NOT NULL,
    favourite BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX reactions_once ON reactions (status_id, account_id, name);
CREATE INDEX reactions_account ON reactions (account_id)
"
);
