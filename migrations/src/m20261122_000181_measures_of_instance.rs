//! A measure says itself whether it was taken for the whole instance: who took it may have other roles by now.
//! Older ones were, where those who took them moderate no school.

crate::sql::step!(
    "
ALTER TABLE account_warnings ADD COLUMN of_instance BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE account_warnings SET of_instance = TRUE WHERE account_id NOT IN
    (SELECT u.account_id FROM users u JOIN memberships m ON m.account_id = u.account_id
     WHERE u.role = 'member' AND m.role IN ('moderator', 'admin'))
"
);
