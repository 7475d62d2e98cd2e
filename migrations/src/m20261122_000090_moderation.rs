//! What moderators do: warnings, sensitive accounts, who looks after a report, rules about domains under ids.

crate::sql::step!(
    "
ALTER TABLE accounts ADD COLUMN sensitized_at BIGINT;
CREATE TABLE account_warnings (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    target_id BIGINT NOT NULL REFERENCES accounts(id),
    report_id BIGINT,
    measure TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX account_warnings_target ON account_warnings (target_id, id);
ALTER TABLE notifications ADD COLUMN warning_id BIGINT;
DROP INDEX notifications_once;
CREATE UNIQUE INDEX notifications_once ON notifications
    (account_id, from_account_id, kind, COALESCE(status_id, 0), COALESCE(severance_id, 0), COALESCE(warning_id, 0));
ALTER TABLE reports ADD COLUMN assigned_to BIGINT REFERENCES accounts(id);
ALTER TABLE reports ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
UPDATE reports SET updated_at = COALESCE(resolved_at, created_at);
ALTER TABLE domain_blocks ADD COLUMN id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domain_blocks ADD COLUMN public_comment TEXT NOT NULL DEFAULT '';
ALTER TABLE domain_blocks ADD COLUMN obfuscate BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE domain_blocks SET id = (SELECT COUNT(*) FROM domain_blocks b WHERE b.domain <= domain_blocks.domain);
CREATE UNIQUE INDEX domain_blocks_id ON domain_blocks (id);
ALTER TABLE domain_allows ADD COLUMN id BIGINT NOT NULL DEFAULT 0;
UPDATE domain_allows SET id = (SELECT COUNT(*) FROM domain_allows b WHERE b.domain <= domain_allows.domain);
CREATE UNIQUE INDEX domain_allows_id ON domain_allows (id)
"
);
