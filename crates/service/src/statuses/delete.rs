//! Deleting a status: one's own, or one that has to go.

use staffroom_domain::hold::HoldChoice;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::status::{Status, StatusView};
use staffroom_domain::{Account, Viewer};
use staffroom_storage::Tx;

use super::{Statuses, asking, audience, held};
use crate::deliveries::{Lane, enqueue};
use crate::exchange::share;
use crate::ports::Event;
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// Deletes a status of one's own, or takes back one that is held; returns what it was, for "delete and redraft". Its
    /// attachments can be attached again for a day unless `with_media`; nobody else sees them any more.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn delete(&self, cx: &Cx, author: AccountId, id: StatusId, with_media: bool) -> Result<StatusView> {
        if let Some(hold) = self.open_hold(Viewer::Account(author), id).await? {
            let view = self.held_view(&hold).await?;
            self.choose(cx, author, id, HoldChoice::Withdraw).await?;
            if with_media && !view.status.media_ids.is_empty() {
                let tx = self.service.storage().begin().await?;
                tx.media().give_up(&view.status.media_ids).await?;
                tx.commit().await?;
            }
            return Ok(view);
        }
        let view = self.get(Viewer::Account(author), id).await?;
        if view.status.account_id != author {
            return Err(ServiceError::NotFound("status"));
        }
        if let Some(original) = view.status.reblog_of {
            self.unreblog(cx, author, original, crate::Origin::Local).await?;
            return Ok(view);
        }
        let tx = self.service.storage().begin().await?;
        self.delete_within(&tx, cx, &view.account, &view.status, with_media).await?;
        self.service.commit(tx).await?;
        Ok(view)
    }

    /// Deletes a status of a local account within a transaction.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when somebody else just did.
    async fn delete_within(self, tx: &Tx, cx: &Cx, author: &Account, status: &Status, with_media: bool) -> Result<()> {
        let id = status.id;
        let mut everybody = audience::everybody(tx, status).await?;
        everybody.extend(asking::asked_inbox(tx, id).await?);
        share::undo_announces(tx, self.service, cx, status, &[], &everybody).await?;
        let event = Event::StatusDeleted { author, status };
        enqueue(tx, self.service, cx, author.id, event, Lane::Interactive, &everybody).await?;
        if !tx.exchange().hubs_told(id).await?.is_empty() {
            let key = format!("reach:{id}");
            tx.jobs().push(cx.id(), &Job::TellHubsReach(id), cx.now(), Some(&key)).await?;
        }
        held::supersede_edit(tx, cx, id).await?;
        if !tx.statuses().erase(status, cx.now()).await? {
            return Err(ServiceError::NotFound("status"));
        }
        if with_media && !status.media_ids.is_empty() {
            tx.media().give_up(&status.media_ids).await?;
        }
        Ok(())
    }

    /// Removes a status, whoever wrote it, within a transaction: one of a local account with its attachments and
    /// everywhere it went; one from elsewhere here, and it does not come again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is gone already.
    pub(crate) async fn take_down(self, tx: &Tx, cx: &Cx, author: &Account, status: &Status) -> Result<()> {
        if status.local {
            return self.delete_within(tx, cx, author, status, true).await;
        }
        self.service.media().forget_copies_of(tx, &[status.id]).await?;
        if !tx.statuses().erase(status, cx.now()).await? {
            return Err(ServiceError::NotFound("status"));
        }
        tx.statuses().bury(&status.uri, &author.uri, cx.now()).await?;
        tx.exchange().drop_held(&status.uri).await?;
        Ok(())
    }
}
