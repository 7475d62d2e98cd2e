//! Rights on the instance and in an organisation are two things from now on: who has the former was given the latter as
//! their mirror, which would outlive them. And the accounts of an organisation are found by it.

crate::sql::step!(
    "
UPDATE memberships SET role = 'contributor' WHERE role IN ('moderator', 'admin')
    AND account_id IN (SELECT account_id FROM users WHERE role IN ('moderator', 'admin'));
CREATE INDEX accounts_organisation ON accounts (organisation_id, id) WHERE organisation_id IS NOT NULL;
CREATE INDEX account_warnings_measure ON account_warnings (target_id, measure, created_at)
"
);
