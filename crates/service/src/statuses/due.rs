//! What falls due by itself: scheduled statuses and the ends of polls.

use staffroom_domain::ids::{PollId, ScheduledStatusId};

use super::Statuses;
use crate::{Cx, Result};

impl Statuses<'_> {
    /// Publishes a scheduled status (a job); running it twice publishes once.
    pub(crate) async fn publish_scheduled(&self, _cx: &Cx, _id: ScheduledStatusId) -> Result<()> {
        unimplemented!()
    }
    /// Tells voters and author that a poll closed (a job); running it twice tells once.
    pub(crate) async fn close_poll(&self, _cx: &Cx, _id: PollId) -> Result<()> {
        unimplemented!()
    }
}
