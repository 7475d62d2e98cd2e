//! Statuses that are kept inside a school: nobody elsewhere sees them, whoever is named in them.

crate::sql::step!("ALTER TABLE statuses ADD COLUMN kept_in BIGINT REFERENCES organisations(id)");
