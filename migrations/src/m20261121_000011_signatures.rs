//! Several kinds of keys an account, and how each host wants requests signed.

crate::sql::step!(
    "
ALTER TABLE account_keys ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'rsa';
CREATE TABLE host_dialects (
    host TEXT NOT NULL PRIMARY KEY,
    dialect TEXT NOT NULL,
    until BIGINT NOT NULL
)
"
);
