//! Looking decisions and appeals up.

use staffroom_domain::appeal::{DecisionView, Restriction};
use staffroom_domain::ids::{AccountId, AppealId, StatusId};
use staffroom_domain::organisation::Reach;
use staffroom_domain::{Page, PageRequest};

use super::Appeals;
use crate::auth::Authority;
use crate::{Result, ServiceError};

impl Appeals<'_> {
    /// What was decided about somebody, newest first, for themselves.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decisions(&self, account: AccountId, page: PageRequest) -> Result<Page<DecisionView>> {
        Ok(self.service.storage().read().appeals().decisions(account, &page).await?)
    }

    /// The newest decision about something of somebody that is or was held, for themselves.
    ///
    /// # Errors
    /// The database failed.
    pub async fn about_held(&self, account: AccountId, id: StatusId) -> Result<Option<DecisionView>> {
        let found = self.service.storage().read().appeals().about_status(account, id).await?;
        Ok(found.filter(|view| view.reasons.restriction == Restriction::StatusRejected(id)))
    }

    /// Somebody's appeals, newest first, for themselves.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(&self, account: AccountId, page: PageRequest) -> Result<Page<DecisionView>> {
        Ok(self.service.storage().read().appeals().of(account, &page).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for those of others.
    pub async fn own(&self, account: AccountId, id: AppealId) -> Result<DecisionView> {
        let found = self.service.storage().read().appeals().get(id, &Reach::Everywhere, None).await?;
        found.filter(|view| view.reasons.account_id == account).ok_or(ServiceError::NotFound("appeal"))
    }

    /// Appeals `who` reaches that are theirs to deal with, newest first: those that wait, or the others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, who: &Authority, decided: bool, page: PageRequest) -> Result<Page<DecisionView>> {
        Ok(self.service.storage().read().appeals().list(who.reach(), who.by(), decided, &page).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for those that are not theirs to deal with.
    pub async fn get(&self, who: &Authority, id: AppealId) -> Result<DecisionView> {
        let found = self.service.storage().read().appeals().get(id, who.reach(), who.by()).await?;
        found.ok_or(ServiceError::NotFound("appeal"))
    }
}
