//! The rules that ran: texts by their digest, and which of them together, so that old decisions can be made again and a
//! start never fails for want of rules.

crate::sql::step!(
    "
CREATE TABLE rule_texts (
    digest TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    kept_at BIGINT NOT NULL
);
CREATE TABLE rule_sets (
    revision {id},
    sources TEXT NOT NULL,
    kept_at BIGINT NOT NULL
);
CREATE TABLE rule_figures (
    rule TEXT NOT NULL,
    version BIGINT NOT NULL,
    day BIGINT NOT NULL,
    evaluated BIGINT NOT NULL DEFAULT 0,
    matched BIGINT NOT NULL DEFAULT 0,
    held BIGINT NOT NULL DEFAULT 0,
    nudged BIGINT NOT NULL DEFAULT 0,
    edited_after_nudge BIGINT NOT NULL DEFAULT 0,
    released_unchanged BIGINT NOT NULL DEFAULT 0,
    upheld BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (rule, version, day)
) {clustered};
CREATE TABLE shadow_matches (
    id {id},
    rule TEXT NOT NULL,
    version BIGINT NOT NULL,
    outbound BOOLEAN NOT NULL,
    part TEXT NOT NULL,
    span_start BIGINT NOT NULL,
    span_end BIGINT NOT NULL,
    shape TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX shadow_matches_rule ON shadow_matches (rule, id)
"
);
