//! Mail to people here that waits to be sent, how much each was sent lately, and the links in it. Of links only hashes
//! are kept; letters that wait are sealed and go when they are sent.

crate::sql::step!(
    "
CREATE TABLE letters (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    kind TEXT NOT NULL,
    sealed {blob},
    created_at BIGINT NOT NULL
);
CREATE INDEX letters_account ON letters (account_id, kind, created_at);
CREATE INDEX letters_age ON letters (created_at);
CREATE TABLE letter_links (
    token_hash {blob} NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    purpose TEXT NOT NULL,
    email TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX letter_links_account ON letter_links (account_id, purpose);
CREATE INDEX letter_links_expiry ON letter_links (expires_at)
"
);
