//! The leave of people here to be in collections of accounts elsewhere.

crate::sql::step!(
    "
CREATE TABLE feature_authorizations (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    asker_id BIGINT NOT NULL REFERENCES accounts(id),
    collection_uri TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX feature_authorizations_once ON feature_authorizations (account_id, collection_uri);
CREATE INDEX feature_authorizations_asker ON feature_authorizations (asker_id)
"
);
