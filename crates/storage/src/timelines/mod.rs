//! Timelines: which statuses, in which order. Keyset-paged; each query names the index it walks.

mod fan_out;
mod read;
mod remove;

pub use read::{AccountTimeline, Origin, TagTimeline};

use crate::db::Db;

/// What can be asked.
#[derive(Debug)]
pub struct Reads<'a> {
    pub(crate) db: Db<'a>,
}

/// What can be asked and changed.
#[derive(Debug)]
pub struct Writes<'a>(pub(crate) Reads<'a>);

impl<'a> std::ops::Deref for Writes<'a> {
    type Target = Reads<'a>;

    fn deref(&self) -> &Reads<'a> {
        &self.0
    }
}
