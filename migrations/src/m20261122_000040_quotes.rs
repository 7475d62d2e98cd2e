//! Quotes, the leave given to them, and who may do what with a status.

crate::sql::step!(
    "
CREATE TABLE quotes (
    status_id BIGINT NOT NULL PRIMARY KEY REFERENCES statuses(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    quoted_uri TEXT NOT NULL,
    quoted_status_id BIGINT REFERENCES statuses(id),
    quoted_account_id BIGINT REFERENCES accounts(id),
    state SMALLINT NOT NULL,
    approval_uri TEXT,
    request_uri TEXT
);
CREATE INDEX quotes_quoted ON quotes (quoted_status_id, status_id);
CREATE INDEX quotes_quoted_uri ON quotes (quoted_uri);
CREATE INDEX quotes_approval ON quotes (approval_uri);
CREATE INDEX quotes_request ON quotes (request_uri);
CREATE TABLE quote_authorizations (
    id {id},
    quoted_status_id BIGINT NOT NULL REFERENCES statuses(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    quoting_uri TEXT NOT NULL,
    revoked BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX quote_authorizations_once ON quote_authorizations (quoted_status_id, quoting_uri);
ALTER TABLE statuses ADD COLUMN interaction_policy BIGINT NOT NULL DEFAULT 0;
ALTER TABLE statuses ADD COLUMN quotes_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN default_quotes SMALLINT NOT NULL DEFAULT 1
"
);
