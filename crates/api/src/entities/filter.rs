//! Filters, in their present form and in the old one (one keyword each).

use serde::Serialize;
use staffroom_domain::Timestamp;
use staffroom_domain::filter::{self as domain, FilterMatch};
use staffroom_domain::ids::{FilterStatusId, StatusId};

/// A word of a filter.
#[derive(Debug, Serialize)]
pub(crate) struct FilterKeyword {
    id: String,
    keyword: String,
    whole_word: bool,
}

/// A status named by a filter.
#[derive(Debug, Serialize)]
pub(crate) struct FilterStatus {
    id: String,
    status_id: String,
}

/// A filter.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "named as clients know them")]
pub(crate) struct Filter {
    id: String,
    title: String,
    context: Vec<String>,
    expires_at: Option<String>,
    filter_action: String,
    keywords: Vec<FilterKeyword>,
    statuses: Vec<FilterStatus>,
}

/// Why a status is filtered.
#[derive(Debug, Serialize)]
pub(crate) struct FilterResult {
    filter: Filter,
    keyword_matches: Vec<String>,
    status_matches: Vec<String>,
}

/// A keyword in the old form; its id is the keyword's.
#[derive(Debug, Serialize)]
pub(crate) struct V1Filter {
    id: String,
    phrase: String,
    context: Vec<String>,
    whole_word: bool,
    expires_at: Option<String>,
    irreversible: bool,
}

impl From<&domain::FilterKeyword> for FilterKeyword {
    fn from(keyword: &domain::FilterKeyword) -> Self {
        Self { id: keyword.id.to_string(), keyword: keyword.keyword.clone(), whole_word: keyword.whole_word }
    }
}

impl From<(FilterStatusId, StatusId)> for FilterStatus {
    fn from((id, status): (FilterStatusId, StatusId)) -> Self {
        Self { id: id.to_string(), status_id: status.to_string() }
    }
}

impl From<&domain::Filter> for Filter {
    fn from(filter: &domain::Filter) -> Self {
        Self {
            id: filter.id.to_string(),
            title: filter.title.clone(),
            context: filter.contexts.clone(),
            expires_at: filter.expires_at.map(Timestamp::to_rfc3339),
            filter_action: filter.action.clone(),
            keywords: filter.keywords.iter().map(FilterKeyword::from).collect(),
            statuses: filter.statuses.iter().copied().map(FilterStatus::from).collect(),
        }
    }
}

impl FilterResult {
    /// The match of one filter with the status `id`.
    pub(crate) fn new(found: &FilterMatch, id: StatusId) -> Self {
        Self {
            filter: Filter::from(&found.filter),
            keyword_matches: found.keywords.clone(),
            status_matches: if found.by_status { vec![id.to_string()] } else { Vec::new() },
        }
    }
}

impl V1Filter {
    /// One keyword of `filter`.
    pub(crate) fn new(filter: &domain::Filter, keyword: &domain::FilterKeyword) -> Self {
        Self {
            id: keyword.id.to_string(),
            phrase: keyword.keyword.clone(),
            context: filter.contexts.clone(),
            whole_word: keyword.whole_word,
            expires_at: filter.expires_at.map(Timestamp::to_rfc3339),
            irreversible: filter.action == "hide",
        }
    }
}
