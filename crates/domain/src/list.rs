//! Lists: a person's own selections of accounts they follow.

use crate::ids::ListId;

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Our id.
    pub id: ListId,
    /// Title.
    pub title: String,
    /// Which answers show: `followed`, `list` or `none`.
    pub replies_policy: String,
    /// Members do not show in the home timeline.
    pub exclusive: bool,
}
