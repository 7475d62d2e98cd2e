//! Pages that statuses link to, and which status links to which.

crate::sql::step!(
    "
CREATE TABLE preview_cards (
    id {id},
    url TEXT NOT NULL,
    fetched_at BIGINT,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    author_name TEXT NOT NULL,
    published_at BIGINT
);
CREATE UNIQUE INDEX preview_cards_url ON preview_cards (url);
CREATE TABLE status_cards (
    status_id BIGINT NOT NULL PRIMARY KEY REFERENCES statuses(id),
    card_id BIGINT NOT NULL
);
CREATE INDEX status_cards_card ON status_cards (card_id)
"
);
