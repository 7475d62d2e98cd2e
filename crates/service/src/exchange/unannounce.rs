//! A moderator takes a status out of the exchange without deleting it.

use staffroom_domain::ids::StatusId;

use super::{Exchange, share};
use crate::statuses::everybody;
use crate::{Cx, Result, ServiceError};

impl Exchange<'_> {
    /// Takes all announcements of a local status back and keeps it out of the exchange from now on. The status stays;
    /// doing it again changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is no status of somebody here.
    pub async fn unannounce(&self, cx: &Cx, status: StatusId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let found = tx.statuses().get(status).await?.filter(|status| status.local && status.reblog_of.is_none());
        let status = found.ok_or(ServiceError::NotFound("status"))?;
        tx.exchange().set_sharing(status.id, false).await?;
        let everybody = everybody(&tx, &status).await?;
        share::undo_announces(&tx, self.service, cx, &status, &[], &everybody).await?;
        self.service.commit(tx).await
    }
}
