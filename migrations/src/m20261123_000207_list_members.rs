//! Who is followed no more leaves the lists of who followed; in one's own lists one may be oneself.

crate::sql::step!(
    "
DELETE FROM list_accounts WHERE NOT EXISTS (SELECT 1 FROM lists l WHERE l.id = list_accounts.list_id
    AND (l.account_id = list_accounts.account_id OR EXISTS (SELECT 1 FROM follows f
    WHERE f.account_id = l.account_id AND f.target_id = list_accounts.account_id)))
"
);
