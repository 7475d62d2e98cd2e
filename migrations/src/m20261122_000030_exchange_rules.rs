//! Rules of the hashtag exchange: trust in peers, consent of authors, what is held and counted, hours of chats; an
//! announcement for each tag account that names a status.

crate::sql::step!(
    "
ALTER TABLE peers ADD COLUMN trust TEXT NOT NULL DEFAULT 'show';
ALTER TABLE peers ADD COLUMN is_hub BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE peers ADD COLUMN speaks_profile BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE peers ADD COLUMN catch_up_at BIGINT NOT NULL DEFAULT 0;
CREATE TABLE status_announces (
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    uri TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    undone_at BIGINT,
    PRIMARY KEY (status_id, account_id)
) {clustered};
INSERT INTO status_announces (status_id, account_id, uri, created_at, undone_at)
    SELECT status_id, account_id, uri, created_at, undone_at FROM tag_announces;
DROP TABLE tag_announces;
CREATE INDEX status_announces_account ON status_announces (account_id, status_id);
CREATE TABLE status_sharing (
    status_id {id} REFERENCES statuses(id),
    shared BOOLEAN NOT NULL
);
CREATE TABLE feed_items (
    status_id BIGINT NOT NULL REFERENCES statuses(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    host TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (status_id, account_id)
) {clustered};
CREATE INDEX feed_items_host ON feed_items (host);
CREATE TABLE held_feed_items (
    id {id},
    uri TEXT NOT NULL UNIQUE,
    author_uri TEXT NOT NULL,
    host TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    content TEXT NOT NULL,
    decision TEXT,
    created_at BIGINT NOT NULL
);
CREATE TABLE exchange_days (
    host TEXT NOT NULL,
    inbound BOOLEAN NOT NULL,
    day BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    left_out BIGINT NOT NULL,
    PRIMARY KEY (host, inbound, day)
) {clustered};
CREATE TABLE chat_hours (
    id {id},
    tag_id BIGINT NOT NULL REFERENCES hashtags(id),
    hours TEXT NOT NULL
)
"
);
