//! Attachments nobody shows any more: their files answer 404 at once and are removed by the next sweep.

crate::sql::step!(
    "
ALTER TABLE media_attachments ADD COLUMN detached_at BIGINT;
CREATE INDEX media_local_path ON media_attachments (local_path) WHERE local_path IS NOT NULL;
CREATE INDEX media_preview_path ON media_attachments (preview_path) WHERE preview_path IS NOT NULL;
CREATE INDEX media_free ON media_attachments (created_at) WHERE status_id IS NULL AND scheduled_id IS NULL;
"
);
