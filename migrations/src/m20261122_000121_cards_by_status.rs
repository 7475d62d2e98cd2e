//! Statuses that link to a page, newest first, walk an index.

crate::sql::step!(
    "
CREATE INDEX status_cards_statuses ON status_cards (card_id, status_id);
DROP INDEX status_cards_card
"
);
