//! Moderation rules: packs as they were installed, whose key signed them, rules with their versions and states. An
//! organisation of 0 is the instance itself.

crate::sql::step!(
    "
CREATE TABLE rule_publishers (
    organisation_id BIGINT NOT NULL,
    publisher TEXT NOT NULL,
    signed_with TEXT NOT NULL,
    pinned_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, publisher)
) {clustered};
CREATE TABLE rule_packs (
    id {id},
    organisation_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT,
    signed_with TEXT,
    signature TEXT,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    document TEXT NOT NULL,
    installed_by BIGINT,
    installed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX rule_packs_version ON rule_packs (organisation_id, name, version);
CREATE TABLE moderation_rules (
    id {id},
    organisation_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    known_as TEXT NOT NULL UNIQUE,
    pack TEXT,
    place BIGINT NOT NULL,
    scope TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    enforced_version BIGINT,
    previous_version BIGINT,
    review_at BIGINT,
    changed_by BIGINT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX moderation_rules_name ON moderation_rules (organisation_id, name);
CREATE INDEX moderation_rules_organisation ON moderation_rules (organisation_id, id);
CREATE INDEX moderation_rules_active ON moderation_rules (id) WHERE state IN ('shadow', 'enforce') OR enforced_version IS NOT NULL;
CREATE TABLE moderation_rule_versions (
    rule_id BIGINT NOT NULL REFERENCES moderation_rules(id),
    version BIGINT NOT NULL,
    pack_id BIGINT,
    definition TEXT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (rule_id, version)
) {clustered};
CREATE TABLE rule_revisions (
    id {id},
    revision BIGINT NOT NULL
);
INSERT INTO rule_revisions (id, revision) VALUES (1, 0)
"
);
