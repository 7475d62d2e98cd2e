//! Leave is given to favourites, answers and boosts as well, not to quotes alone.

crate::sql::step!(
    "
ALTER TABLE quote_authorizations ADD COLUMN interaction SMALLINT NOT NULL DEFAULT 3;
DROP INDEX quote_authorizations_once;
CREATE UNIQUE INDEX quote_authorizations_once ON quote_authorizations (quoted_status_id, quoting_uri, interaction)
"
);
