//! How accounts stand to each other and to statuses.

crate::sql::step!(
    "
CREATE TABLE follows (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    uri TEXT NOT NULL UNIQUE,
    accepted BOOLEAN NOT NULL,
    show_reblogs BOOLEAN NOT NULL,
    notify BOOLEAN NOT NULL,
    languages TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX follows_pair ON follows (account_id, target_id);
CREATE INDEX follows_target ON follows (target_id, accepted, id);
CREATE INDEX follows_account ON follows (account_id, accepted, id);
CREATE TABLE blocks (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    uri TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX blocks_pair ON blocks (account_id, target_id);
CREATE INDEX blocks_target ON blocks (target_id, account_id);
CREATE TABLE mutes (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    notifications BOOLEAN NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mutes_pair ON mutes (account_id, target_id);
CREATE TABLE favourites (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    uri TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX favourites_pair ON favourites (account_id, status_id);
CREATE INDEX favourites_status ON favourites (status_id, id);
CREATE TABLE bookmarks (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bookmarks_pair ON bookmarks (account_id, status_id);
CREATE TABLE pins (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, status_id)
) {clustered};
CREATE TABLE thread_mutes (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    thread_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, thread_id)
) {clustered};
CREATE TABLE tag_follows (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    tag_id BIGINT NOT NULL REFERENCES hashtags(id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tag_follows_pair ON tag_follows (account_id, tag_id);
CREATE INDEX tag_follows_tag ON tag_follows (tag_id, account_id)
"
);
