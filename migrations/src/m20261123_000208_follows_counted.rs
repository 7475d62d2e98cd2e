//! Followers and follows of people here are counted anew: requests that were answered and withdrawn in one moment left
//! their counts behind.

crate::sql::step!(
    "
UPDATE accounts SET
    followers_count = (SELECT COUNT(*) FROM follows f WHERE f.target_id = accounts.id AND f.accepted),
    following_count = (SELECT COUNT(*) FROM follows f WHERE f.account_id = accounts.id AND f.accepted)
    WHERE domain IS NULL
"
);
