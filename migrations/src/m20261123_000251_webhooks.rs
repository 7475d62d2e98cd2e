//! Addresses of the operator's that are told of what happens, and the sealed secret what they are told is signed with.

crate::sql::step!(
    "
CREATE TABLE webhooks (
    id {id},
    url TEXT NOT NULL UNIQUE,
    events TEXT NOT NULL,
    secret_sealed {blob} NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
)
"
);
