//! What people here asked authors elsewhere leave for, and the leave they got.

crate::sql::step!(
    "
CREATE TABLE interaction_requests (
    uri TEXT NOT NULL PRIMARY KEY,
    interaction SMALLINT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES statuses(id),
    made_id BIGINT NOT NULL,
    made_uri TEXT NOT NULL,
    visibility SMALLINT NOT NULL,
    rejected BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX interaction_requests_pair ON interaction_requests (account_id, target_id);
CREATE INDEX interaction_requests_target ON interaction_requests (target_id);
CREATE INDEX interaction_requests_made ON interaction_requests (made_id);
CREATE UNIQUE INDEX interaction_requests_once ON interaction_requests (account_id, target_id, interaction) WHERE interaction <> 1;
ALTER TABLE statuses ADD COLUMN approval_uri TEXT
"
);
