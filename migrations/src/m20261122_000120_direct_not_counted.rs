//! Direct statuses are not counted: everybody could see how many somebody writes.

crate::sql::step!(
    "
UPDATE accounts SET statuses_count = statuses_count - (SELECT COUNT(*) FROM statuses s
    WHERE s.account_id = accounts.id AND s.visibility = 3 AND s.deleted_at IS NULL)
    WHERE id IN (SELECT s.account_id FROM statuses s WHERE s.visibility = 3 AND s.deleted_at IS NULL)
"
);
