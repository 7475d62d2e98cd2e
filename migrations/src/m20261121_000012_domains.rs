//! Which domains we speak with and how, and the follows that ended when one was suspended.

crate::sql::step!(
    "
CREATE TABLE domain_blocks (
    domain TEXT NOT NULL PRIMARY KEY,
    severity TEXT NOT NULL,
    reject_media BOOLEAN NOT NULL,
    reject_reports BOOLEAN NOT NULL,
    comment TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE domain_allows (
    domain TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);
CREATE TABLE severance_events (
    id {id},
    domain TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE severed_follows (
    event_id BIGINT NOT NULL REFERENCES severance_events(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    show_reblogs BOOLEAN NOT NULL,
    notify BOOLEAN NOT NULL,
    languages TEXT NOT NULL,
    PRIMARY KEY (event_id, account_id, target_id)
) {clustered};
ALTER TABLE accounts ADD COLUMN silenced_at BIGINT
"
);
