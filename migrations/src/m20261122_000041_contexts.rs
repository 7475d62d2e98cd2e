//! Where the whole conversation around a status can be read.

crate::sql::step!("ALTER TABLE statuses ADD COLUMN context_uri TEXT");
