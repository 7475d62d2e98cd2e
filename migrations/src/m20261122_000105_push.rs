//! Where clients' devices are told of notifications. What belongs to the client alone (its secret, its token) is sealed.

crate::sql::step!(
    "
CREATE TABLE push_subscriptions (
    id {id},
    token_id BIGINT NOT NULL UNIQUE REFERENCES tokens(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    endpoint TEXT NOT NULL,
    public_key {blob} NOT NULL,
    secrets_sealed {blob} NOT NULL,
    standard BOOLEAN NOT NULL,
    alerts TEXT NOT NULL,
    policy TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_account ON push_subscriptions (account_id)
"
);
