//! Announcements to everybody here, who has read them and what people put to them; who was active in which week.

crate::sql::step!(
    "
CREATE TABLE announcements (
    id {id},
    text TEXT NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    all_day BOOLEAN NOT NULL,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE TABLE announcement_reads (
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    announcement_id BIGINT NOT NULL REFERENCES announcements(id),
    PRIMARY KEY (account_id, announcement_id)
) {clustered};
CREATE TABLE announcement_reactions (
    announcement_id BIGINT NOT NULL REFERENCES announcements(id),
    name TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (announcement_id, name, account_id)
) {clustered};
CREATE INDEX announcement_reactions_account ON announcement_reactions (account_id);
CREATE TABLE active_weeks (
    week BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    PRIMARY KEY (week, account_id)
) {clustered};
CREATE INDEX statuses_local ON statuses (id) WHERE local AND deleted_at IS NULL
"
);
