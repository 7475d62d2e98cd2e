//! Timelines: which statuses, in which order. Keyset-paged; each query names the index it walks.

mod fan_out;
mod link;
mod read;
mod remove;

pub(crate) use read::{AUTHOR_IS_HERE, PUBLIC, heard_sql, unwanted_sql};
pub use read::{AccountTimeline, Origin, TagTimeline};

crate::db::noun!();
