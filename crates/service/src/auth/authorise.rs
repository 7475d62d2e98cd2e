//! Whether somebody may do something in an organisation, or to an account that belongs to one: the one place that
//! decides. What each role permits is `staffroom_domain::organisation`.

use staffroom_domain::account::{Account, User, UserRole};
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::organisation::{Reach, Right, Standing};
use staffroom_storage::{Tx, organisations, users};

use super::Auth;
use super::sign_in::check_usable;
use crate::{Result, ServiceError};

/// Who acts on others by some right, and how far that reaches. Only [`Auth::authority`] makes that of a person.
#[derive(Clone, Debug)]
pub struct Authority {
    by: Option<AccountId>,
    right: Right,
    reach: Reach,
}

impl Authority {
    /// That of whoever runs the server: everything, in nobody's name.
    pub const fn operator() -> Self {
        Self { by: None, right: Right::Administer, reach: Reach::Everywhere }
    }

    /// Who acts; `None` for the operator.
    pub const fn by(&self) -> Option<AccountId> {
        self.by
    }

    /// How far it reaches.
    pub const fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The same as it is now, for the transaction of what is done by it: roles are taken while requests are under way.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where nothing is left of it, and for accounts that are gone or switched off.
    pub(crate) async fn now(&self, tx: &Tx) -> Result<Self> {
        let Some(by) = self.by else { return Ok(self.clone()) };
        let account = tx.accounts().by_id(by).await?.ok_or_else(not_allowed)?;
        let user = tx.users().by_account(by).await?.ok_or_else(not_allowed)?;
        check_usable(&account, &user)?;
        let reach = reach_of(&tx.organisations(), &user, self.right).await?;
        if reach.is_nowhere() { Err(not_allowed()) } else { Ok(Self { by: self.by, right: self.right, reach }) }
    }

    /// Lets it take and end measures against an account: one of nobody here, or of a person who stands below in their own
    /// school.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for everybody else.
    pub(crate) async fn check_above(
        &self,
        users: &users::Reads<'_>,
        organisations: &organisations::Reads<'_>,
        account: &Account,
    ) -> Result<()> {
        match self.standings(users, organisations, account).await? {
            Some((own, theirs)) if theirs >= own => Err(not_allowed()),
            _ => Ok(()),
        }
    }

    /// Lets it deal with reports about an account: nobody does with those about themselves, or about somebody as high.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for the others, also out of reach: that there are some, is nobody else's business.
    pub(crate) async fn check_reports_about(
        &self,
        users: &users::Reads<'_>,
        organisations: &organisations::Reads<'_>,
        account: &Account,
    ) -> Result<()> {
        self.check_account(account)?;
        let standings = self.standings(users, organisations, account).await?;
        if self.by == Some(account.id) || standings.is_some_and(|(own, theirs)| !own.hears_of(theirs)) {
            return Err(ServiceError::NotFound("report"));
        }
        Ok(())
    }

    /// Where who acts stands in the school of an account, and where the person does whose it is. `None` for the operator,
    /// and for accounts of nobody here.
    async fn standings(
        &self,
        users: &users::Reads<'_>,
        organisations: &organisations::Reads<'_>,
        account: &Account,
    ) -> Result<Option<(Standing, Standing)>> {
        let Some(by) = self.by else { return Ok(None) };
        let Some(user) = users.by_account(account.id).await? else { return Ok(None) };
        let rank = users.by_account(by).await?.map_or(UserRole::Member, |user| user.role);
        let (own, theirs) = match account.organisation {
            Some(school) => (organisations.role(by, school).await?, organisations.role(account.id, school).await?),
            None => (None, None),
        };
        Ok(Some((Standing::of(rank, own), Standing::of(user.role, theirs))))
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
        Err(not_allowed())
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
        let reach = reach_of(&self.service.storage().read().organisations(), user, right).await?;
        Ok(Authority { by: Some(actor.id), right, reach })
    }

    /// The same for those whom it opens something.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for everybody else.
    pub async fn staff(&self, actor: &Account, user: &User, right: Right) -> Result<Authority> {
        let authority = self.authority(actor, user, right).await?;
        if authority.reach.is_nowhere() { Err(not_allowed()) } else { Ok(authority) }
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
        check_right(&self.service.storage().read().organisations(), actor, user, organisation, right).await
    }
}

/// Whether somebody may publish as this account, in the transaction that does: what waited for somebody else's leave was
/// written when they could.
pub(crate) async fn may_publish(tx: &Tx, account: &Account) -> Result<bool> {
    let user = tx.users().by_account(account.id).await?;
    let (Some(user), Some(school)) = (user, account.organisation) else { return Ok(false) };
    match check_right(&tx.organisations(), account, &user, school, Right::Publish).await {
        Ok(()) => Ok(true),
        Err(ServiceError::Forbidden(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn check_right(
    organisations: &organisations::Reads<'_>,
    actor: &Account,
    user: &User,
    organisation: OrganisationId,
    right: Right,
) -> Result<()> {
    check_usable(actor, user)?;
    if reach_of(organisations, user, right).await?.includes(organisation) {
        return Ok(());
    }
    Err(ServiceError::Forbidden("your role in your organisation does not allow this".to_owned()))
}

/// How far a right of a person reaches.
async fn reach_of(organisations: &organisations::Reads<'_>, user: &User, right: Right) -> Result<Reach> {
    let roles =
        if user.role.permits_everywhere(right) { Vec::new() } else { organisations.roles(user.account_id).await? };
    Ok(Reach::of(user.role, &roles, right))
}

/// The refusal that says no more than that.
pub(crate) fn not_allowed() -> ServiceError {
    ServiceError::Forbidden("This action is not allowed".to_owned())
}
