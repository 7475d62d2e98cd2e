//! Timelines: which statuses, in which order. Keyset-paged; each query names the index it walks.

mod fan_out;
mod read;
mod remove;

pub use read::{AccountTimeline, Origin, TagTimeline};

crate::db::noun!();
