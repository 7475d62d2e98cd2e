//! Legal cases: heads, what they are about, the lines and papers of their files, their running deadlines, and what is
//! known of statements that were removed. What people wrote is in papers, sealed; lines are added and never changed.

crate::sql::step!(
    "
CREATE TABLE cases (
    id {id},
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    kind TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    state TEXT NOT NULL,
    retention TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by BIGINT REFERENCES accounts(id),
    about_id BIGINT REFERENCES accounts(id),
    assigned_to BIGINT REFERENCES accounts(id),
    unclaimed_since BIGINT NOT NULL,
    rung SMALLINT NOT NULL,
    version BIGINT NOT NULL,
    answer_hash {blob},
    closed_at BIGINT
);
CREATE INDEX cases_organisation ON cases (organisation_id, id);
CREATE INDEX cases_open ON cases (id) WHERE closed_at IS NULL;
CREATE INDEX cases_closed ON cases (retention, closed_at) WHERE closed_at IS NOT NULL;
CREATE UNIQUE INDEX cases_answer ON cases (answer_hash) WHERE answer_hash IS NOT NULL;
CREATE TABLE case_subjects (
    case_id BIGINT NOT NULL REFERENCES cases(id),
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    PRIMARY KEY (case_id, kind, subject_id)
) {clustered};
CREATE INDEX case_subjects_subject ON case_subjects (kind, subject_id);
CREATE TABLE case_papers (
    id {id},
    case_id BIGINT NOT NULL REFERENCES cases(id),
    kind TEXT NOT NULL,
    sealed {blob} NOT NULL,
    digest TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX case_papers_case ON case_papers (case_id, id);
CREATE TABLE case_entries (
    id {id},
    case_id BIGINT NOT NULL REFERENCES cases(id),
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_id BIGINT REFERENCES accounts(id),
    paper_id BIGINT REFERENCES case_papers(id),
    recorded_at BIGINT NOT NULL
);
CREATE INDEX case_entries_case ON case_entries (case_id, id);
CREATE INDEX case_entries_paper ON case_entries (paper_id) WHERE paper_id IS NOT NULL;
CREATE TABLE case_deadlines (
    case_id BIGINT NOT NULL REFERENCES cases(id),
    duty TEXT NOT NULL,
    by_at BIGINT NOT NULL,
    source TEXT NOT NULL,
    remind_at BIGINT NOT NULL,
    reminded BOOLEAN NOT NULL,
    told SMALLINT NOT NULL,
    PRIMARY KEY (case_id, duty)
) {clustered};
CREATE INDEX case_deadlines_due ON case_deadlines (by_at, case_id);
CREATE TABLE case_removals (
    case_id BIGINT NOT NULL REFERENCES cases(id) PRIMARY KEY,
    complainant {blob} NOT NULL,
    poster_id BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX case_removals_of ON case_removals (complainant, poster_id)
"
);
