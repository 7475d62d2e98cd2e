//! Where a follower's network id lies, beside the follow: the followers on one server are found without reading all.

crate::sql::step!(
    "
ALTER TABLE follows ADD COLUMN origin TEXT NOT NULL DEFAULT '';
UPDATE follows SET origin =
    (SELECT SUBSTR(a.uri, 1, {find}(SUBSTR(a.uri, 9), '/') + 7) FROM accounts a WHERE a.id = follows.account_id);
CREATE INDEX follows_origin ON follows (target_id, origin, id)
"
);
