//! Accounts that move: of other servers, and our own. Staff change schools.

use std::time::Duration;

use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;
use staffroom_domain::job::Job;
use staffroom_domain::webhook::WebhookEvent;

use super::Accounts;
use super::suspend::is_of_the_instance;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError, webhooks};

/// A remote account is followed to another place at most once in this time.
const COOLDOWN: Duration = Duration::from_hours(7 * 24);
/// A local account moves at most once in this time.
const OWN_COOLDOWN: Duration = Duration::from_hours(30 * 24);
/// Most other ids of a local account.
const MAX_ALIASES: usize = 10;

impl Accounts<'_> {
    /// The remote account `from` moved to `to`: people here follow it there. The caller has checked that both say so.
    /// Repeating changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for a second move within a week, and for accounts of ours;
    /// [`ServiceError::NotFound`] for unknown ones.
    pub async fn moved(&self, cx: &Cx, from: AccountId, to: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let missing = || ServiceError::NotFound("account");
        let account = tx.accounts().by_id(from).await?.filter(|account| !account.is_gone()).ok_or_else(missing)?;
        let target = tx.accounts().by_id(to).await?.filter(|account| !account.is_gone()).ok_or_else(missing)?;
        if target.moved_to.is_some() {
            return Err(ServiceError::Forbidden("where it went has moved itself".to_owned()));
        }
        if account.is_local() || from == to {
            return Err(ServiceError::Forbidden("this account does not move from elsewhere".to_owned()));
        }
        let is_recent = account.moved_at.is_some_and(|at| at > cx.now().minus(COOLDOWN));
        if is_recent && account.moved_to.as_deref() != Some(&target.uri) {
            return Err(ServiceError::Forbidden("this account moved a short time ago".to_owned()));
        }
        if !is_recent {
            tx.accounts().update(&Account { moved_to: Some(target.uri), moved_at: Some(cx.now()), ..account }).await?;
            tx.jobs().push(cx.id(), &Job::MoveFollowers { from, to }, cx.now(), Some(&format!("move:{from}"))).await?;
        }
        self.service.commit(tx).await
    }

    /// Sets the other network ids of a local account, so that these can move here; tells its followers' servers.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names the id that is none, or too many; [`ServiceError::NotFound`] for unknown accounts.
    pub async fn set_aliases(&self, cx: &Cx, id: AccountId, uris: Vec<String>) -> Result<Account> {
        let field = "also_known_as_uris";
        if uris.len() > MAX_ALIASES {
            return Err(ServiceError::invalid(field, format!("cannot be more than {MAX_ALIASES}")));
        }
        let mut found = Vec::new();
        for uri in uris {
            let account = self.existing(field, &uri).await?;
            let account = account.filter(|account| account.id != id);
            let account = account.ok_or_else(|| ServiceError::invalid(field, format!("{uri} is no other account")))?;
            if !found.contains(&account.uri) {
                found.push(account.uri);
            }
        }
        self.change_own(cx, id, None, |account| account.also_known_as = found).await
    }

    /// A local account moves to `uri` (network id, page or handle), which must name it as one of its other ids. Its
    /// followers are asked to follow there; it writes nothing any more.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the target does not name it, has moved itself or there is none;
    /// [`ServiceError::Forbidden`] for a
    /// second move within 30 days, and for the instance's own accounts.
    pub async fn move_away(&self, cx: &Cx, id: AccountId, uri: &str) -> Result<Account> {
        let field = "moved_to_uri";
        let account = self.get(id).await?;
        if !account.is_local() || is_of_the_instance(&account) {
            return Err(ServiceError::Forbidden("only accounts of people on this instance move".to_owned()));
        }
        if account.moved_at.is_some_and(|at| at > cx.now().minus(OWN_COOLDOWN)) {
            return Err(ServiceError::Forbidden("an account moves at most once in 30 days".to_owned()));
        }
        let target = self.existing(field, uri).await?.filter(|target| target.id != id && !target.is_gone());
        let target = target.ok_or_else(|| ServiceError::invalid(field, "is no other account"))?;
        let target = self.refreshed(target).await?;
        if target.moved_to.is_some() {
            return Err(ServiceError::invalid(field, "has moved itself; that has to be taken back there first"));
        }
        if !target.also_known_as.contains(&account.uri) {
            let why = format!("does not name {} as an account of the same person", account.uri);
            return Err(ServiceError::invalid(field, why));
        }
        let change = |account: &mut Account| {
            account.moved_to = Some(target.uri.clone());
            account.moved_at = Some(cx.now());
        };
        self.change_own(cx, id, Some(&target), change).await
    }

    /// Takes a move back: a local account that moved away writes again. Who followed it elsewhere meanwhile goes on
    /// following there.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for unknown accounts and those of others.
    pub async fn move_back(&self, cx: &Cx, id: AccountId) -> Result<Account> {
        self.change_own(cx, id, None, |account| account.moved_to = None).await
    }

    /// Changes a local account and tells its followers' servers; also where it `goes`.
    pub(super) async fn change_own(
        self,
        cx: &Cx,
        id: AccountId,
        goes: Option<&Account>,
        change: impl FnOnce(&mut Account),
    ) -> Result<Account> {
        let keys = self.public_keys(id).await?;
        let tx = self.service.storage().begin().await?;
        let account = tx.accounts().lock(id).await?.filter(|account| account.is_local() && !account.is_gone());
        let mut account = account.ok_or(ServiceError::NotFound("account"))?;
        change(&mut account);
        tx.accounts().update(&account).await?;
        let inboxes: Vec<InboxRef> = tx.follows().follower_inboxes(id).await?.into_iter().map(InboxRef::from).collect();
        let event = Event::AccountUpdated { account: &account, keys: &keys };
        enqueue(&tx, self.service, cx, id, event, Lane::Interactive, &inboxes).await?;
        webhooks::queue(&tx, cx, WebhookEvent::AccountUpdated, &[id.0]).await?;
        if let Some(target) = goes {
            let event = Event::AccountMoved { account: &account, target };
            enqueue(&tx, self.service, cx, id, event, Lane::Interactive, &inboxes).await?;
            tx.jobs()
                .push(cx.id(), &Job::MoveFollowers { from: id, to: target.id }, cx.now(), Some(&format!("move:{id}")))
                .await?;
        }
        self.service.commit(tx).await?;
        Ok(account)
    }

    /// The account behind a network id, page or handle, asked for if need be.
    async fn existing(self, field: &'static str, uri: &str) -> Result<Option<Account>> {
        let read = self.service.storage().read();
        if let Some(known) = read.accounts().by_uri(uri).await? {
            return Ok(Some(known));
        }
        let handle = uri.trim_start_matches('@');
        let found = match (self.service.remote(), handle.split_once('@')) {
            (Some(remote), Some((user, domain))) if !handle.contains('/') => {
                remote.account_by_handle(user, domain).await
            }
            (Some(remote), _) if uri.starts_with("http") => remote.account_by_uri(uri).await,
            _ => Ok(None),
        };
        match found.map_err(|error| unreachable(field, error))? {
            Some(id) => Ok(read.accounts().by_id(id).await?),
            None => Ok(None),
        }
    }

    /// A remote account as its own server describes it now.
    async fn refreshed(self, account: Account) -> Result<Account> {
        match self.service.remote() {
            Some(remote) if !account.is_local() => {
                let fresh = remote.refresh_account(&account.uri).await;
                self.get(fresh.map_err(|error| unreachable("moved_to_uri", error))?).await
            }
            _ => Ok(account),
        }
    }
}

/// What its server does not tell is said of the value that named it.
fn unreachable(field: &'static str, error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Remote(why) => ServiceError::invalid(field, format!("cannot be looked up: {why}")),
        other => other,
    }
}
