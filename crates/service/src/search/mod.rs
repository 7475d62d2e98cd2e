//! Search: accounts, hashtags, statuses by their words, and anything by URL.

mod find;
mod index;
mod statuses;
#[cfg(test)]
mod tests;

use crate::Service;

/// Search.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Search<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::account::Account;
use staffroom_domain::hashtag::TagView;
use staffroom_domain::ids::AccountId;
use staffroom_domain::status::StatusView;

/// What is searched.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    /// Words, a handle, or a URL.
    pub q: String,
    /// `accounts`, `statuses` or `hashtags`; `None` for all.
    pub kind: Option<String>,
    /// Ask other servers.
    pub resolve: bool,
    /// Only accounts one follows.
    pub following: bool,
    /// Only statuses by this account.
    pub author: Option<AccountId>,
    /// At most this many of each.
    pub limit: u64,
    /// Skip this many.
    pub offset: u64,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct SearchResults {
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Statuses.
    pub statuses: Vec<StatusView>,
    /// Hashtags.
    pub hashtags: Vec<TagView>,
}
