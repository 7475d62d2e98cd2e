//! Statuses, from people here and from other servers: one operation a file.
//!
//! `publish.rs` (local) and `ingest.rs` (remote) share `store.rs`; `audience.rs` says whom a local status is sent to;
//! `views.rs` loads everything needed to show statuses. Start with `publish.rs`.

mod announced_by_tag;
mod asking;
mod attached;
mod audience;
mod cards;
mod delete;
mod due;
mod edit;
mod favourite;
mod feed;
mod get;
mod held;
mod incoming;
mod incoming_poll;
mod ingest;
mod ingest_edit;
mod kept;
mod listing;
mod marks;
mod mentions;
mod note;
mod pins;
mod poll;
mod prepare;
mod publish;
mod pushed;
mod quarantine;
mod quotes;
mod react;
mod reblog;
mod remove;
mod schedule;
mod store;
mod stored_draft;
#[cfg(test)]
mod tests;
mod threads;
mod views;

pub(crate) use audience::{everybody, reached};
pub(crate) use held::forget_held;

pub use quotes::InteractionRequest;
pub(crate) use remove::same_origin;
use staffroom_domain::ids::AccountId;
pub use threads::ThreadRefresh;

use crate::Service;

/// Statuses, from people here and from other servers.
#[derive(Clone, Copy)]
pub struct Statuses<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Statuses<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// Why a remote status comes to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Delivered to an inbox: kept only if somebody here has to do with it (follows the author, is addressed, is
    /// answered, or a followed tag account of the author's host is named).
    Delivered,
    /// Fetched because somebody asked, or because something we keep refers to it: kept.
    Fetched,
    /// Fetched because this followed tag account announced it: kept as far as its feed is trusted.
    Announced(AccountId),
    /// Fetched because a relay we listen to pointed at it: kept if a hashtag of it is published or followed here.
    Relayed,
}
