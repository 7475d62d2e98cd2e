//! Who is on duty for an organisation, and who covers for them.

use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::account::Account;
use staffroom_domain::cases::rota::{Turn, TurnKind};
use staffroom_domain::ids::{AccountId, OrganisationId, RotaTurnId};
use staffroom_domain::moderation_log::{Deed, Subject};

use super::Cases;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// Longest turn.
const LONGEST: Duration = Duration::from_hours(366 * 24);

/// A turn to be put on the rota.
#[derive(Clone, Copy, Debug)]
pub struct NewTurn {
    /// For which organisation.
    pub organisation: OrganisationId,
    /// Whose.
    pub account: AccountId,
    /// As what.
    pub kind: TurnKind,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl Cases<'_> {
    /// The turns of an organisation that are not over, the first first, each with whose it is.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an organisation `who` does not reach.
    pub async fn rota(&self, cx: &Cx, who: &Authority, organisation: OrganisationId) -> Result<Vec<(Turn, Account)>> {
        who.check_organisation(organisation)?;
        let read = self.service.storage().read();
        let turns = read.rota().turns(organisation, cx.now()).await?;
        let ids: Vec<AccountId> = turns.iter().map(|turn| turn.account).collect();
        let accounts = read.accounts().by_ids(&ids).await?;
        let with_account = |turn: Turn| {
            let account = accounts.iter().find(|account| account.id == turn.account)?;
            Some((turn, account.clone()))
        };
        Ok(turns.into_iter().filter_map(with_account).collect())
    }

    /// Puts a turn on the rota.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an organisation `who` does not reach, [`ServiceError::Invalid`] for somebody who does
    /// not moderate there, and for times that are over, in the wrong order, or more than a year apart.
    pub async fn take_turn(&self, cx: &Cx, who: &Authority, new: NewTurn) -> Result<(Turn, Account)> {
        if new.until <= new.from || new.until > new.from.plus(LONGEST) {
            return Err(ServiceError::invalid("until", "must be after the beginning, by a year at most"));
        }
        if new.until <= cx.now() {
            return Err(ServiceError::invalid("until", "is over"));
        }
        let tx = self.service.storage().begin().await?;
        let who = who.now(&tx).await?;
        who.check_organisation(new.organisation)?;
        if tx.organisations().by_id(new.organisation).await?.is_none() {
            return Err(ServiceError::NotFound("organisation"));
        }
        if !tx.rota().staff(new.organisation).await?.iter().any(|one| one.account == new.account) {
            return Err(ServiceError::invalid("account_id", "is not somebody who moderates there"));
        }
        let NewTurn { organisation, account, kind, from, until } = new;
        let turn = Turn { id: cx.id(), organisation, account, kind, from, until };
        tx.rota().insert(&turn).await?;
        let account = tx.accounts().by_id(account).await?.ok_or(ServiceError::NotFound("account"))?;
        self.service.commit_deed(tx, entry(&who, Deed::CreateTurn, &turn)).await?;
        Ok((turn, account))
    }

    /// Takes a turn off the rota.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, or of an organisation `who` does not reach.
    pub async fn drop_turn(&self, who: &Authority, id: RotaTurnId) -> Result<()> {
        let missing = || ServiceError::NotFound("turn");
        let tx = self.service.storage().begin().await?;
        let turn = tx.rota().turn(id).await?.ok_or_else(missing)?;
        who.now(&tx).await?.check_organisation(turn.organisation).map_err(|_| missing())?;
        if !tx.rota().remove(id).await? {
            return Err(missing());
        }
        self.service.commit_deed(tx, entry(who, Deed::DeleteTurn, &turn)).await
    }
}

/// Something done about the rota, for the log.
fn entry(who: &Authority, deed: Deed, turn: &Turn) -> Entry {
    Entry::new(who, deed, Subject::new("rota_turn", &turn.id))
        .within(turn.organisation)
        .with("account", turn.account.to_string())
        .with("as", turn.kind.as_str())
        .with("from", turn.from.to_rfc3339())
        .with("until", turn.until.to_rfc3339())
}
