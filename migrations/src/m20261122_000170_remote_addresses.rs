//! Attachments of other servers by their address there. Its beginning is enough, and fits into an index however long it is.

crate::sql::step!(
    "
CREATE INDEX media_remote_url ON media_attachments (substr(remote_url, 1, 400)) WHERE remote_url IS NOT NULL
"
);
