//! Entries of the index of words get marks of the people who find them, and other words: the job that reads in what is
//! there begins again. Bookmarks are found by their status.

crate::sql::step!(
    "
CREATE INDEX bookmarks_status ON bookmarks (status_id);
DELETE FROM jobs WHERE kind = 'index_statuses';
INSERT INTO jobs (id, kind, payload, dedup_key, run_at, attempts, lease_until)
    SELECT 200, 'index_statuses', '0', 'index_statuses', 0, 0, 0 WHERE EXISTS (SELECT 1 FROM statuses)
"
);
