//! Hashtag exchange: peers, published tags, what was announced, and which hosts a status reached.

crate::sql::step!(
    "
CREATE TABLE peers (
    id {id},
    url TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL UNIQUE,
    tags TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE published_tags (
    tag_id {id} REFERENCES hashtags(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    created_at BIGINT NOT NULL
);
CREATE TABLE tag_announces (
    status_id {id} REFERENCES statuses(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    uri TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX tag_announces_account ON tag_announces (account_id, status_id);
CREATE TABLE status_reach (
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    inbox_id BIGINT NOT NULL,
    PRIMARY KEY (status_id, inbox_id)
) {clustered}
"
);
