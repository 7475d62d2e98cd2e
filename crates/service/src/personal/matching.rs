//! Applies a person's filters to statuses they see.

use staffroom_domain::Timestamp;
use staffroom_domain::filter::{Filter, FilterMatch};
use staffroom_domain::status::StatusView;
use staffroom_domain::text;

/// Filters made ready for many statuses.
pub(crate) struct Matcher {
    filters: Vec<Filter>,
}

impl Matcher {
    /// The filters still in force at `now`.
    pub(crate) fn new(filters: Vec<Filter>, now: Timestamp) -> Self {
        Self { filters: filters.into_iter().filter(|f| f.expires_at.is_none_or(|t| t > now)).collect() }
    }

    /// Whether there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// Filters that match a status, by keyword in its texts or by name, in any context.
    pub(crate) fn matches(&self, view: &StatusView) -> Vec<FilterMatch> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut haystack = format!("{}\n{}", view.status.spoiler_text, text::to_plain(&view.status.content));
        for description in view.media.iter().filter_map(|m| m.description.as_deref()) {
            haystack.push('\n');
            haystack.push_str(description);
        }
        for option in view.poll.iter().flat_map(|p| &p.options) {
            haystack.push('\n');
            haystack.push_str(&option.title);
        }
        let haystack = haystack.to_lowercase();
        self.filters
            .iter()
            .filter_map(|filter| {
                let keywords: Vec<String> = filter
                    .keywords
                    .iter()
                    .filter(|k| contains(&haystack, &k.keyword.to_lowercase(), k.whole_word))
                    .map(|k| k.keyword.clone())
                    .collect();
                let by_status = filter.statuses.iter().any(|(_, id)| *id == view.status.id);
                (by_status || !keywords.is_empty()).then(|| FilterMatch { filter: filter.clone(), keywords, by_status })
            })
            .collect()
    }
}

/// Whether `needle` occurs; as a whole word when its ends are word characters and `whole_word` is set, as Mastodon
/// does it.
fn contains(haystack: &str, needle: &str, whole_word: bool) -> bool {
    if needle.is_empty() {
        return false;
    }
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    haystack.match_indices(needle).any(|(at, found)| {
        let before = haystack.get(..at).and_then(|s| s.chars().next_back());
        let after = haystack.get(at + found.len()..).and_then(|s| s.chars().next());
        !whole_word
            || ((!is_word(needle.chars().next()) || !is_word(before))
                && (!is_word(needle.chars().next_back()) || !is_word(after)))
    })
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn whole_words_only_where_asked() {
        assert!(contains("an inspection is due", "inspection", true));
        assert!(!contains("inspections are due", "inspection", true));
        assert!(contains("inspections are due", "inspection", false));
        assert!(contains("read #ofsted now", "#ofsted", true));
        assert!(contains("(ofsted)", "ofsted", true));
        assert!(!contains("anything", "", false));
    }
}
