//! Removing statements, and knowing them again when they come back.

use staffroom_domain::Account;
use staffroom_domain::appeal::{Ground, Restriction};
use staffroom_domain::cases::fingerprint::Fingerprint;
use staffroom_domain::cases::notice::Stage;
use staffroom_domain::cases::{Case, CaseKind, Paper, PaperKind, Subject};
use staffroom_domain::ids::StatusId;
use staffroom_domain::mail::LetterKind;
use staffroom_domain::moderation_log::{self as log, Deed};
use staffroom_domain::organisation::Reach;
use staffroom_domain::sign_up::plain_email;
use staffroom_domain::status::Status;
use staffroom_storage::Tx;
use staffroom_storage::cases::Removal;

use super::load::Open;
use super::{Cases, Filed, open, papers};
use crate::appeals::{self, NewReasons};
use crate::auth::Authority;
use crate::mail::{Matter, can_appeal, write};
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// Keeps the hashes of complainants apart from everything else that is signed.
const COMPLAINANTS: &str = "complainants";

impl Cases<'_> {
    /// The statements a case is about that are still there.
    pub(super) async fn statements(self, tx: &Tx, case: &Case) -> Result<Vec<Status>> {
        let subjects = tx.cases().subjects(&[case.id]).await?.remove(&case.id).unwrap_or_default();
        let statuses = subjects.into_iter().filter_map(|subject| match subject {
            Subject::Status(id) => Some(id),
            Subject::Account(_) => None,
        });
        let ids: Vec<StatusId> = statuses.collect();
        Ok(tx.statuses().by_ids(&ids).await?)
    }

    /// Removes the statements a case is about, and tells those here who wrote them why, and what they can do; what was
    /// removed, for the log.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the right of `who` does not reach who wrote one.
    pub(super) async fn remove(self, tx: &Tx, cx: &Cx, who: &Authority, open: &Open, why: &str) -> Result<Vec<Entry>> {
        let statuses = self.statements(tx, &open.case).await?;
        let authors: Vec<_> = statuses.iter().map(|status| status.account_id).collect();
        let (authors, users) = (tx.accounts().by_ids(&authors).await?, tx.users().by_accounts(&authors).await?);
        let mut removed = Vec::new();
        for status in &statuses {
            let author = authors.iter().find(|author| author.id == status.account_id);
            let author = author.filter(|author| who.reach().covers(author)).ok_or_else(out_of_reach)?;
            self.service.statuses().take_down(tx, cx, author, status).await?;
            let subject = log::Subject::new("status", &status.id);
            let done = Entry::new(who, Deed::RemoveStatus, subject).about(author);
            removed.push(done.with("case", open.case.id.to_string()));
            let Some(user) = users.iter().find(|user| user.account_id == author.id) else { continue };
            let link = self.explain(tx, cx, who, open, author, (status, why)).await?;
            let said = if why.is_empty() { String::new() } else { format!("\n\nThey write:\n\n{why}") };
            let text = format!(
                "A moderator has removed something you wrote ({}), because of {} number {}.{said}\n\n{}",
                status.created_at.to_date(),
                open.case.kind.described(),
                open.case.id,
                can_appeal(&link)
            );
            let matter = Matter::Told { kind: LetterKind::Moderation, subject: "Something was removed", text: &text };
            write(tx, self.service, cx, author, user, matter).await?;
        }
        Ok(removed)
    }

    async fn explain(
        self,
        tx: &Tx,
        cx: &Cx,
        who: &Authority,
        open: &Open,
        author: &Account,
        (status, why): (&Status, &str),
    ) -> Result<String> {
        let source = match open.course.notice().map(|notice| &notice.stage) {
            Some(Stage::Removing { ground, .. }) => Some(ground.source()),
            _ => None,
        };
        let reasons = NewReasons {
            restriction: Restriction::StatusRemoved(status.id),
            ground: Ground::Law,
            rule: source,
            facts: why,
            decided_by: who.by(),
            of_instance: *who.reach() == Reach::Everywhere,
            warning: None,
            case: Some(open.case.id),
        };
        appeals::keep(tx, self.service, cx, author, reasons).await
    }

    /// Keeps what a statement said that is removed after a notice, so that it is known when it comes back.
    pub(super) async fn remember(self, tx: &Tx, cx: &Cx, open: &Open, papers: &[Paper]) -> Result<()> {
        let Some((complainant, fingerprint)) = self.known_by(&open.case, papers)? else { return Ok(()) };
        let Some(poster) = open.case.about else { return Ok(()) };
        let fingerprint = fingerprint.written();
        let removal = Removal { case: open.case.id, complainant, poster, fingerprint, at: cx.now() };
        tx.cases().add_removal(removal).await?;
        Ok(())
    }

    /// How often the statement of a notice, or substantially the same of the same poster, was removed before after
    /// notices of the same complainant.
    pub(super) async fn earlier_removals(self, tx: &Tx, case: &Case, papers: &[Paper]) -> Result<u32> {
        let Some((complainant, fingerprint)) = self.known_by(case, papers)? else { return Ok(0) };
        let Some(poster) = case.about else { return Ok(0) };
        let removed = tx.cases().removed(&complainant, poster).await?;
        let alike = removed.iter().filter_map(|text| Fingerprint::parse(text)).filter(|one| one.is_like(&fingerprint));
        Ok(u32::try_from(alike.count()).unwrap_or(u32::MAX))
    }

    /// Who complained, as a keyed hash, and what the statement says; `None` for cases that are no notices, and where
    /// either is not known.
    fn known_by(self, case: &Case, on_file: &[Paper]) -> Result<Option<(Vec<u8>, Fingerprint)>> {
        if case.kind != CaseKind::DefamationNotice {
            return Ok(None);
        }
        let Filed::Notice(notice) = papers::filed(case, on_file)? else { return Ok(None) };
        let copy = on_file.iter().find(|paper| paper.kind == PaperKind::Statement);
        let said = copy.map_or_else(|| notice.statement.clone(), |paper| open::text_of(&paper.text));
        let (Some(email), Some(print)) = (plain_email(&notice.complainant_email), Fingerprint::of(&said)) else {
            return Ok(None);
        };
        let hash = self.service.storage().vault().sign(COMPLAINANTS, email.as_bytes());
        Ok(Some((hash, print)))
    }
}

fn out_of_reach() -> ServiceError {
    let why = "whose statement this is belongs to no organisation of yours; those who look after the whole instance remove it";
    ServiceError::Forbidden(why.to_owned())
}
