//! A person's rights on the instance.

use staffroom_domain::account::UserRole;
use staffroom_domain::ids::AccountId;
use staffroom_domain::moderation_log::{Deed, Subject};

use super::Accounts;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Result, ServiceError};

impl Accounts<'_> {
    /// Gives a person other rights on the instance by the operator's decision; they hold from their next request on. Their role in their school is
    /// another matter, and stays.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts nobody signs in to.
    pub async fn set_role(&self, id: AccountId, role: UserRole) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.users().set_role(id, role).await? {
            return Err(ServiceError::NotFound("user"));
        }
        self.service.commit_deed(tx, entry(id, role)).await
    }
}

/// The rights the operator gave, for the log.
pub(super) fn entry(id: AccountId, role: UserRole) -> Entry {
    let subject = Subject::new("account", &id);
    Entry::new(&Authority::operator(), Deed::SetAccountRole, subject).with("role", role.as_str())
}
