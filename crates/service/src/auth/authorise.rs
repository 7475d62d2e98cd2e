//! Whether somebody may do something in an organisation, or to an account that belongs to one: the one place that
//! decides. What each role permits is `staffroom_domain::organisation`.

use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::organisation::{Reach, Right};

use super::Auth;
use super::sign_in::check_usable;
use crate::{Result, ServiceError};

/// Who acts on others by some right, and how far that reaches. Only [`Auth::authority`] makes that of a person.
#[derive(Clone, Debug)]
pub struct Authority {
    by: Option<AccountId>,
    reach: Reach,
}

impl Authority {
    /// That of whoever runs the server: everything, in nobody's name.
    pub const fn operator() -> Self {
        Self { by: None, reach: Reach::Everywhere }
    }

    /// Who acts; `None` for the operator.
    pub const fn by(&self) -> Option<AccountId> {
        self.by
    }

    /// How far it reaches.
    pub const fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Lets it act on the instance as a whole.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where it holds in single organisations alone.
    pub(crate) fn check_instance(&self) -> Result<()> {
        if self.reach == Reach::Everywhere {
            return Ok(());
        }
        tracing::warn!(by = ?self.by, "refused: that is for those with rights on the whole instance");
        Err(ServiceError::Forbidden("This action is not allowed".to_owned()))
    }

    /// Lets it act in an organisation.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for every other one: what there is, is nobody else's business.
    pub(crate) fn check_organisation(&self, organisation: OrganisationId) -> Result<()> {
        if self.reach.includes(organisation) {
            return Ok(());
        }
        tracing::warn!(by = ?self.by, %organisation, "refused: another organisation");
        Err(ServiceError::NotFound("organisation"))
    }

    /// Lets it act on an account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for those of other schools and of other servers.
    pub(crate) fn check_account(&self, account: &Account) -> Result<()> {
        if self.reach.covers(account) {
            return Ok(());
        }
        tracing::warn!(by = ?self.by, account = %account.id, "refused: an account of another organisation");
        Err(ServiceError::NotFound("account"))
    }
}

impl Auth<'_> {
    /// By which authority a person does what needs `right`; its reach may be nowhere.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for accounts that are gone, switched off or not yet approved.
    pub async fn authority(&self, actor: &Account, user: &User, right: Right) -> Result<Authority> {
        check_usable(actor, user)?;
        let roles = if user.role.permits_everywhere(right) {
            Vec::new()
        } else {
            self.service.storage().read().organisations().roles(actor.id).await?
        };
        Ok(Authority { by: Some(actor.id), reach: Reach::of(user.role, &roles, right) })
    }

    /// Lets a person with `right` in `organisation` go on.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for everybody else, and for accounts that are gone, switched off or not yet approved.
    pub async fn authorise(
        &self,
        actor: &Account,
        user: &User,
        organisation: OrganisationId,
        right: Right,
    ) -> Result<()> {
        if self.authority(actor, user, right).await?.reach.includes(organisation) {
            return Ok(());
        }
        Err(ServiceError::Forbidden("your role in your organisation does not allow this".to_owned()))
    }
}
