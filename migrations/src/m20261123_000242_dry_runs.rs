//! Rules tried on what was published before, what somebody else has to agree to, and times in which everything is held.
//! An organisation of 0 is the instance itself.

crate::sql::step!(
    "
CREATE TABLE dry_runs (
    id {id},
    organisation_id BIGINT NOT NULL,
    rule_id BIGINT NOT NULL REFERENCES moderation_rules(id),
    version BIGINT NOT NULL,
    requested_by BIGINT,
    state TEXT NOT NULL,
    since_at BIGINT NOT NULL,
    before_id BIGINT NOT NULL,
    scanned BIGINT NOT NULL,
    matched BIGINT NOT NULL,
    recent_scanned BIGINT NOT NULL,
    recent_matched BIGINT NOT NULL,
    by_organisation TEXT NOT NULL,
    samples TEXT NOT NULL,
    problem TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX dry_runs_organisation ON dry_runs (organisation_id, id);
CREATE INDEX dry_runs_rule ON dry_runs (rule_id, version, id);
CREATE TABLE approvals (
    id {id},
    organisation_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject BIGINT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    requested_by BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answer BOOLEAN,
    decided_by BIGINT,
    decided_at BIGINT
);
CREATE INDEX approvals_organisation ON approvals (organisation_id, id);
CREATE INDEX approvals_open ON approvals (kind, subject, version) WHERE answer IS NULL;
CREATE TABLE panics (
    id {id},
    organisation_id BIGINT NOT NULL,
    tag TEXT,
    until_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    started_by BIGINT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX panics_on ON panics (until_at) WHERE ended_at IS NULL
"
);
