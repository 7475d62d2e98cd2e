//! What is held, for its author and for those who decide about it.

use staffroom_domain::hold::{Hold, HoldState, HoldView, QueuePlace};
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::{Page, PageRequest};
use staffroom_storage::Tx;

use super::shown::note_of;
use crate::auth::Authority;
use crate::moderation::KeptVerdict;
use crate::statuses::Statuses;
use crate::{Result, ServiceError};

const MISSING: ServiceError = ServiceError::NotFound("held status");

impl Statuses<'_> {
    /// One's own that are or were held, newest first; only those that stand so, if `state` says how.
    ///
    /// # Errors
    /// The database failed.
    pub async fn held_list(
        &self,
        author: AccountId,
        state: Option<HoldState>,
        page: PageRequest,
    ) -> Result<Page<HoldView>> {
        let found = self.service.storage().read().holds().list_of(author, state, &page).await?;
        let (next, prev) = (found.next, found.prev);
        Ok(Page { items: self.hold_views(found.items).await?, next, prev })
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn held_one(&self, author: AccountId, id: StatusId) -> Result<HoldView> {
        let hold = self.service.storage().read().holds().of(author, id).await?;
        self.hold_view(hold.ok_or(ServiceError::NotFound("held status"))?).await
    }

    /// Those a rule asks for, by people `who` decides about: the open ones, or those that stand so.
    pub(crate) async fn held_by_others(
        &self,
        who: &Authority,
        state: Option<HoldState>,
        page: PageRequest,
    ) -> Result<Page<HoldView>> {
        let found = self.service.storage().read().holds().list(who.reach(), who.by(), state, &page).await?;
        let (next, prev) = (found.next, found.prev);
        Ok(Page { items: self.hold_views(found.items).await?, next, prev })
    }

    /// One of them.
    pub(crate) async fn held_by_other(&self, who: &Authority, id: StatusId) -> Result<Hold> {
        let read = self.service.storage().read();
        let hold = read.holds().by_id(id).await?.filter(|hold| hold.is_ruled).ok_or(MISSING)?;
        let author = read.accounts().by_id(hold.account_id).await?.ok_or(MISSING)?;
        who.check_reports_about(&read.users(), &read.organisations(), &author).await.map_err(as_missing)?;
        Ok(hold)
    }

    /// Those a rule asks for, by people `who` decides about, behind `after`, those first that should be decided first;
    /// without what they would look like.
    pub(crate) async fn held_queue(
        &self,
        who: &Authority,
        after: Option<QueuePlace>,
        limit: u64,
    ) -> Result<Vec<HoldView>> {
        let found = self.service.storage().read().holds().queue(who.reach(), who.by(), after, limit).await?;
        self.hold_heads(found).await
    }

    async fn hold_views(&self, holds: Vec<Hold>) -> Result<Vec<HoldView>> {
        let mut views = self.hold_heads(holds).await?;
        let holds: Vec<Hold> = views.iter().map(|view| view.hold.clone()).collect();
        let mut shown = self.held_views(&holds).await?;
        for view in &mut views {
            view.status = shown.remove(&view.hold.id);
        }
        Ok(views)
    }

    /// Everything but what they would look like.
    async fn hold_heads(&self, holds: Vec<Hold>) -> Result<Vec<HoldView>> {
        let mut ids: Vec<AccountId> =
            holds.iter().flat_map(|hold| [Some(hold.account_id), hold.decided_by]).flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts = self.service.storage().read().accounts().by_ids(&ids).await?;
        let account = |id: AccountId| accounts.iter().find(|account| account.id == id).cloned();
        let mut views = Vec::with_capacity(holds.len());
        for hold in holds {
            let Some(author) = account(hold.account_id) else { continue };
            views.push(HoldView {
                note: note_of(&hold)?,
                findings: KeptVerdict::read(&hold.verdict)?.findings(),
                decided_by: hold.decided_by.and_then(account),
                account: author,
                status: None,
                hold,
            });
        }
        Ok(views)
    }

    /// Everything that is shown of something held.
    pub(crate) async fn hold_view(&self, hold: Hold) -> Result<HoldView> {
        self.hold_views(vec![hold]).await?.pop().ok_or(MISSING)
    }
}

/// Whether `who` decides about something held, now.
///
/// # Errors
/// [`ServiceError::NotFound`] for others, [`ServiceError::Forbidden`] for those who lost the right.
pub(super) async fn check_decides(tx: &Tx, who: &Authority, hold: &Hold) -> Result<()> {
    let who = who.now(tx).await?;
    let author = tx.accounts().by_id(hold.account_id).await?.ok_or(MISSING)?;
    who.check_reports_about(&tx.users(), &tx.organisations(), &author).await.map_err(as_missing)
}

/// What is somebody else's to decide about is answered as if it were not there: that it is, is told nobody.
fn as_missing(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::NotFound(_) => MISSING,
        error => error,
    }
}
