//! Who is told that follows of theirs were ended by a suspension, and of how many.

crate::sql::step!(
    "
ALTER TABLE severance_events ADD COLUMN kind TEXT NOT NULL DEFAULT 'domain_block';
ALTER TABLE severed_follows ADD COLUMN accepted BOOLEAN NOT NULL DEFAULT TRUE;
CREATE TABLE severances (
    id {id},
    event_id BIGINT NOT NULL REFERENCES severance_events(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    followers_count BIGINT NOT NULL,
    following_count BIGINT NOT NULL
);
CREATE UNIQUE INDEX severances_event ON severances (event_id, account_id);
CREATE INDEX severed_follows_account ON severed_follows (account_id, event_id);
CREATE INDEX severed_follows_target ON severed_follows (target_id, event_id);
ALTER TABLE notifications ADD COLUMN severance_id BIGINT;
DROP INDEX notifications_once;
CREATE UNIQUE INDEX notifications_once
    ON notifications (account_id, from_account_id, kind, COALESCE(status_id, 0), COALESCE(severance_id, 0))
"
);
