//! Videos and sounds: what waits to be converted, what became of it, how long and how fast they are.

crate::sql::step!(
    "
ALTER TABLE media_attachments ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE media_attachments ADD COLUMN problem TEXT;
ALTER TABLE media_attachments ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media_attachments ADD COLUMN lease_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media_attachments ADD COLUMN duration_ms BIGINT;
ALTER TABLE media_attachments ADD COLUMN frame_rate TEXT;
ALTER TABLE media_attachments ADD COLUMN bits_per_sec BIGINT;
CREATE INDEX media_waiting ON media_attachments (id) WHERE state = 1
"
);
