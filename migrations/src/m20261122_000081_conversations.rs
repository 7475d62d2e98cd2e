//! Direct conversations: one for each person here and thread, with the newest direct status of it they may see.

crate::sql::step!(
    "
CREATE TABLE conversations (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    thread_id BIGINT NOT NULL,
    last_status_id BIGINT,
    unread BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX conversations_pair ON conversations (account_id, thread_id);
CREATE INDEX conversations_newest ON conversations (account_id, last_status_id);
CREATE INDEX conversations_status ON conversations (last_status_id);
CREATE INDEX conversations_thread ON conversations (thread_id);
CREATE INDEX statuses_direct ON statuses (account_id, id) WHERE visibility = 3
"
);
