//! Conversions that nobody heard of again: how often one was begun and neither done nor put off with its reason.

crate::sql::step!(
    "
ALTER TABLE media_attachments ADD COLUMN unanswered BIGINT NOT NULL DEFAULT 0
"
);
