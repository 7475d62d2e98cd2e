//! Deliveries waiting for their hosts. A row means "still to be done": it is inserted with the activity and deleted
//! when the host took it, and never updated in between while all goes well.
//!
//! Adding is in this folder's `enqueue.rs`, taking back in `collapse.rs`, choosing what to send in `schedule.rs`, endings in `finish.rs`.

mod collapse;
mod enqueue;
mod finish;
mod schedule;

pub use collapse::Untried;
pub use enqueue::{InboxRow, NewDelivery, NewInbox};
pub use finish::{DeadDelivery, HostFailure};
pub use schedule::{DueDelivery, DueHost, LeasedHost, Wanted};

crate::db::noun!();
