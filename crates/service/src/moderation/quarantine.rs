//! What came from elsewhere and waits, for moderators of the instance: what comes in is seen by people of all schools. How
//! it is kept and taken in is `statuses::quarantine`.

use staffroom_domain::ids::QuarantineId;
use staffroom_domain::quarantine::{QuarantineState, QuarantinedView};
use staffroom_domain::{Page, PageRequest};

use super::Moderation;
use crate::auth::Authority;
use crate::{Cx, Result, Service};

/// What came from elsewhere and waits.
#[derive(Clone, Copy)]
pub struct Quarantine<'a> {
    service: &'a Service,
}

impl<'a> Moderation<'a> {
    /// What came from elsewhere and waits.
    pub fn quarantine(&self) -> Quarantine<'a> {
        Quarantine { service: self.service }
    }
}

impl Quarantine<'_> {
    /// What stands as `state` says: what waits by its deadline, the soonest first; what is decided newest first.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`](crate::ServiceError::Forbidden) for those without rights on the whole instance.
    pub async fn list(
        &self,
        who: &Authority,
        state: QuarantineState,
        page: PageRequest,
    ) -> Result<Page<QuarantinedView>> {
        who.check_instance()?;
        self.service.statuses().quarantined(state, page).await
    }

    /// One of them.
    ///
    /// # Errors
    /// As [`Quarantine::list`]; [`ServiceError::NotFound`](crate::ServiceError::NotFound) when there is none, or none any
    /// more.
    pub async fn get(&self, who: &Authority, id: QuarantineId) -> Result<QuarantinedView> {
        who.check_instance()?;
        self.service.statuses().quarantined_one(id).await
    }

    /// Lets it in: it is taken in as if it came now.
    ///
    /// # Errors
    /// As [`Quarantine::get`]; [`ServiceError::Conflict`](crate::ServiceError::Conflict) when it is decided already (by
    /// whom), was changed or taken back meanwhile, or cannot come in any more.
    pub async fn release(&self, cx: &Cx, who: &Authority, id: QuarantineId, note: &str) -> Result<QuarantinedView> {
        who.check_instance()?;
        self.service.statuses().release_quarantined(cx, who, id, note).await?;
        self.get(who, id).await
    }

    /// Says no, and why.
    ///
    /// # Errors
    /// As [`Quarantine::release`]; [`ServiceError::Invalid`](crate::ServiceError::Invalid) without a reason.
    pub async fn reject(&self, cx: &Cx, who: &Authority, id: QuarantineId, reason: &str) -> Result<QuarantinedView> {
        who.check_instance()?;
        self.service.statuses().reject_quarantined(cx, who, id, reason).await?;
        self.get(who, id).await
    }
}
