//! The file of a case as evidence: every part with the SHA-256 of what stands in it, and one hash over all of them.

use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::cases::{CaseView, Entry, Happening, Paper, PaperKind, Step, Subject};
use staffroom_domain::ids::{AccountId, CaseId};

use super::{Cases, bundle_html};
use crate::auth::Authority;
use crate::digest::sha256_hex;
use crate::{Cx, Result};

/// A part of the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// A name for a file.
    pub name: String,
    /// `application/json` or `text/plain`.
    pub media_type: &'static str,
    /// SHA-256 of the content, in hexadecimal digits.
    pub sha256: String,
    /// What stands in it.
    pub content: String,
}

/// Everything on file about a case.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The number of the case.
    pub case: CaseId,
    /// What it is about.
    pub kind: &'static str,
    /// When this was put together.
    pub made_at: Timestamp,
    /// The parts: head and lines of the file, then its papers as they came.
    pub parts: Vec<Part>,
    /// SHA-256 of the lines `HASH  NAME` of all parts in their order, each ended by a line feed: what `sha256sum` prints.
    pub manifest_sha256: String,
}

impl Bundle {
    /// The same as one page that can be printed, without scripts or anything from elsewhere.
    pub fn html(&self) -> String {
        bundle_html::page(self)
    }

    /// The lines `HASH  NAME`.
    pub fn manifest(&self) -> String {
        manifest(&self.parts)
    }
}

impl Cases<'_> {
    /// Everything on file about a case.
    ///
    /// # Errors
    /// [`crate::ServiceError::NotFound`] for one that is not theirs to deal with.
    pub async fn evidence(&self, cx: &Cx, who: &Authority, id: CaseId) -> Result<Bundle> {
        let view = self.get(who, id).await?;
        let mut parts = vec![part("case.json", &head(&view)), part("file.json", &lines(&view))];
        let papers = view.papers.iter().enumerate();
        parts.extend(papers.map(|(at, paper)| of_paper(at + 1, paper)));
        let manifest_sha256 = sha256_hex(&manifest(&parts));
        Ok(Bundle { case: id, kind: view.case.kind.as_str(), made_at: cx.now(), parts, manifest_sha256 })
    }
}

fn manifest(parts: &[Part]) -> String {
    parts.iter().fold(String::new(), |lines, part| lines + &part.sha256 + "  " + &part.name + "\n")
}

fn part(name: &str, content: &Value) -> Part {
    let content = format!("{content:#}");
    Part { name: name.to_owned(), media_type: "application/json", sha256: sha256_hex(&content), content }
}

/// A paper under the hash it came into the file with.
fn of_paper(number: usize, paper: &Paper) -> Part {
    let (ending, media_type) = match paper.kind {
        PaperKind::Complaint | PaperKind::Statement | PaperKind::Reply => ("json", "application/json"),
        PaperKind::Letter | PaperKind::Note => ("txt", "text/plain"),
    };
    Part {
        name: format!("{number:03}-{}.{ending}", paper.kind.as_str()),
        media_type,
        sha256: paper.digest.clone(),
        content: paper.text.clone(),
    }
}

fn head(view: &CaseView) -> Value {
    let case = &view.case;
    let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
    let subjects = view.subjects.iter().map(|subject| match subject {
        Subject::Account(id) => json!({ "kind": "account", "id": id.to_string(), "uri": uri(view, Some(*id)) }),
        Subject::Status(id) => json!({ "kind": "status", "id": id.to_string() }),
    });
    let due = view
        .due
        .iter()
        .map(|due| json!({ "duty": due.duty.as_str(), "by": due.by.to_rfc3339(), "source": due.source }));
    json!({
        "id": case.id.to_string(),
        "kind": case.kind.as_str(),
        "organisation_id": case.organisation.to_string(),
        "jurisdiction": case.jurisdiction,
        "state": case.state,
        "received_at": case.received_at.to_rfc3339(),
        "opened_at": case.opened_at.to_rfc3339(),
        "opened_by": uri(view, case.opened_by),
        "about": uri(view, case.about),
        "assigned_to": uri(view, case.assigned_to),
        "closed_at": time(case.closed_at),
        "retention": case.kind.retention().as_str(),
        "subjects": subjects.collect::<Vec<Value>>(),
        "deadlines": due.collect::<Vec<Value>>(),
    })
}

fn lines(view: &CaseView) -> Value {
    let paper_name = |entry: &Entry| {
        let at = view.papers.iter().position(|paper| Some(paper.id) == entry.paper)?;
        view.papers.get(at).map(|paper| of_paper(at + 1, paper).name)
    };
    let line = |entry: &Entry| {
        json!({
            "id": entry.id.to_string(),
            "what": entry.what.as_str(),
            "detail": detail(&entry.what),
            "at": entry.at.to_rfc3339(),
            "recorded_at": entry.recorded_at.to_rfc3339(),
            "by": uri(view, entry.by),
            "paper": paper_name(entry),
        })
    };
    view.entries.iter().map(line).collect()
}

/// What a line says beside its word.
fn detail(what: &Happening) -> Value {
    match what {
        Happening::Step(Step::Assessed { missing, earlier_removals }) => {
            let missing: Vec<&str> = missing.iter().map(|one| one.as_str()).collect();
            json!({ "missing": missing, "earlier_removals": earlier_removals })
        }
        Happening::Step(Step::PosterAnswered(answer)) => json!(format!("{answer:?}")),
        Happening::Letter(letter) => json!(letter.as_str()),
        Happening::Assigned(to) => json!(to.map(|id| id.to_string())),
        Happening::Alarm(rung) => json!(rung),
        Happening::Opened | Happening::Step(_) | Happening::Note | Happening::Closed => Value::Null,
    }
}

/// The network id of somebody named in a case.
fn uri(view: &CaseView, id: Option<AccountId>) -> Option<&str> {
    let account = view.accounts.iter().find(|account| Some(account.id) == id)?;
    Some(account.uri.as_str())
}
