//! Hosts in trouble, in the order in which they may be tried again.

crate::sql::step!(
    "
CREATE INDEX fed_hosts_failing ON fed_hosts (next_attempt_at, id) WHERE fail_streak > 0
"
);
