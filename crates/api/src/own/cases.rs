//! Legal cases: `/api/staffroom/v1/moderation/cases…`, and what is due in them.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use staffroom_domain::cases::notice::Notice;
use staffroom_domain::cases::{CaseFilter, CaseKind, CaseView, Complaint, Due, Entry, Happening, Step, Subject};
use staffroom_domain::ids::AccountId;
use staffroom_domain::{Account, Timestamp};
use staffroom_service::cases::{Bundle, Filed, NewCase};

use super::organisations::LISTED;
use crate::call::{Call, id, ids};
use crate::entities::Render;
use crate::error::{ApiError, ApiResult};
use crate::paging;
use crate::params::Params;

/// Days looked ahead, and deadlines listed, unless asked otherwise and at most.
const DAYS: (i64, i64) = (7, 365);

/// Those the caller deals with, newest first, without their files: the open ones, or the others.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let filter = CaseFilter {
        closed: call.params.flag("closed")?,
        kind: call.params.filled("kind").map(kind).transpose()?,
        assigned_to: call.params.filled("assigned_to").and_then(id),
    };
    let page = call.service().cases().list(call.authority()?, filter, call.own_page(LISTED.0, LISTED.1)?).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |view| entity(render, &view)))
}

/// One of them, with its file.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let view = call.service().cases().get(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(file(call.render(), &view)))
}

/// Opens one.
pub(crate) async fn open(call: Call) -> ApiResult<Json<Value>> {
    let params = &call.params;
    let kind = kind(params.filled("kind").ok_or_else(|| ApiError::invalid("kind", "can't be blank"))?)?;
    let organisation = params.filled("organisation_id").and_then(id).ok_or_else(ApiError::not_found)?;
    let report = match params.filled("report_id") {
        None => None,
        Some(text) => Some(id(text).ok_or_else(ApiError::not_found)?),
    };
    let new = NewCase {
        kind,
        organisation,
        jurisdiction: params.filled("jurisdiction").map(str::to_owned),
        received_at: params.filled("received_at").map(|text| time("received_at", text)).transpose()?,
        status_ids: named(&params.list("status_ids"))?,
        account_ids: named(&params.list("account_ids"))?,
        report,
        filed: params.group("complaint").map(|complaint| filed(kind, &complaint)).transpose()?,
        note: params.text("note").unwrap_or_default().to_owned(),
    };
    let view = Box::pin(call.service().cases().open(&call.cx, call.authority()?, new)).await?;
    Ok(Json(file(call.render(), &view)))
}

/// Everything on file, each part with its hash: as JSON, or as a page to keep and print.
pub(crate) async fn evidence(call: Call) -> ApiResult<Response> {
    let bundle = call.service().cases().evidence(&call.cx, call.authority()?, call.path_id("id")?).await?;
    match call.params.filled("format") {
        None | Some("json") => Ok(Json(bundled(&bundle)).into_response()),
        Some("html") => {
            let name = format!("attachment; filename=\"case-{}.html\"", bundle.case);
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_DISPOSITION, name.as_str()),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
            ];
            Ok((headers, bundle.html()).into_response())
        }
        Some(_) => Err(ApiError::invalid("format", "must be json or html")),
    }
}

/// What is over, and what is due in the next `days`, the soonest first.
pub(crate) async fn deadlines(call: Call) -> ApiResult<Json<Value>> {
    let days = call.params.within("days", 0..=DAYS.1)?.unwrap_or(DAYS.0);
    let days = u16::try_from(days).unwrap_or_default();
    let limit = call.own_limit(LISTED.0, LISTED.1)?;
    let due = call.service().cases().due(&call.cx, call.authority()?, days, limit).await?;
    Ok(Json(due.iter().map(|due| deadline(call.cx.now(), due)).collect()))
}

fn kind(word: &str) -> ApiResult<CaseKind> {
    CaseKind::parse(word).ok_or_else(|| ApiError::invalid("kind", "is unknown"))
}

/// A time as clients write it.
pub(super) fn time(name: &str, text: &str) -> ApiResult<Timestamp> {
    Timestamp::parse(text).ok_or_else(|| ApiError::invalid(name, "is not a time"))
}

/// Ids of things that all must be there.
fn named<T: From<i64>>(texts: &[&str]) -> ApiResult<Vec<T>> {
    let found = ids(texts);
    if found.len() == texts.len() { Ok(found) } else { Err(ApiError::not_found()) }
}

