//! Who was active on which day, and what moderators decided about trends: for the figures moderators see.

crate::sql::step!(
    "
CREATE TABLE active_days (
    day BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    PRIMARY KEY (day, account_id)
) {clustered};
CREATE TABLE trend_decisions (
    kind TEXT NOT NULL,
    target_id BIGINT NOT NULL,
    allowed BOOLEAN NOT NULL,
    decided_by BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (kind, target_id)
) {clustered};
CREATE INDEX reports_resolved ON reports (resolved_at) WHERE resolved_at IS NOT NULL
"
);
