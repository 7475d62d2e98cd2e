//! Opening a case.

use std::collections::BTreeSet;

use serde_json::json;
use staffroom_domain::cases::{Case, CaseKind, CaseView, Happening, PaperKind, Subject};
use staffroom_domain::ids::{AccountId, CaseId, OrganisationId, ReportId, StatusId};
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::status::Status;
use staffroom_domain::{Account, Timestamp, Viewer, text};
use staffroom_storage::Tx;

use super::load::{Open, logged};
use super::{Cases, Filed, checked, papers};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

/// Most statuses, and most accounts, a case is about.
const MAX_SUBJECTS: usize = 50;

/// A case to be opened by a moderator.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// What it is about.
    pub kind: CaseKind,
    /// The organisation that deals with it.
    pub organisation: OrganisationId,
    /// Code of the jurisdiction; `None` takes the instance's.
    pub jurisdiction: Option<String>,
    /// When what it is about came, or became known; `None` for now.
    pub received_at: Option<Timestamp>,
    /// Statuses it is about that who opens it can see.
    pub status_ids: Vec<StatusId>,
    /// Accounts it is about.
    pub account_ids: Vec<AccountId>,
    /// A report whose statuses and account it is about.
    pub report: Option<ReportId>,
    /// What somebody wrote in; complete or not.
    pub filed: Option<Filed>,
    /// A word for the file; may be empty.
    pub note: String,
}

/// A case to be begun, whoever does.
pub(super) struct Begun<'a> {
    pub(super) kind: CaseKind,
    pub(super) organisation: OrganisationId,
    pub(super) jurisdiction: &'a str,
    pub(super) received_at: Timestamp,
    pub(super) by: Option<AccountId>,
    pub(super) statuses: &'a [Status],
    pub(super) accounts: &'a [AccountId],
    pub(super) filed: Option<&'a Filed>,
}

impl Cases<'_> {
    /// Opens a case.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an organisation `who` does not reach, and for statuses, accounts and reports they
    /// cannot see; [`ServiceError::Invalid`] names the value that is wrong.
    pub async fn open(&self, cx: &Cx, who: &Authority, new: NewCase) -> Result<CaseView> {
        let filed = new.filed.map(Filed::checked).transpose()?;
        let note = checked("note", &new.note)?;
        match &filed {
            Some(filed) if !filed.fits(new.kind) => {
                return Err(ServiceError::invalid("complaint", "is of another kind than the case"));
            }
            None if new.kind.has_complainant() => return Err(ServiceError::invalid("complaint", "can't be blank")),
            _ => {}
        }
        if new.status_ids.len() > MAX_SUBJECTS || new.account_ids.len() > MAX_SUBJECTS {
            return Err(ServiceError::invalid("status_ids", format!("cannot be more than {MAX_SUBJECTS}")));
        }
        let received_at = new.received_at.unwrap_or(cx.now());
        if received_at > cx.now() {
            return Err(ServiceError::invalid("received_at", "is in the future"));
        }
        let tx = self.service.storage().begin().await?;
        let who = who.now(&tx).await?;
        who.check_organisation(new.organisation)?;
        if tx.organisations().by_id(new.organisation).await?.is_none() {
            return Err(ServiceError::NotFound("organisation"));
        }
        let (mut statuses, mut accounts) = (seen(&tx, &who, &new.status_ids).await?, new.account_ids);
        if let Some(report) = new.report {
            let (target, reported) = self.reported(&tx, &who, report).await?;
            accounts.push(target);
            statuses.extend(reported);
        }
        check_reached(&tx, &who, &statuses, &accounts).await?;
        let default = &self.service.settings().jurisdiction;
        let begun = Begun {
            kind: new.kind,
            organisation: new.organisation,
            jurisdiction: new.jurisdiction.as_deref().unwrap_or(default),
            received_at,
            by: who.by(),
            statuses: &statuses,
            accounts: &accounts,
            filed: filed.as_ref(),
        };
        let mut open = self.begin(&tx, cx, begun).await?;
        let id = open.case.id;
        if tx.cases().get(id, who.reach(), who.by()).await?.is_none() {
            // about themselves, or about somebody as high
            return Err(ServiceError::NotFound("case"));
        }
        if !note.is_empty() {
            let paper = papers::add(&tx, self.service, cx, id, PaperKind::Note, &note).await?;
            open.add(&tx, cx, who.by(), Happening::Note, cx.now(), Some(paper)).await?;
        }
        let done = logged(&who, Deed::OpenCase, &open.case).with("report", new.report.map(|id| id.to_string()));
        open.keep(&tx, cx).await?;
        self.service.commit_deed(tx, done).await?;
        self.get(&who, id).await
    }

    /// Puts a case, its papers and its first line where they are kept, and tells those who are to look after it. It is
    /// not kept before [`Open::keep`].
    pub(super) async fn begin(self, tx: &Tx, cx: &Cx, begun: Begun<'_>) -> Result<Open> {
        let authors = begun.statuses.iter().map(|status| status.account_id);
        let accounts: BTreeSet<AccountId> = authors.chain(begun.accounts.iter().copied()).collect();
        let about = begun.statuses.first().map(|status| status.account_id).or(begun.accounts.first().copied());
        let case = Case {
            id: cx.id(),
            organisation: begun.organisation,
            kind: begun.kind,
            jurisdiction: begun.jurisdiction.to_owned(),
            state: String::new(),
            received_at: begun.received_at,
            opened_at: cx.now(),
            opened_by: begun.by,
            about,
            assigned_to: None,
            unclaimed_since: cx.now(),
            rung: 0,
            version: 0,
            closed_at: None,
        };
        let mut open = Open::begin(case)?;
        let statuses = begun.statuses.iter().map(|status| Subject::Status(status.id));
        let subjects: Vec<Subject> = statuses.chain(accounts.into_iter().map(Subject::Account)).collect();
        open.settle(cx)?;
        tx.cases().insert(&open.case, &subjects).await?;
        let id = open.case.id;
        let paper = match begun.filed {
            Some(filed) => Some(papers::add(tx, self.service, cx, id, PaperKind::Complaint, &filed.encode()?).await?),
            None => None,
        };
        self.copy(tx, cx, id, begun.statuses).await?;
        open.add(tx, cx, begun.by, Happening::Opened, cx.now(), paper).await?;
        self.tell_of_new(tx, cx, &open).await?;
        Ok(open)
    }

    /// Puts copies of statements into a file: they may be gone tomorrow.
    async fn copy(self, tx: &Tx, cx: &Cx, id: CaseId, statuses: &[Status]) -> Result<()> {
        let ids: Vec<AccountId> = statuses.iter().map(|status| status.account_id).collect();
        let authors = tx.accounts().by_ids(&ids).await?;
        let author = |status: &Status| authors.iter().find(|author| author.id == status.account_id);
        let copies: Vec<String> = statuses.iter().map(|status| copy_of(status, author(status))).collect();
        papers::add_all(tx, self.service, cx, id, PaperKind::Statement, &copies).await?;
        Ok(())
    }

    /// Whom a report is about and the statuses it names, which who reported handed over.
    async fn reported(self, tx: &Tx, who: &Authority, id: ReportId) -> Result<(AccountId, Vec<Status>)> {
        let report = tx.reports().by_id(id).await?.ok_or(ServiceError::NotFound("report"))?;
        let target = tx.accounts().by_id(report.target_id).await?.ok_or(ServiceError::NotFound("report"))?;
        who.check_reports_about(&tx.users(), &tx.organisations(), &target).await?;
        let statuses = tx.statuses().by_ids(&report.status_ids).await?;
        Ok((target.id, statuses.into_iter().filter(|status| status.deleted_at.is_none()).collect()))
    }
}

