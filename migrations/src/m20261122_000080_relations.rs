//! What a person keeps about others: domains they want nothing of, private notes, accounts they recommend.

crate::sql::step!(
    "
CREATE TABLE account_domain_blocks (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    domain TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_domain_blocks_pair ON account_domain_blocks (account_id, domain);
CREATE TABLE account_notes (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    comment TEXT NOT NULL,
    PRIMARY KEY (account_id, target_id)
) {clustered};
CREATE INDEX account_notes_target ON account_notes (target_id);
CREATE TABLE endorsements (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX endorsements_pair ON endorsements (account_id, target_id);
CREATE INDEX endorsements_target ON endorsements (target_id)
"
);
