//! Keyset paging in Mastodon's terms.

/// Which part of a list is wanted. Ids are exclusive bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Older than this.
    pub max_id: Option<i64>,
    /// Newer than this, newest first.
    pub since_id: Option<i64>,
    /// Just newer than this: the nearest, still shown newest first.
    pub min_id: Option<i64>,
    /// At most this many.
    pub limit: u64,
}

impl PageRequest {
    /// The newest `limit`.
    pub const fn newest(limit: u64) -> Self {
        Self { max_id: None, since_id: None, min_id: None, limit }
    }
}

/// A part of a list, newest first, with the ids to go on from.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// `max_id` of the next older part; `None` when this was the last.
    pub next: Option<i64>,
    /// `min_id` of the newer part; `None` when the list is empty.
    pub prev: Option<i64>,
}

impl<T> Page<T> {
    /// An empty list.
    pub const fn empty() -> Self {
        Self { items: Vec::new(), next: None, prev: None }
    }

    /// A page out of up to `limit + 1` rows in the order the query gave them: descending by cursor, or ascending when
    /// `min_id` was asked for. The row too many only tells that there is more.
    pub fn from_rows(mut rows: Vec<T>, request: &PageRequest, cursor: impl Fn(&T) -> i64) -> Self {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if request.min_id.is_some() {
            rows.reverse();
        }
        let next = match rows.last() {
            // Walking up from `min_id`, what lies below was already seen, but exists.
            Some(last) if more || request.min_id.is_some() => Some(cursor(last)),
            _ => None,
        };
        let prev = rows.first().map(&cursor);
        Self { items: rows, next, prev }
    }

    /// The same page with other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next, prev: self.prev }
    }

    /// The same cursors around `items`, for items loaded by id in a second step.
    pub fn with_items<U>(&self, items: Vec<U>) -> Page<U> {
        Page { items, next: self.next, prev: self.prev }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_no_next() {
        let req = PageRequest::newest(2);
        let page = Page::from_rows(vec![9, 8, 7], &req, |n| *n);
        assert_eq!((page.items.as_slice(), page.next, page.prev), (&[9, 8][..], Some(8), Some(9)));
        let last = Page::from_rows(vec![7], &req, |n| *n);
        assert_eq!((last.next, last.prev), (None, Some(7)));
        assert_eq!(Page::from_rows(Vec::<i64>::new(), &req, |n| *n).prev, None);
    }

    #[test]
    fn min_id_rows_come_back_newest_first() {
        let req = PageRequest { min_id: Some(3), ..PageRequest::newest(2) };
        let page = Page::from_rows(vec![4, 5, 6], &req, |n| *n);
        assert_eq!((page.items, page.next, page.prev), (vec![5, 4], Some(4), Some(5)));
    }
}
