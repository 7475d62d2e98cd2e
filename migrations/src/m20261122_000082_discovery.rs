//! Finding people and subjects: featured hashtags, suggestions somebody does not want, what is talked about now.

crate::sql::step!(
    "
CREATE TABLE featured_tags (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    tag_id BIGINT NOT NULL REFERENCES hashtags(id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX featured_tags_pair ON featured_tags (account_id, tag_id);
CREATE TABLE dismissed_suggestions (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    PRIMARY KEY (account_id, target_id)
) {clustered};
CREATE INDEX dismissed_suggestions_target ON dismissed_suggestions (target_id);
CREATE TABLE trends (
    kind TEXT NOT NULL,
    place BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    history TEXT NOT NULL,
    PRIMARY KEY (kind, place)
) {clustered};
CREATE INDEX accounts_directory_active ON accounts (last_status_at, id)
    WHERE discoverable AND suspended_at IS NULL AND deleted_at IS NULL AND silenced_at IS NULL;
CREATE INDEX accounts_directory_new ON accounts (id)
    WHERE discoverable AND suspended_at IS NULL AND deleted_at IS NULL AND silenced_at IS NULL;
CREATE INDEX accounts_directory_followed ON accounts (followers_count, id)
    WHERE discoverable AND suspended_at IS NULL AND deleted_at IS NULL AND silenced_at IS NULL
"
);
