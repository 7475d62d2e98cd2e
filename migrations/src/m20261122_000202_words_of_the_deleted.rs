//! Words of statuses that were deleted while somebody marked them leave the index.

crate::sql::step!(
    "
DELETE FROM status_search WHERE rowid IN (SELECT id FROM statuses WHERE deleted_at IS NOT NULL)
"
);
