//! Accounts, the private side of local ones, memberships, keys and media.

crate::sql::step!(
    "
CREATE TABLE accounts (
    id {id},
    uri TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    username TEXT NOT NULL,
    domain TEXT,
    handle_key TEXT {bytewise} NOT NULL UNIQUE,
    kind SMALLINT NOT NULL,
    display_name TEXT NOT NULL,
    note TEXT NOT NULL,
    note_source TEXT NOT NULL,
    fields TEXT NOT NULL,
    emojis TEXT NOT NULL,
    avatar TEXT,
    header TEXT,
    locked BOOLEAN NOT NULL,
    discoverable BOOLEAN,
    indexable BOOLEAN NOT NULL,
    inbox TEXT,
    shared_inbox TEXT,
    outbox TEXT,
    followers TEXT,
    following TEXT,
    featured TEXT,
    tag TEXT,
    organisation_id BIGINT REFERENCES organisations(id),
    created_at BIGINT NOT NULL,
    fetched_at BIGINT,
    last_status_at BIGINT,
    statuses_count BIGINT NOT NULL,
    followers_count BIGINT NOT NULL,
    following_count BIGINT NOT NULL,
    suspended_at BIGINT,
    deleted_at BIGINT
);
CREATE INDEX accounts_domain_username ON accounts (domain, username);
CREATE INDEX accounts_tag ON accounts (tag, domain);
CREATE TABLE users (
    account_id {id} REFERENCES accounts(id),
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    confirmed_at BIGINT,
    approved_at BIGINT,
    disabled_at BIGINT,
    role TEXT NOT NULL,
    default_visibility SMALLINT NOT NULL,
    default_sensitive BOOLEAN NOT NULL,
    default_language TEXT,
    share_tagged BOOLEAN NOT NULL,
    locale TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_active_at BIGINT
);
CREATE TABLE memberships (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, organisation_id)
);
CREATE INDEX memberships_organisation ON memberships (organisation_id, account_id);
CREATE TABLE account_keys (
    uri TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    public_pem TEXT NOT NULL,
    private_sealed {blob},
    fetched_at BIGINT NOT NULL
);
CREATE INDEX account_keys_account ON account_keys (account_id);
CREATE TABLE media_attachments (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    status_id BIGINT,
    scheduled_id BIGINT,
    kind TEXT NOT NULL,
    local_path TEXT,
    remote_url TEXT,
    preview_path TEXT,
    content_type TEXT NOT NULL,
    width INTEGER,
    height INTEGER,
    preview_width INTEGER,
    preview_height INTEGER,
    focus_x REAL,
    focus_y REAL,
    blurhash TEXT,
    description TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX media_status ON media_attachments (status_id);
CREATE INDEX media_unattached ON media_attachments (account_id, created_at)
"
);
