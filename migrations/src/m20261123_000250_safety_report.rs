//! What the weekly safety report counts: deadlines of cases that ended, and when; and the times other things are found by.

crate::sql::step!(
    "
CREATE TABLE case_deadlines_ended (
    case_id BIGINT NOT NULL REFERENCES cases(id),
    duty TEXT NOT NULL,
    by_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, duty, by_at)
) {clustered};
CREATE INDEX case_deadlines_ended_by ON case_deadlines_ended (by_at);
CREATE INDEX case_deadlines_ended_at ON case_deadlines_ended (ended_at);
CREATE INDEX held_statuses_due ON held_statuses (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX cases_closed_at ON cases (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX appeals_decided ON appeals (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX moderation_rule_versions_created ON moderation_rule_versions (created_at);
CREATE INDEX panics_started ON panics (started_at)
"
);
