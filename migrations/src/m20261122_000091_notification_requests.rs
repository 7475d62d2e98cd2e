//! Which notifications are kept apart, from whom, and whom one lets through. Handling: 0 accepts, 1 keeps apart, 2 drops.

crate::sql::step!(
    "
ALTER TABLE notifications ADD COLUMN filtered BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE notification_policies (
    account_id {id} REFERENCES accounts(id),
    for_not_following BIGINT NOT NULL,
    for_not_followers BIGINT NOT NULL,
    for_new_accounts BIGINT NOT NULL,
    for_private_mentions BIGINT NOT NULL,
    for_limited_accounts BIGINT NOT NULL
);
CREATE TABLE notification_requests (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    from_account_id BIGINT NOT NULL REFERENCES accounts(id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notification_requests_pair ON notification_requests (account_id, from_account_id);
CREATE INDEX notification_requests_account ON notification_requests (account_id, id);
CREATE TABLE notification_permissions (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    from_account_id BIGINT NOT NULL REFERENCES accounts(id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, from_account_id)
) {clustered}
"
);
