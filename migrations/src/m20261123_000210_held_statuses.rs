//! Held statuses: kept apart from the published ones, so that nothing that reads those can show them. Attachments bound to
//! one are nobody's to see.

crate::sql::step!(
    "
CREATE TABLE held_statuses (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    edits_id BIGINT,
    answers_id BIGINT,
    quotes_id BIGINT,
    scheduled_at BIGINT,
    draft TEXT NOT NULL,
    verdict TEXT NOT NULL,
    is_ruled BOOLEAN NOT NULL,
    may_publish BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    pin BOOLEAN NOT NULL,
    boost SMALLINT,
    revision BIGINT NOT NULL,
    notice_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deadline BIGINT,
    decided_at BIGINT,
    decided_by BIGINT REFERENCES accounts(id),
    note TEXT NOT NULL,
    released_as BIGINT
);
CREATE INDEX held_statuses_account ON held_statuses (account_id, id);
CREATE INDEX held_statuses_open ON held_statuses (id) WHERE state IN ('held', 'in-review');
CREATE INDEX held_statuses_queue ON held_statuses
    ((CASE state WHEN 'in-review' THEN 0 ELSE 1 END), (COALESCE(deadline, 9223372036854775807)), id)
    WHERE is_ruled AND state IN ('held', 'in-review');
CREATE INDEX held_statuses_answers ON held_statuses (answers_id) WHERE answers_id IS NOT NULL;
CREATE INDEX held_statuses_quotes ON held_statuses (quotes_id) WHERE quotes_id IS NOT NULL;
CREATE INDEX held_statuses_notice ON held_statuses (notice_id) WHERE notice_id IS NOT NULL;
CREATE INDEX held_statuses_decided ON held_statuses (decided_at) WHERE decided_at IS NOT NULL;
CREATE UNIQUE INDEX held_statuses_edits ON held_statuses (edits_id)
    WHERE edits_id IS NOT NULL AND state IN ('held', 'in-review');
ALTER TABLE media_attachments ADD COLUMN held_id BIGINT;
CREATE INDEX media_held ON media_attachments (held_id) WHERE held_id IS NOT NULL;
CREATE INDEX moderation_decisions_account ON moderation_decisions (account_id, id) WHERE account_id IS NOT NULL
"
);
