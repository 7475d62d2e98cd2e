//! What belongs to one person: notifications, markers, lists, filters.

crate::sql::step!(
    "
CREATE TABLE notifications (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    from_account_id BIGINT NOT NULL REFERENCES accounts(id),
    kind TEXT NOT NULL,
    status_id BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX notifications_account ON notifications (account_id, id);
CREATE INDEX notifications_status ON notifications (status_id);
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, from_account_id, kind, COALESCE(status_id, 0));
CREATE TABLE markers (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    timeline TEXT NOT NULL,
    last_read_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, timeline)
) {clustered};
CREATE TABLE lists (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    title TEXT NOT NULL,
    replies_policy TEXT NOT NULL,
    exclusive BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX lists_account ON lists (account_id, id);
CREATE TABLE list_accounts (
    list_id BIGINT NOT NULL REFERENCES lists(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    PRIMARY KEY (list_id, account_id)
) {clustered};
CREATE TABLE filters (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    title TEXT NOT NULL,
    contexts TEXT NOT NULL,
    action TEXT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX filters_account ON filters (account_id, id);
CREATE TABLE filter_keywords (
    id {id},
    filter_id BIGINT NOT NULL REFERENCES filters(id),
    keyword TEXT NOT NULL,
    whole_word BOOLEAN NOT NULL
);
CREATE INDEX filter_keywords_filter ON filter_keywords (filter_id, id);
CREATE TABLE filter_statuses (
    id {id},
    filter_id BIGINT NOT NULL REFERENCES filters(id),
    status_id BIGINT NOT NULL
);
CREATE UNIQUE INDEX filter_statuses_pair ON filter_statuses (filter_id, status_id)
"
);
