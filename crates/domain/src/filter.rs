//! Filters: words and statuses a person does not want to see.

use crate::clock::Timestamp;
use crate::ids::{AccountId, FilterId, FilterKeywordId, FilterStatusId, StatusId};

/// A word or phrase of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterKeyword {
    /// Our id.
    pub id: FilterKeywordId,
    /// The word or phrase.
    pub keyword: String,
    /// Only as a whole word.
    pub whole_word: bool,
}

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Our id.
    pub id: FilterId,
    /// Its owner.
    pub account_id: AccountId,
    /// Title.
    pub title: String,
    /// Where it applies: `home`, `notifications`, `public`, `thread`, `account`.
    pub contexts: Vec<String>,
    /// `warn`, `hide` or `blur`.
    pub action: String,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Words and phrases.
    pub keywords: Vec<FilterKeyword>,
    /// Statuses named.
    pub statuses: Vec<(FilterStatusId, StatusId)>,
}

/// A filter that matched a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterMatch {
    /// The filter.
    pub filter: Filter,
    /// Keywords found.
    pub keywords: Vec<String>,
    /// The status itself is named by the filter.
    pub by_status: bool,
}

/// What a filter is made or changed to. `None` leaves a thing as it is (or takes the default on creation).
#[derive(Clone, Debug, Default)]
pub struct FilterChange {
    /// Title.
    pub title: Option<String>,
    /// Contexts.
    pub contexts: Option<Vec<String>>,
    /// Action.
    pub action: Option<String>,
    /// Seconds until it ends; `Some(None)` for never.
    pub expires_in_secs: Option<Option<i64>>,
    /// Keyword changes.
    pub keywords: Vec<KeywordChange>,
}

/// A keyword added (no id), changed (id) or removed (id and `destroy`).
#[derive(Clone, Debug, Default)]
pub struct KeywordChange {
    /// Which; `None` adds one.
    pub id: Option<i64>,
    /// The word or phrase.
    pub keyword: Option<String>,
    /// Only as a whole word.
    pub whole_word: Option<bool>,
    /// Remove it.
    pub destroy: bool,
}
