//! Custom emoji of this instance.

crate::sql::step!(
    "
CREATE TABLE custom_emojis (
    id {id},
    shortcode TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    category TEXT,
    in_picker BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
)
"
);
