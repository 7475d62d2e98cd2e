//! Durable queues: deliveries by host, received activities, tombstones, jobs.

crate::sql::step!(
    "
CREATE TABLE fed_hosts (
    id {id},
    host TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    fail_streak INTEGER NOT NULL,
    failing_since BIGINT,
    next_attempt_at BIGINT NOT NULL,
    last_ok_at BIGINT,
    last_error TEXT,
    lease_owner TEXT,
    lease_until BIGINT NOT NULL
);
CREATE TABLE fed_inboxes (
    id {id},
    host_id BIGINT NOT NULL REFERENCES fed_hosts(id),
    url TEXT NOT NULL UNIQUE,
    is_shared BOOLEAN NOT NULL,
    gone_at BIGINT
);
CREATE TABLE outbox_activities (
    id {id},
    uri TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    kind TEXT NOT NULL,
    order_key BIGINT NOT NULL,
    digest {blob} NOT NULL,
    created_at BIGINT NOT NULL,
    body {blob} NOT NULL
);
CREATE INDEX outbox_activities_order ON outbox_activities (order_key, id);
CREATE TABLE deliveries (
    host_id BIGINT NOT NULL REFERENCES fed_hosts(id),
    lane SMALLINT NOT NULL,
    activity_id BIGINT NOT NULL REFERENCES outbox_activities(id),
    inbox_id BIGINT NOT NULL REFERENCES fed_inboxes(id),
    attempts INTEGER NOT NULL,
    not_before BIGINT NOT NULL,
    PRIMARY KEY (host_id, lane, activity_id, inbox_id)
) {clustered};
CREATE UNIQUE INDEX deliveries_activity ON deliveries (activity_id, inbox_id);
CREATE TABLE dead_deliveries (
    activity_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    uri TEXT NOT NULL,
    status INTEGER,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (activity_id, inbox_id)
) {clustered};
CREATE INDEX dead_deliveries_at ON dead_deliveries (at);
CREATE TABLE inbox_items (
    id {id},
    uri TEXT NOT NULL,
    host TEXT NOT NULL,
    actor_uri TEXT NOT NULL,
    order_key BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    body {blob} NOT NULL
);
CREATE INDEX inbox_items_host ON inbox_items (host, id);
CREATE TABLE seen_activities (
    uri_hash {blob} NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX seen_activities_at ON seen_activities (at);
CREATE TABLE tombstones (
    uri TEXT NOT NULL PRIMARY KEY,
    by_uri TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX tombstones_at ON tombstones (at);
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    held_until BIGINT NOT NULL
);
CREATE TABLE jobs (
    id {id},
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    dedup_key TEXT UNIQUE,
    run_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    lease_until BIGINT NOT NULL,
    last_error TEXT
);
CREATE INDEX jobs_due ON jobs (run_at, id)
"
);
