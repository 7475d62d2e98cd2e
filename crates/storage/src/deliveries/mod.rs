//! Deliveries waiting for their hosts. A row means "still to be done": it is inserted with the activity and deleted
//! when the host took it, and never updated in between while all goes well.
//!
//! Adding is in this folder's `enqueue.rs`, taking back in `collapse.rs`, choosing what to send in `schedule.rs`, endings
//! in `finish.rs`, what has had its time in `expire.rs`, what people are shown in `status.rs`.

mod collapse;
mod enqueue;
mod expire;
mod finish;
mod health;
mod schedule;
mod status;

pub use collapse::Untried;
pub use enqueue::{InboxRow, NewDelivery, NewInbox};
pub use finish::{DeadDelivery, HostFailure, INBOX_GONE};
pub use schedule::{DueDelivery, DueHost, LanePending, LeasedHost, Wanted};
pub use status::{HostQueue, HostReport, WaitingHost};

crate::db::noun!();
