//! Accounts that move: the other ids a person has, and where they went. Suspensions that their own server made.

crate::sql::step!(
    "
ALTER TABLE accounts ADD COLUMN also_known_as TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN moved_to TEXT;
ALTER TABLE accounts ADD COLUMN moved_at BIGINT;
ALTER TABLE accounts ADD COLUMN suspended_by_origin BOOLEAN NOT NULL DEFAULT FALSE
"
);