/// Nobody deals with people their right does not reach, nor with those of other servers unless it is the whole instance.
async fn check_reached(tx: &Tx, who: &Authority, statuses: &[Status], accounts: &[AccountId]) -> Result<()> {
    let authors = statuses.iter().map(|status| status.account_id);
    let named: Vec<AccountId> = authors.chain(accounts.iter().copied()).collect();
    let found = tx.accounts().by_ids(&named).await?;
    for id in named {
        let account = found.iter().find(|account| account.id == id).ok_or(ServiceError::NotFound("account"))?;
        who.check_account(account)?;
    }
    Ok(())
}

/// Statuses that `who` can see, as anybody or by name.
async fn seen(tx: &Tx, who: &Authority, ids: &[StatusId]) -> Result<Vec<Status>> {
    let viewer = who.by().map_or(Viewer::Anonymous, Viewer::Account);
    let found = tx.statuses().visible_of(viewer, ids).await?;
    let is_there = |id: &StatusId| found.iter().any(|status| status.id == *id && status.reblog_of.is_none());
    if ids.iter().all(is_there) { Ok(found) } else { Err(ServiceError::NotFound("status")) }
}

/// A status as evidence.
fn copy_of(status: &Status, author: Option<&Account>) -> String {
    let said = if status.text.is_empty() { text::to_plain(&status.content) } else { status.text.clone() };
    let media: Vec<String> = status.media_ids.iter().map(ToString::to_string).collect();
    let copy = json!({
        "uri": status.uri,
        "url": status.url,
        "author": author.map(|author| author.uri.as_str()),
        "content_warning": status.spoiler_text,
        "text": said,
        "html": status.content,
        "media": media,
        "created_at": status.created_at.to_rfc3339(),
        "edited_at": status.edited_at.map(Timestamp::to_rfc3339),
    });
    format!("{copy:#}")
}

/// What the statement of such a copy says, for comparing.
pub(super) fn text_of(copy: &str) -> String {
    let copy: serde_json::Value = serde_json::from_str(copy).unwrap_or_default();
    let part = |name: &str| copy.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    format!("{} {}", part("content_warning"), part("text"))
}
