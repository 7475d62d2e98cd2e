//! Lists.

use serde::Serialize;
use staffroom_domain::list as domain;

/// A list.
#[derive(Debug, Serialize)]
pub(crate) struct List {
    id: String,
    title: String,
    replies_policy: String,
    exclusive: bool,
}

impl From<domain::List> for List {
    fn from(list: domain::List) -> Self {
        Self {
            id: list.id.to_string(),
            title: list.title,
            replies_policy: list.replies_policy,
            exclusive: list.exclusive,
        }
    }
}
