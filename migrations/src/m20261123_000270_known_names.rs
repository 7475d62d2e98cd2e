//! Names of schools and people here as they are looked up in a text, folded; NULL where there is nothing to look up. What
//! stands already is folded as far as SQL can, which is right for plain names; the rest follows when it is saved next.

crate::sql::step!(
    "
ALTER TABLE accounts ADD COLUMN name_key TEXT;
ALTER TABLE organisations ADD COLUMN name_key TEXT;
UPDATE accounts SET name_key = LOWER(display_name) WHERE domain IS NULL AND tag IS NULL AND display_name LIKE '_% _%';
UPDATE organisations SET name_key = LOWER(name) WHERE LENGTH(name) > 4;
CREATE INDEX accounts_name_key ON accounts (name_key) WHERE name_key IS NOT NULL;
CREATE INDEX organisations_name_key ON organisations (name_key) WHERE name_key IS NOT NULL
"
);