/// What somebody wrote in, as a moderator copies it.
fn filed(kind: CaseKind, written: &Params) -> ApiResult<Filed> {
    let text = |name: Option<&str>| name.unwrap_or_default().to_owned();
    if kind != CaseKind::DefamationNotice {
        return Ok(Filed::Complaint(Complaint {
            name: text(written.text("name")),
            email: text(written.text("email")),
            location: text(written.text("location")),
            text: text(written.text("text")),
        }));
    }
    Ok(Filed::Notice(Notice {
        complainant_name: text(written.text("name")),
        complainant_email: text(written.text("email")),
        statement: text(written.text("statement")),
        why_defamatory: text(written.text("why_defamatory")),
        location: text(written.text("location")),
        meaning: text(written.text("meaning")),
        what_is_wrong: text(written.text("what_is_wrong")),
        cannot_identify_poster: written.flag("cannot_identify_poster")?,
        poster_may_have_name: written.boolean("poster_may_have_name")?,
        poster_may_have_email: written.boolean("poster_may_have_email")?,
    }))
}

fn entity(render: Render<'_>, view: &CaseView) -> Value {
    let case = &view.case;
    let account = |id: Option<AccountId>| known(view, id).map(|account| render.account(account));
    let subject = |subject: &Subject| match subject {
        Subject::Account(id) => json!({ "kind": "account", "id": id.to_string() }),
        Subject::Status(id) => json!({ "kind": "status", "id": id.to_string() }),
    };
    json!({
        "id": case.id.to_string(),
        "kind": case.kind.as_str(),
        "organisation_id": case.organisation.to_string(),
        "jurisdiction": case.jurisdiction,
        "state": case.state,
        "received_at": case.received_at.to_rfc3339(),
        "opened_at": case.opened_at.to_rfc3339(),
        "opened_by": account(case.opened_by),
        "about": account(case.about),
        "assigned_to": account(case.assigned_to),
        "version": case.version,
        "closed_at": case.closed_at.map(Timestamp::to_rfc3339),
        "retention": case.kind.retention().as_str(),
        "subjects": view.subjects.iter().map(subject).collect::<Vec<Value>>(),
        "deadlines": view.due.iter().map(|due| deadline(render.now, due)).collect::<Vec<Value>>(),
    })
}

/// A case with its file.
pub(super) fn file(render: Render<'_>, view: &CaseView) -> Value {
    let mut entity = entity(render, view);
    let papers = view.papers.iter().map(|paper| {
        json!({
            "id": paper.id.to_string(),
            "kind": paper.kind.as_str(),
            "text": paper.text,
            "sha256": paper.digest,
            "created_at": paper.created_at.to_rfc3339(),
        })
    });
    if let Value::Object(members) = &mut entity {
        members.insert("possible".to_owned(), view.possible.iter().map(|kind| kind.as_str()).collect());
        members.insert("entries".to_owned(), view.entries.iter().map(|one| entry(render, view, one)).collect());
        members.insert("papers".to_owned(), papers.collect());
    }
    entity
}

fn entry(render: Render<'_>, view: &CaseView, entry: &Entry) -> Value {
    json!({
        "id": entry.id.to_string(),
        "what": entry.what.as_str(),
        "detail": detail(&entry.what),
        "at": entry.at.to_rfc3339(),
        "recorded_at": entry.recorded_at.to_rfc3339(),
        "by": known(view, entry.by).map(|account| render.account(account)),
        "paper_id": entry.paper.map(|id| id.to_string()),
    })
}

fn detail(what: &Happening) -> Value {
    match what {
        Happening::Step(Step::Assessed { missing, earlier_removals }) => {
            let missing: Vec<&str> = missing.iter().map(|one| one.as_str()).collect();
            json!({ "missing": missing, "earlier_removals": earlier_removals })
        }
        Happening::Letter(letter) => json!({ "letter": letter.as_str() }),
        Happening::Assigned(to) => json!({ "account_id": to.map(|id| id.to_string()) }),
        Happening::Alarm(rung) => json!({ "rung": rung }),
        Happening::Opened | Happening::Step(_) | Happening::Note | Happening::Closed => Value::Null,
    }
}

fn deadline(now: Timestamp, due: &Due) -> Value {
    json!({
        "case_id": due.case.to_string(),
        "duty": due.duty.as_str(),
        "by": due.by.to_rfc3339(),
        "source": due.source,
        "overdue": now > due.by,
    })
}

fn bundled(bundle: &Bundle) -> Value {
    let parts = bundle.parts.iter().map(|part| {
        json!({
            "name": part.name,
            "media_type": part.media_type,
            "sha256": part.sha256,
            "content": part.content,
        })
    });
    json!({
        "case_id": bundle.case.to_string(),
        "kind": bundle.kind,
        "made_at": bundle.made_at.to_rfc3339(),
        "manifest": bundle.manifest(),
        "manifest_sha256": bundle.manifest_sha256,
        "parts": parts.collect::<Vec<Value>>(),
    })
}

/// Somebody named in a case.
fn known(view: &CaseView, id: Option<AccountId>) -> Option<&Account> {
    view.accounts.iter().find(|account| Some(account.id) == id)
}
