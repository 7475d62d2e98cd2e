//! What came from elsewhere and waits for a moderator: kept apart from statuses, so that nothing that reads those can show
//! it. And until when moderators should have decided about what is held.

crate::sql::step!(
    "
CREATE TABLE quarantined_statuses (
    id {id},
    uri TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    incoming TEXT NOT NULL,
    version_at BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT REFERENCES accounts(id),
    note TEXT NOT NULL,
    released_as BIGINT
);
CREATE INDEX quarantined_statuses_waiting ON quarantined_statuses (deadline, id) WHERE state = 'waiting';
CREATE INDEX quarantined_statuses_account ON quarantined_statuses (account_id, state);
CREATE INDEX quarantined_statuses_updated ON quarantined_statuses (updated_at);
UPDATE held_statuses SET deadline = created_at + 86400000 WHERE deadline IS NULL;
DROP INDEX held_statuses_open;
CREATE INDEX held_statuses_deadline ON held_statuses (deadline, id) WHERE state IN ('held', 'in-review')
"
);
