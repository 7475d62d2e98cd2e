//! Suspending an account, and ending that.

use std::time::Duration;

use staffroom_domain::appeal::{Ground, Restriction};
use staffroom_domain::ids::AccountId;
use staffroom_domain::moderation::Measure;
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::organisation::Reach;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_domain::{Account, AccountKind};
use staffroom_storage::Tx;

use super::Accounts;
use super::set_password::sign_out_everywhere;
use crate::appeals::{self, NewReasons};
use crate::auth::Authority;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::inbox::may_ask_again;
use crate::moderation_log::Entry;
use crate::organisations::{check_no_organisation_rests_on, lock_account};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError, webhooks};

impl Accounts<'_> {
    /// Suspends an account by the operator's decision: hidden, signed out, silent; where it is known it says so itself.
    /// One from elsewhere follows nobody here any more; it is told, and so are those it followed. Of one that is suspended
    /// only that changes whose decision it is.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account; [`ServiceError::Forbidden`] for the instance's own ones, and for
    /// the last admin of an organisation.
    pub async fn suspend(&self, cx: &Cx, id: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let account = lock_account(&tx, id).await?.ok_or(ServiceError::NotFound("account"))?;
        let before = account.clone();
        let done = Entry::on(&Authority::operator(), Deed::SuspendAccount, &account);
        self.suspend_within(&tx, cx, &Reach::Everywhere, account).await?;
        if let Some(since) = before.suspended_at {
            // A later time than that of any measure of a school, by which its moderators could end it.
            let at = cx.now().max(since.plus(Duration::from_millis(1)));
            tx.accounts().set_suspended(id, Some(at)).await?;
        } else if before.is_local() {
            let reasons = NewReasons {
                restriction: Restriction::Measure(Measure::Suspend),
                ground: Ground::Rules,
                rule: None,
                facts: "",
                decided_by: None,
                of_instance: true,
                warning: None,
                case: None,
            };
            appeals::keep(&tx, self.service, cx, &before, reasons).await?;
        }
        if before.is_local() {
            webhooks::queue(&tx, cx, WebhookEvent::AccountUpdated, &[id.0]).await?;
        }
        self.service.commit_deed(tx, done).await
    }

    /// Suspends an account, which is locked, within a transaction, by a right that reaches so far.
    pub(super) async fn suspend_within(self, tx: &Tx, cx: &Cx, reach: &Reach, account: Account) -> Result<()> {
        let id = account.id;
        if is_of_the_instance(&account) {
            return Err(ServiceError::Forbidden("the instance's own accounts cannot be suspended".to_owned()));
        }
        if account.suspended_at.is_none() || account.suspended_by_origin {
            check_no_organisation_rests_on(tx, reach, id).await?;
            tx.accounts().set_suspended(id, Some(cx.now())).await?;
            self.service.media().forget_faces(tx, &account).await?;
            self.sever(tx, cx, &account).await?;
            self.tell_standing(tx, cx, Account { suspended_at: Some(cx.now()), ..account }).await?;
        }
        sign_out_everywhere(tx, cx, id).await
    }

    /// Ends a suspension within a transaction: shown and heard again; the person signs in anew.
    pub(super) async fn unsuspend_within(self, tx: &Tx, cx: &Cx, account: Account) -> Result<()> {
        tx.accounts().set_suspended(account.id, None).await?;
        if account.suspended_at.is_some() {
            self.service.search().queue(cx, tx, Some(&account)).await?;
            self.tell_standing(tx, cx, Account { suspended_at: None, ..account }).await?;
        }
        Ok(())
    }

    /// Ends what a remote account follows here: what is for followers only would still be sent to it else.
    async fn sever(self, tx: &Tx, cx: &Cx, account: &Account) -> Result<()> {
        if account.is_local() {
            return Ok(());
        }
        let event = cx.id();
        let (follows, concerned) = tx.severances().sever_follower(event, account, cx.now()).await?;
        tx.severances().tell(event, &concerned, cx.now(), || cx.id()).await?;
        let Some(inbox) = account.endpoints.inbox.as_deref() else { return Ok(()) };
        let ids: Vec<AccountId> = follows.iter().map(|follow| follow.target_id).collect();
        let targets = tx.accounts().by_ids(&ids).await?;
        for follow in &follows {
            let Some(target) = targets.iter().find(|target| target.id == follow.target_id) else { continue };
            may_ask_again(tx, cx, &follow.uri).await?;
            let event = Event::FollowRejected { target, follower: account, follow };
            enqueue(tx, self.service, cx, target.id, event, Lane::Interactive, &[InboxRef::personal(inbox)]).await?;
        }
        Ok(())
    }

    /// Sends the document of a local account, which says whether it is suspended, to every server that knows it.
    async fn tell_standing(self, tx: &Tx, cx: &Cx, account: Account) -> Result<()> {
        if !account.is_local() {
            return Ok(());
        }
        let keys = tx.keys().of_account(account.id).await?;
        let known_at = tx.follows().acquainted_inboxes(account.id).await?;
        let inboxes: Vec<InboxRef> = known_at.into_iter().map(InboxRef::from).collect();
        let event = Event::AccountUpdated { account: &account, keys: &keys };
        enqueue(tx, self.service, cx, account.id, event, Lane::Interactive, &inboxes).await?;
        Ok(())
    }
}

/// Whether an account is the instance's, its moderators' or a hashtag's: nobody signs in to it, and something hangs on it.
pub(super) fn is_of_the_instance(account: &Account) -> bool {
    account.is_local() && (account.tag.is_some() || account.kind == AccountKind::Application)
}
