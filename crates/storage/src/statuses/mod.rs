//! Queries about statuses: reading with the viewer's eyes, threads, storing, erasing.
//!
//! `visible.rs` holds the one rule about who may see a status, in SQL.

mod erase;
mod erase_author;
mod read;
mod row;
mod scheduled;
mod thread;
mod visible;
mod write;

pub use read::StoredThoughDeleted;
pub(crate) use row::{COLUMNS, Row, statuses_from};
pub use scheduled::{Claimed, Scheduled};
pub use thread::Edge;
pub(crate) use visible::visible_sql;

crate::db::noun!();
