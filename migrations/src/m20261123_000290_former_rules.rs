//! Which versions of rules were in force before: they may be again without being tried anew.

crate::sql::step!(
    "
ALTER TABLE moderation_rule_versions ADD COLUMN was_in_force BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE moderation_rule_versions SET was_in_force = TRUE WHERE EXISTS (SELECT 1 FROM moderation_rules r \
    WHERE r.id = moderation_rule_versions.rule_id AND r.previous_version = moderation_rule_versions.version)
"
);
