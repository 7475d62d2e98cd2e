//! What moderators decide about something held. They decide about what they saw: when it was changed meanwhile, or somebody
//! else was faster, they are told.

use staffroom_domain::account::Account;
use staffroom_domain::appeal::{Ground, Restriction};
use staffroom_domain::hold::{Hold, HoldState};
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::organisation::Reach;
use staffroom_storage::Tx;

use super::listing::check_decides;
use super::release::Way;
use super::{forget_id, keep_changed, overtaken, words};
use crate::appeals::{self, NewReasons};
use crate::auth::Authority;
use crate::moderation::KeptVerdict;
use crate::moderation::holds::Seen;
use crate::moderation_log::Entry;
use crate::statuses::Statuses;
use crate::statuses::note::{checked, needed};
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// A moderator lets it out; `note` is told to its author.
    pub(crate) async fn release_held(&self, cx: &Cx, who: &Authority, seen: Seen, note: &str) -> Result<()> {
        let (hold, note) = (self.open_to(who, seen).await?, checked(note)?);
        Box::pin(self.release(cx, hold, Way::decided(who, note))).await
    }

    /// A moderator says no, and why.
    pub(crate) async fn reject_held(&self, cx: &Cx, who: &Authority, seen: Seen, reason: &str) -> Result<()> {
        let (hold, reason) = (self.open_to(who, seen).await?, needed(reason, "reason")?);
        let told = words::rejected(self.service, &hold, &KeptVerdict::read(&hold.verdict)?, &reason);
        let rejected = Hold {
            state: HoldState::Rejected,
            decided_at: Some(cx.now()),
            decided_by: who.by(),
            note: reason,
            ..hold.clone()
        };
        self.decide(cx, who, hold, rejected, (Deed::RejectHold, "rejected"), &told).await
    }

    /// A moderator asks its author to edit it, and says what; it is still held.
    pub(crate) async fn ask_to_edit_held(&self, cx: &Cx, who: &Authority, seen: Seen, note: &str) -> Result<()> {
        let (hold, note) = (self.open_to(who, seen).await?, needed(note, "note")?);
        let told = words::edit_asked(self.service, &hold, &note);
        let asked = Hold { state: HoldState::Held, note, ..hold.clone() };
        self.decide(cx, who, hold, asked, (Deed::AskToEditHold, "edit-asked"), &told).await
    }

    async fn decide(
        self,
        cx: &Cx,
        who: &Authority,
        before: Hold,
        after: Hold,
        (deed, what): (Deed, &str),
        told: &str,
    ) -> Result<()> {
        let voice = self.service.accounts().ensure_moderation_account(cx).await?;
        let is_over = !after.state.is_open();
        let rejected = (after.state == HoldState::Rejected).then(|| after.note.clone());
        let tx = self.service.storage().begin().await?;
        check_decides(&tx, who, &before).await?;
        keep_changed(&tx, cx, after).await?;
        if is_over {
            forget_id(&tx, &before);
        }
        let author = tx.accounts().by_id(before.account_id).await?.ok_or(ServiceError::NotFound("held status"))?;
        let moderation = self.service.moderation();
        moderation.record_decided(cx, &tx, &before, what, who.by()).await?;
        if let Some(reason) = rejected {
            self.explain(&tx, cx, who, &before, (&author, &reason)).await?;
        }
        self.say(&tx, cx, (&voice, &author), &before, None, told).await?;
        self.service.commit_deed(tx, entry(who, deed, &before, &author)).await
    }

    /// Keeps why something is rejected, for an appeal.
    async fn explain(
        self,
        tx: &Tx,
        cx: &Cx,
        who: &Authority,
        hold: &Hold,
        (author, reason): (&Account, &str),
    ) -> Result<()> {
        let rule = KeptVerdict::read(&hold.verdict)?.rule();
        let reasons = NewReasons {
            restriction: Restriction::StatusRejected(hold.id),
            ground: Ground::Rules,
            rule: rule.as_deref(),
            facts: reason,
            decided_by: who.by(),
            of_instance: *who.reach() == Reach::Everywhere,
            warning: None,
            case: None,
        };
        // the notice leads to the page of what is held, where there is no need of another link
        appeals::keep(tx, self.service, cx, author, reasons).await?;
        Ok(())
    }

    /// What was `seen`, if it is for `who` to decide about, nobody did, no appeal took it from them, and it is what it was.
    async fn open_to(&self, who: &Authority, seen: Seen) -> Result<Hold> {
        let hold = self.held_by_other(who, seen.id).await?;
        if !hold.state.is_open() || seen.revision.is_some_and(|revision| revision != hold.revision) {
            return Err(overtaken(&hold, &self.service.storage().read().accounts()).await?);
        }
        if !hold.is_for_moderators() {
            let why = "an appeal was granted: its author alone decides now, unless they edit it or send it for review";
            return Err(ServiceError::Conflict(why.to_owned()));
        }
        Ok(hold)
    }
}

/// Something done about something held, for the log.
pub(super) fn entry(who: &Authority, deed: Deed, hold: &Hold, author: &Account) -> Entry {
    Entry::new(who, deed, Subject::new("hold", &hold.id))
        .about(author)
        .with("revision", hold.revision)
        .with("edits", hold.edits.map(|id| id.to_string()))
}
