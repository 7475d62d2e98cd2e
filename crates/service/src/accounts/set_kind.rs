//! What an account stands for.

use staffroom_domain::account::{Account, AccountKind};
use staffroom_domain::ids::AccountId;

use super::Accounts;
use super::suspend::is_of_the_instance;
use crate::{Cx, Result, ServiceError};

impl Accounts<'_> {
    /// Says whether an account is a person, a bot or an organisation speaking as itself; its followers' servers are told.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an account that is not here; [`ServiceError::Forbidden`] for the instance's own;
    /// [`ServiceError::Invalid`] for kinds nobody signs in to.
    pub async fn set_kind(&self, cx: &Cx, id: AccountId, kind: AccountKind) -> Result<Account> {
        let account = self.stored(id).await?;
        if is_of_the_instance(&account) {
            return Err(ServiceError::Forbidden("the instance's own accounts stay what they are".to_owned()));
        }
        if !matches!(kind, AccountKind::Person | AccountKind::Service | AccountKind::Organization) {
            return Err(ServiceError::invalid("kind", "is none that somebody signs in to"));
        }
        self.change_own(cx, id, None, |account| account.kind = kind).await
    }
}
