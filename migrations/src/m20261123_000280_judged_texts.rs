//! The texts decisions of the rules were about, so that each can be made again though its author wrote something else
//! since: kept with what is held or quarantined because of it, and gone with that.

crate::sql::step!(
    "
CREATE TABLE judged_texts (
    decision_id {id},
    held_id BIGINT REFERENCES held_statuses(id) ON DELETE CASCADE,
    quarantined_uri TEXT REFERENCES quarantined_statuses(uri) ON DELETE CASCADE,
    texts TEXT NOT NULL
);
CREATE INDEX judged_texts_held ON judged_texts (held_id) WHERE held_id IS NOT NULL;
CREATE INDEX judged_texts_quarantined ON judged_texts (quarantined_uri) WHERE quarantined_uri IS NOT NULL
"
);
