//! What Mastodon calls experimental.

pub(crate) mod async_refreshes;
