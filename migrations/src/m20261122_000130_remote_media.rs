//! Copies of files of other servers, and the pictures of pages that statuses link to.

crate::sql::step!(
    "
CREATE TABLE remote_media (
    digest TEXT NOT NULL PRIMARY KEY,
    path TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    fetched_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
) {clustered};
CREATE INDEX remote_media_used ON remote_media (used_at, bytes);
CREATE INDEX remote_media_fetched ON remote_media (fetched_at);
ALTER TABLE preview_cards ADD COLUMN image_url TEXT;
ALTER TABLE preview_cards ADD COLUMN image_description TEXT;
ALTER TABLE preview_cards ADD COLUMN image_width INTEGER;
ALTER TABLE preview_cards ADD COLUMN image_height INTEGER;
ALTER TABLE preview_cards ADD COLUMN image_blurhash TEXT
"
);
