//! The end of an account: local ones deleted here, remote ones said to be gone.
//!
//! First the account itself in one transaction (from then on nobody sees anything of it), then its statuses piece by
//! piece, so that nobody waits for a long transaction. Doing it again goes on where it stopped.

use std::time::Duration;

use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::organisation::Reach;
use staffroom_storage::Tx;

use super::Accounts;
use super::set_password::sign_out_everywhere;
use super::suspend::is_of_the_instance;
use crate::auth::Authority;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::media::discard_pictures;
use crate::moderation_log::Entry;
use crate::organisations::{check_no_organisation_rests_on, lock_account};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError};

/// Statuses erased in one transaction.
const CHUNK: u64 = 200;
/// A deletion that is not done after this time was interrupted …
const INTERRUPTED_AFTER: Duration = Duration::from_mins(10);
/// … and what is older was looked at often enough.
const INTERRUPTED_SINCE: Duration = Duration::from_hours(48);

impl Accounts<'_> {
    /// Deletes a local account by the operator's decision: statuses removed, everybody who ever received something told,
    /// the name stays taken. Its key is kept, for what it said last is still on its way.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account, [`ServiceError::Forbidden`] for remote ones, the instance's
    /// own, and the last admin of an organisation.
    pub async fn delete(&self, cx: &Cx, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let account = lock_account(&tx, id).await?.ok_or(ServiceError::NotFound("account"))?;
        self.delete_within(&tx, cx, &account).await?;
        let done = Entry::on(&Authority::operator(), Deed::DeleteAccount, &account);
        self.service.commit_deed(tx, done).await?;
        self.erase_statuses(cx, id).await
    }

    /// [`Accounts::delete`] within a transaction, of an account that is locked. [`Self::erase_statuses`] comes after it.
    pub(super) async fn delete_within(self, tx: &Tx, cx: &Cx, account: &Account) -> Result<()> {
        let id = account.id;
        if !account.is_local() || is_of_the_instance(account) {
            return Err(ServiceError::Forbidden("only accounts of people on this instance can be deleted".to_owned()));
        }
        if account.deleted_at.is_some() {
            return Ok(());
        }
        check_no_organisation_rests_on(tx, &Reach::Everywhere, id).await?;
        let reached = tx.follows().acquainted_inboxes(id).await?;
        let inboxes: Vec<InboxRef> = reached.into_iter().map(InboxRef::from).collect();
        enqueue(tx, self.service, cx, id, Event::AccountDeleted { account }, Lane::Bulk, &inboxes).await?;
        sign_out_everywhere(tx, cx, id).await?;
        tx.users().remove(id).await?;
        tx.organisations().remove_member(id).await?;
        tx.figures().remove_all_of(id).await?;
        discard_pictures(tx, cx, id, vec![account.avatar.clone(), account.header.clone()]).await?;
        remove_account(tx, cx, account).await
    }

    /// A remote account said it is gone: it, its keys and its statuses are removed here. Unknown ones are ignored.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for an account of ours.
    pub async fn remove_remote(&self, cx: &Cx, uri: &str) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let Some(account) = tx.accounts().by_uri(uri).await? else { return Ok(()) };
        if account.is_local() {
            return Err(ServiceError::Forbidden(
                "an account of this instance is not removed from elsewhere".to_owned(),
            ));
        }
        self.remove_remote_within(&tx, cx, &account).await?;
        self.service.commit(tx).await?;
        self.erase_statuses(cx, account.id).await
    }

    /// [`Accounts::remove_remote`] within a transaction.
    pub(super) async fn remove_remote_within(self, tx: &Tx, cx: &Cx, account: &Account) -> Result<()> {
        if account.deleted_at.is_some() {
            return Ok(());
        }
        tx.keys().remove(account.id).await?;
        self.service.media().forget_faces(tx, account).await?;
        remove_account(tx, cx, account).await
    }

    /// Goes on with deletions that were interrupted after the account itself had gone.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn finish_erasures(&self, cx: &Cx) -> Result<()> {
        let (since, until) = (cx.now().minus(INTERRUPTED_SINCE), cx.now().minus(INTERRUPTED_AFTER));
        for id in self.service.storage().read().statuses().authors_to_erase(since, until).await? {
            self.erase_statuses(cx, id).await?;
        }
        Ok(())
    }

    pub(super) async fn erase_statuses(&self, cx: &Cx, id: AccountId) -> Result<()> {
        loop {
            let tx = self.service.storage().begin().await?;
            let left = tx.statuses().left_of(id, CHUNK).await?;
            self.service.media().forget_copies_of(&tx, &left).await?;
            tx.statuses().erase_all(&left, cx.now()).await?;
            self.service.commit(tx).await?;
            if u64::try_from(left.len()).is_ok_and(|erased| erased < CHUNK) {
                return Ok(());
            }
        }
    }
}

async fn remove_account(tx: &Tx, cx: &Cx, account: &Account) -> Result<()> {
    let id = account.id;
    tx.follows().remove_all_of(id).await?;
    tx.follows().remove_blocks_of(id).await?;
    tx.mutes().remove_all_of(id).await?;
    tx.account_domain_blocks().remove_all_of(id).await?;
    tx.account_notes().remove_all_of(id).await?;
    tx.endorsements().remove_all_of(id).await?;
    tx.conversations().remove_all_of(id).await?;
    tx.featured_tags().remove_all_of(id).await?;
    tx.discovery().remove_all_of(id).await?;
    tx.announcements().remove_all_of(id).await?;
    tx.notifications().remove_all_of(id).await?;
    tx.statuses().forget_favourites_of(id).await?;
    let notices = tx.holds().notices_to(id).await?;
    tx.statuses().erase_all(&notices, cx.now()).await?;
    tx.holds().remove_all_of(id).await?;
    tx.quarantine().remove_all_of(id).await?;
    tx.accounts().set_deleted(id, cx.now()).await?;
    Ok(())
}
