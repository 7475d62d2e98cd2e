//! Who is on duty for an organisation when, and who covers for them.

crate::sql::step!(
    "
CREATE TABLE rota_turns (
    id {id},
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    kind TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);
CREATE INDEX rota_turns_organisation ON rota_turns (organisation_id, until_at);
CREATE INDEX rota_turns_until ON rota_turns (until_at)
"
);
