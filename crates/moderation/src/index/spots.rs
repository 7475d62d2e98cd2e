//! Where literals of one expression were seen, and whether near enough to each other for a match.

use std::ops::Range;

use crate::rules::regex::MAX_LISTS;

/// The latest place of a literal of each list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spots {
    /// Where the latest one begins, plus one; 0 if none was seen.
    latest: [u32; MAX_LISTS],
    is_complete: bool,
    is_near: bool,
}

/// What a literal brought, told once of each expression.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct News {
    /// One of every list was seen now.
    pub(super) is_complete: bool,
    /// And of every list one within so many bytes as a match has at most.
    pub(super) is_near: bool,
}

impl Spots {
    /// Adds a literal of the list of that `number`, one of `lists`. Literals come in order of their ends, so that the last
    /// one of a match comes when all others of it were seen.
    pub(super) fn add(&mut self, number: usize, at: Range<usize>, lists: usize, longest: usize) -> News {
        if self.is_near {
            return News::default();
        }
        if let Some(latest) = self.latest.get_mut(number) {
            *latest = (*latest).max(u32::try_from(at.start).unwrap_or(u32::MAX).saturating_add(1));
        }
        let first = self.latest.iter().take(lists).min().copied().unwrap_or_default();
        if first == 0 {
            return News::default();
        }
        self.is_near = at.end.saturating_sub(first as usize - 1) <= longest;
        News { is_complete: !std::mem::replace(&mut self.is_complete, true), is_near: self.is_near }
    }
}
