//! Reports: what somebody here or elsewhere finds wrong about an account and its statuses.

crate::sql::step!(
    "
CREATE TABLE reports (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    uri TEXT NOT NULL,
    category TEXT NOT NULL,
    comment TEXT NOT NULL,
    status_ids TEXT NOT NULL,
    forwarded BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    resolved_at BIGINT,
    resolved_by BIGINT REFERENCES accounts(id)
);
CREATE UNIQUE INDEX reports_uri ON reports (uri, target_id);
CREATE INDEX reports_target ON reports (target_id, id);
CREATE INDEX reports_open ON reports (id) WHERE resolved_at IS NULL;
ALTER TABLE accounts ADD COLUMN featured_fetched_at BIGINT
"
);
