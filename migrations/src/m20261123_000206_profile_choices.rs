//! What people decide about their profiles: that others do not see whom they follow and who follows them, and which sites
//! may name them as an author.

crate::sql::step!(
    "
ALTER TABLE accounts ADD COLUMN hide_collections BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN attribution_domains TEXT NOT NULL DEFAULT ''
"
);
