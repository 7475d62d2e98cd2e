//! Deleting a status of one's own.

use staffroom_domain::Viewer;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::status::StatusView;

use super::{Statuses, asking, audience};
use crate::deliveries::{Lane, enqueue};
use crate::exchange::share;
use crate::ports::Event;
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// Deletes a status of one's own; returns what it was, for "delete and redraft". Its attachments can be attached
    /// again for a day unless `with_media`; nobody else sees them any more.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn delete(&self, cx: &Cx, author: AccountId, id: StatusId, with_media: bool) -> Result<StatusView> {
        let view = self.get(Viewer::Account(author), id).await?;
        if view.status.account_id != author {
            return Err(ServiceError::NotFound("status"));
        }
        if let Some(original) = view.status.reblog_of {
            self.unreblog(cx, author, original, crate::Origin::Local).await?;
            return Ok(view);
        }
        let status = &view.status;
        let tx = self.service.storage().begin().await?;
        let mut everybody = audience::everybody(&tx, status).await?;
        everybody.extend(asking::asked_inbox(&tx, id).await?);
        share::undo_announces(&tx, self.service, cx, status, &[], &everybody).await?;
        let event = Event::StatusDeleted { author: &view.account, status };
        enqueue(&tx, self.service, cx, author, event, Lane::Interactive, &everybody).await?;
        if !tx.exchange().hubs_told(id).await?.is_empty() {
            let key = format!("reach:{id}");
            tx.jobs().push(cx.id(), &Job::TellHubsReach(id), cx.now(), Some(&key)).await?;
        }
        if !tx.statuses().erase(status, cx.now()).await? {
            return Err(ServiceError::NotFound("status"));
        }
        if with_media && !status.media_ids.is_empty() {
            tx.media().give_up(&status.media_ids).await?;
        }
        self.service.commit(tx).await?;
        Ok(view)
    }
}
