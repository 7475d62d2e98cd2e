//! Giving and taking roles, and moving accounts between schools.

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::organisation::{Membership, Role};
use staffroom_storage::Tx;

use super::{Organisations, check_not_last_admin, lock};
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

impl Organisations<'_> {
    /// Gives a person here a role in an organisation, instead of the one they had there. It says what they may do in it;
    /// the school they belong to stays, and with it who decides about their account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an organisation that `who` does not reach and for accounts nobody signs in to,
    /// [`ServiceError::Forbidden`] when the organisation would lose its last admin.
    pub async fn set_role(
        &self,
        cx: &Cx,
        who: &Authority,
        id: OrganisationId,
        account: AccountId,
        role: Role,
    ) -> Result<Membership> {
        let tx = self.service.storage().begin().await?;
        check_admin(&tx, who, id).await?;
        let account = person(&tx, account).await?;
        if role != Role::Admin {
            check_not_last_admin(&tx, account.id, id).await?;
        }
        tx.organisations().set_role(account.id, id, role, cx.now()).await?;
        let done = entry(who, Deed::GiveRole, account.id).within(id).with("role", role.as_str());
        self.service.commit_deed(tx, done).await?;
        tracing::info!(by = ?who.by(), organisation = %id, account = %account.id, role = role.as_str(), "role given");
        Ok(Membership { account, role })
    }

    /// Takes somebody's role in an organisation. One who left their own school writes nothing any more; their account
    /// still belongs to it, until it is moved or deleted.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an organisation that `who` does not reach and for somebody without a role in it,
    /// [`ServiceError::Forbidden`] for its last admin.
    pub async fn take_role(&self, who: &Authority, id: OrganisationId, account: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        check_admin(&tx, who, id).await?;
        check_not_last_admin(&tx, account, id).await?;
        if !tx.organisations().take_role(account, id).await? {
            return Err(ServiceError::NotFound("member"));
        }
        self.service.commit_deed(tx, entry(who, Deed::TakeRole, account).within(id)).await?;
        tracing::info!(by = ?who.by(), organisation = %id, %account, "role taken");
        Ok(())
    }

    /// Makes an account one of another school, whose moderators decide about it from now on. The person's role in the
    /// former one ends; in the new one they write, unless they have a role there already.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance, and for the last admin of the former
    /// school; [`ServiceError::NotFound`] for an unknown organisation and for accounts nobody signs in to.
    pub async fn move_to(
        &self,
        cx: &Cx,
        who: &Authority,
        account: AccountId,
        to: OrganisationId,
    ) -> Result<Membership> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        let from = known(&tx, account).await?.organisation.filter(|from| *from != to);
        // In order of their ids: two who move people there and back must not wait for each other.
        let mut concerned: Vec<OrganisationId> = from.into_iter().chain([to]).collect();
        concerned.sort_unstable();
        for id in concerned {
            lock(&tx, id).await?;
        }
        let account = person(&tx, account).await?;
        if account.organisation.filter(|from| *from != to) != from {
            return Err(ServiceError::Conflict("the account was just moved by somebody else".to_owned()));
        }
        if let Some(from) = from {
            check_not_last_admin(&tx, account.id, from).await?;
            tx.organisations().take_role(account.id, from).await?;
            tx.organisations().set_school(account.id, to).await?;
        }
        let role = if let Some(role) = tx.organisations().role(account.id, to).await? {
            role
        } else {
            tx.organisations().set_role(account.id, to, Role::Contributor, cx.now()).await?;
            Role::Contributor
        };
        // Where somebody came from is no business of the other school: it stays with the instance.
        let from = from.map(|from| from.to_string());
        let done = entry(who, Deed::MoveAccount, account.id).with("from", from).with("to", to.to_string());
        self.service.commit_deed(tx, done).await?;
        tracing::info!(by = ?who.by(), organisation = %to, account = %account.id, "account moved");
        Ok(Membership { account: Account { organisation: Some(to), ..account }, role })
    }
}

/// Something done about who belongs where, for the log.
fn entry(who: &Authority, deed: Deed, account: AccountId) -> Entry {
    Entry::new(who, deed, Subject::new("account", &account))
}

/// Locks an organisation for somebody whose right reaches it, now.
pub(super) async fn check_admin(tx: &Tx, who: &Authority, id: OrganisationId) -> Result<()> {
    who.check_organisation(id)?;
    lock(tx, id).await?;
    // Only now: others whose turn came first may have taken the right.
    who.now(tx).await?.check_organisation(id)
}

/// The account of a person here.
async fn known(tx: &Tx, id: AccountId) -> Result<Account> {
    let account = tx.accounts().by_id(id).await?.filter(|account| account.is_local() && account.deleted_at.is_none());
    tx.users().by_account(id).await?.ok_or(ServiceError::NotFound("account"))?;
    account.ok_or(ServiceError::NotFound("account"))
}

/// The same, locked: the organisations concerned are locked before.
async fn person(tx: &Tx, id: AccountId) -> Result<Account> {
    tx.accounts().lock(id).await?;
    known(tx, id).await
}
