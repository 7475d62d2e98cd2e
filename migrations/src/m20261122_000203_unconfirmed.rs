//! People who have not confirmed their address are found by the time they asked for an account.

crate::sql::step!(
    "
CREATE INDEX users_unconfirmed ON users (account_id, created_at) WHERE confirmed_at IS NULL
"
);
