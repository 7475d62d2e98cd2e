//! What waits for a moderator, in numbers.

use super::Moderation;
use crate::auth::Authority;
use crate::{Cx, Result};

/// What waits for somebody, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Held statuses and edits nobody decided about.
    pub holds: i64,
    /// Reports nobody dealt with.
    pub reports: i64,
    /// Appeals nobody decided.
    pub appeals: i64,
    /// Cases that are open.
    pub cases: i64,
    /// Requests for approval nobody answered.
    pub approvals: i64,
}

impl Moderation<'_> {
    /// What waits for `who`, in numbers.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting(&self, cx: &Cx, who: &Authority) -> Result<Waiting> {
        let (read, reach, by) = (self.service.storage().read(), who.reach(), who.by());
        Ok(Waiting {
            holds: read.holds().count_queue(reach, by).await?,
            reports: read.reports().count_open(reach, by).await?,
            appeals: read.appeals().count_waiting(reach, by).await?,
            cases: read.cases().count_open(reach, by).await?,
            approvals: read.rules().count_approvals(reach, cx.now()).await?,
        })
    }
}
