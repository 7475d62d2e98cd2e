//! Polls of other servers: their counts as told there, and when.

crate::sql::step!(
    "
ALTER TABLE polls ADD COLUMN tallies TEXT;
ALTER TABLE polls ADD COLUMN counted_at BIGINT
"
);
