//! Ids of follows that are used again once the follow ended: when what came was signed, from which signature date on the
//! id counts anew, and what ended it.

crate::sql::step!(
    "
ALTER TABLE seen_activities ADD COLUMN signed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seen_activities ADD COLUMN returns_after BIGINT;
ALTER TABLE seen_activities ADD COLUMN ended_by {blob}
"
);
