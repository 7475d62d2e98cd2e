//! When somebody was active, found by whom: it goes with their account.

crate::sql::step!(
    "
CREATE INDEX active_days_account ON active_days (account_id);
CREATE INDEX active_weeks_account ON active_weeks (account_id);
DELETE FROM active_days WHERE account_id IN (SELECT id FROM accounts WHERE deleted_at IS NOT NULL);
DELETE FROM active_weeks WHERE account_id IN (SELECT id FROM accounts WHERE deleted_at IS NOT NULL)
"
);
