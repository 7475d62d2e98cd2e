//! Hearing of things as they happen.
//!
//! Everybody who listens gets the same [`News`] through one ring of bounded size; who does not keep up is cut off. What
//! a listener is shown of it is asked of the same use cases as the timelines, so that what can be heard is what could be
//! read: visibility, blocks, mutes and filters are theirs.

mod announcements;
mod events;
#[cfg(test)]
mod tests;

pub use announcements::Board;
pub use events::Event;
use staffroom_domain::ids::{AccountId, ListId};
pub use staffroom_domain::news::News;
use staffroom_domain::{Tag, Viewer};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::Service;
use crate::timelines::PublicFilter;

/// What can be listened to.
#[derive(Clone, Debug)]
pub enum Channel {
    /// One's home timeline and notifications.
    User,
    /// One's notifications.
    UserNotification,
    /// Public statuses.
    Public(PublicFilter),
    /// Public statuses with a hashtag.
    Hashtag(Tag, PublicFilter),
    /// A list of one's own.
    List(ListId),
    /// Conversations.
    Direct,
}

/// Hearing of things as they happen.
#[derive(Clone, Copy)]
pub struct Streaming<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Streaming<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }

    /// Ends all streams: the server stops.
    pub fn stop(&self) {
        self.service.storage().spread(News::Stopped);
    }

    /// Begins to listen for `account`, who is told of notifications where `notifications` says so.
    pub fn listen(&self, account: AccountId, notifications: bool) -> Listener {
        Listener { news: self.service.storage().news(), service: self.service.clone(), account, notifications }
    }
}

/// Somebody who listens.
pub struct Listener {
    service: Service,
    news: Receiver<News>,
    account: AccountId,
    notifications: bool,
}

impl Listener {
    /// What happened next; `None` when the listener is too far behind, something was missed, or the server stops.
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<News> {
        match self.news.recv().await {
            Ok(News::Missed | News::Stopped) | Err(RecvError::Lagged(_) | RecvError::Closed) => None,
            Ok(news) => Some(news),
        }
    }

    /// Whether news say that something about the access of this listener's account is different.
    pub fn is_concerned(&self, news: &News) -> bool {
        matches!(news, News::AccessChanged(account) if *account == self.account)
    }

    fn viewer(&self) -> Viewer {
        Viewer::Account(self.account)
    }
}
