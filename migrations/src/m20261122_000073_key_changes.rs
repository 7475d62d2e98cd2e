//! When a host that was down or gone came back, and accounts that sign with other keys since.

crate::sql::step!(
    "
ALTER TABLE fed_hosts ADD COLUMN returned_at BIGINT;
CREATE TABLE key_changes (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    at BIGINT NOT NULL
)
"
);
