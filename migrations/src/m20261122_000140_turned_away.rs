//! Who may not make an account: by the domain of their e-mail address, by the address itself (as a hash), by where they
//! are. Of those who tried, how often, from which address, for a week.

crate::sql::step!(
    "
CREATE TABLE email_domain_blocks (
    id {id},
    domain TEXT NOT NULL UNIQUE,
    allow_with_approval BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE email_domain_tries (
    block_id BIGINT NOT NULL REFERENCES email_domain_blocks(id),
    day BIGINT NOT NULL,
    client TEXT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (block_id, day, client)
) {clustered};
CREATE INDEX email_domain_tries_day ON email_domain_tries (day);
CREATE TABLE ip_blocks (
    id {id},
    network TEXT NOT NULL UNIQUE,
    severity TEXT NOT NULL,
    comment TEXT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE TABLE canonical_email_blocks (
    id {id},
    hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
)
"
);
