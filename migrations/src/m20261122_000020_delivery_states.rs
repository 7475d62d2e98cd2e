//! How long hosts have been failing, which status an activity is about, and received activities that were given up.

crate::sql::step!(
    "
ALTER TABLE fed_hosts ADD COLUMN failing_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fed_hosts ADD COLUMN last_failed_day BIGINT;
ALTER TABLE fed_hosts ADD COLUMN gone_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fed_hosts ADD COLUMN last_gone_day BIGINT;
ALTER TABLE fed_hosts ADD COLUMN down_since BIGINT;
ALTER TABLE fed_hosts ADD COLUMN recovered_at BIGINT;
CREATE INDEX fed_inboxes_host ON fed_inboxes (host_id);
ALTER TABLE outbox_activities ADD COLUMN status_id BIGINT;
CREATE INDEX outbox_activities_status ON outbox_activities (status_id) WHERE status_id IS NOT NULL;
ALTER TABLE dead_deliveries ADD COLUMN status_id BIGINT;
CREATE INDEX dead_deliveries_status ON dead_deliveries (status_id) WHERE status_id IS NOT NULL;
CREATE TABLE dead_inbox_items (
    id {id},
    uri TEXT NOT NULL,
    host TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX dead_inbox_items_at ON dead_inbox_items (at)
"
);
