//! Statements of reasons for what was restricted, and appeals against that: one for each decision.

crate::sql::step!(
    "
CREATE TABLE statements_of_reasons (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    organisation_id BIGINT REFERENCES organisations(id),
    restriction TEXT NOT NULL,
    status_id BIGINT,
    ground TEXT NOT NULL,
    rule TEXT,
    facts TEXT NOT NULL,
    automated BOOLEAN NOT NULL,
    decided_by BIGINT REFERENCES accounts(id),
    of_instance BOOLEAN NOT NULL,
    warning_id BIGINT,
    case_id BIGINT,
    link_hash {blob},
    created_at BIGINT NOT NULL
);
CREATE INDEX statements_of_reasons_account ON statements_of_reasons (account_id, id);
CREATE UNIQUE INDEX statements_of_reasons_warning ON statements_of_reasons (warning_id) WHERE warning_id IS NOT NULL;
CREATE UNIQUE INDEX statements_of_reasons_link ON statements_of_reasons (link_hash) WHERE link_hash IS NOT NULL;
CREATE TABLE appeals (
    id {id},
    reasons_id BIGINT NOT NULL REFERENCES statements_of_reasons(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    answer TEXT NOT NULL,
    decided_by BIGINT REFERENCES accounts(id),
    decided_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX appeals_reasons ON appeals (reasons_id);
CREATE INDEX appeals_account ON appeals (account_id, id);
CREATE INDEX appeals_open ON appeals (id) WHERE decided_at IS NULL
"
);
