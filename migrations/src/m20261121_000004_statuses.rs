//! Statuses, their hashtags, mentions, versions and polls, and the timelines built from them.

crate::sql::step!(
    "
CREATE TABLE hashtags (
    id {id},
    name TEXT {bytewise} NOT NULL UNIQUE,
    display TEXT NOT NULL,
    last_status_at BIGINT
);
CREATE TABLE statuses (
    id {id},
    uri TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    local BOOLEAN NOT NULL,
    in_reply_to_id BIGINT,
    in_reply_to_account_id BIGINT,
    in_reply_to_uri TEXT,
    reblog_of BIGINT,
    thread_id BIGINT NOT NULL,
    content TEXT NOT NULL,
    text TEXT NOT NULL,
    spoiler_text TEXT NOT NULL,
    sensitive BOOLEAN NOT NULL,
    visibility SMALLINT NOT NULL,
    language TEXT,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    mentions TEXT NOT NULL,
    tags TEXT NOT NULL,
    emojis TEXT NOT NULL,
    media_ids TEXT NOT NULL,
    poll_id BIGINT,
    app_id BIGINT,
    replies_count BIGINT NOT NULL,
    reblogs_count BIGINT NOT NULL,
    favourites_count BIGINT NOT NULL
);
CREATE INDEX statuses_account ON statuses (account_id, id);
CREATE INDEX statuses_thread ON statuses (thread_id, id);
CREATE INDEX statuses_in_reply_to ON statuses (in_reply_to_id, id);
CREATE INDEX statuses_in_reply_to_uri ON statuses (in_reply_to_uri);
CREATE INDEX statuses_public ON statuses (id) WHERE visibility = 0 AND reblog_of IS NULL AND deleted_at IS NULL;
CREATE INDEX statuses_public_local ON statuses (id) WHERE visibility = 0 AND reblog_of IS NULL AND deleted_at IS NULL AND local;
CREATE UNIQUE INDEX statuses_one_reblog ON statuses (reblog_of, account_id) WHERE reblog_of IS NOT NULL AND deleted_at IS NULL;
CREATE TABLE status_tags (
    tag_id BIGINT NOT NULL REFERENCES hashtags(id),
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    PRIMARY KEY (tag_id, status_id)
) {clustered};
CREATE INDEX status_tags_status ON status_tags (status_id);
CREATE TABLE status_mentions (
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    silent BOOLEAN NOT NULL,
    PRIMARY KEY (status_id, account_id)
) {clustered};
CREATE INDEX status_mentions_account ON status_mentions (account_id, status_id);
CREATE TABLE status_versions (
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    created_at BIGINT NOT NULL,
    content TEXT NOT NULL,
    spoiler_text TEXT NOT NULL,
    sensitive BOOLEAN NOT NULL,
    media_ids TEXT NOT NULL,
    PRIMARY KEY (status_id, created_at)
) {clustered};
CREATE TABLE polls (
    id {id},
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    expires_at BIGINT,
    multiple BOOLEAN NOT NULL,
    hide_totals BOOLEAN NOT NULL,
    options TEXT NOT NULL,
    voters BIGINT NOT NULL
);
CREATE INDEX polls_status ON polls (status_id);
CREATE TABLE poll_votes (
    poll_id BIGINT NOT NULL REFERENCES polls(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    choice SMALLINT NOT NULL,
    PRIMARY KEY (poll_id, account_id, choice)
) {clustered};
CREATE TABLE home_entries (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    PRIMARY KEY (account_id, status_id)
) {clustered};
CREATE INDEX home_entries_status ON home_entries (status_id);
CREATE TABLE scheduled_statuses (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    scheduled_at BIGINT NOT NULL,
    draft TEXT NOT NULL
);
CREATE INDEX scheduled_statuses_account ON scheduled_statuses (account_id, id);
CREATE TABLE idempotency_keys (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    idempotency_key TEXT NOT NULL,
    status_id BIGINT,
    scheduled_id BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
) {clustered};
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
CREATE TABLE moderation_decisions (
    id {id},
    direction SMALLINT NOT NULL,
    subject_uri TEXT,
    account_id BIGINT,
    action TEXT NOT NULL,
    findings TEXT NOT NULL,
    created_at BIGINT NOT NULL
)
"
);
