//! Collections and their pages. How many items one claims to have is not even read.

use serde_json::Value;

use super::lenient::{items, member};

/// A collection, or a page of one.
#[derive(Clone, Copy, Debug)]
pub struct CollectionDoc<'a> {
    value: &'a Value,
}

impl<'a> CollectionDoc<'a> {
    /// `value`, if it is one.
    pub fn read(value: &'a Value) -> Option<Self> {
        let kinds = ["Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"];
        member(value, "type").is_some_and(|kind| kinds.contains(&kind)).then_some(Self { value })
    }

    /// What is on it.
    pub fn items(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        let of = |name: &str| self.value.get(name).map(items).unwrap_or_default();
        of("orderedItems").iter().chain(of("items"))
    }

    /// Where it goes on: the first page of a collection, else the next one; by reference or embedded.
    pub fn next(&self) -> Option<&'a Value> {
        ["first", "next"].iter().find_map(|name| self.value.get(name)).filter(|next| !next.is_null())
    }
}
