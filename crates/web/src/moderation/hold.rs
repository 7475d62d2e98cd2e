//! `GET` and `POST /moderation/holds/{id}`: something held, for who decides about it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::Visibility;
use staffroom_domain::hold::{Hold, HoldEvent, HoldFinding, HoldState};
use staffroom_domain::ids::StatusId;
use staffroom_service::ServiceError;
use staffroom_service::moderation::holds::{HoldDetail, Seen};

use super::marked::{Piece, marked};
use super::{Moderator, problem};
use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;
use crate::public::meta::shown_name;
use crate::public::shown::{File, when};
use crate::security;

#[derive(Template)]
#[template(path = "moderation_hold.html")]
struct Page<'a> {
    site: &'a Site,
    csrf: &'a str,
    path: String,
    hold: &'a Hold,
    /// What it is called: a status or an edit.
    thing: &'static str,
    /// Who wrote it.
    name: &'a str,
    handle: String,
    author_url: &'a str,
    /// Their place in their school, if they have one.
    school: Option<String>,
    /// How it stands, in a sentence.
    state: &'static str,
    /// Who decided and when, where it is decided.
    decided: Option<String>,
    /// Where it is published, or what is published of it.
    published: Option<String>,
    audience: &'static str,
    since: String,
    deadline: Option<String>,
    planned: Option<String>,
    /// Nothing of it is kept any more.
    is_forgotten: bool,
    language: &'a str,
    warning: Vec<Piece<'a>>,
    text: Vec<Piece<'a>>,
    options: Vec<Vec<Piece<'a>>>,
    files: Vec<(File, Vec<Piece<'a>>)>,
    findings: &'a [HoldFinding],
    history: Vec<Event>,
    /// What was typed to its author.
    words: &'a str,
    problem: Option<String>,
}

/// Something that happened to it, in words.
struct Event {
    what: &'static str,
    by: Option<String>,
    at: String,
    when: String,
}

/// Shows it.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let who = web.moderator(&web.service.cx(), &jar, &uri).await?;
    page(&web, &who, parse(&id)?, StatusCode::OK, ("", None)).await
}

/// Decides about what was seen of it.
pub(crate) async fn decide(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(id): Path<String>,
    body: String,
) -> Result<Response, WebError> {
    let (params, cx) = (Params::parse(&body), web.service.cx());
    let who = web.moderator(&cx, &jar, &uri).await?;
    who.check_form(&params)?;
    let id = parse(&id)?;
    let revision = params.text("revision").parse::<i64>().map_err(|_| WebError::ForeignForm)?;
    let seen = Seen { id, revision: Some(revision) };
    let words = params.text("words").replace("\r\n", "\n");
    let (holds, by) = (web.service.moderation().holds(), &who.authority);
    let done = match params.text("decision") {
        "release" => Box::pin(holds.release(&cx, by, seen, &words)).await,
        "reject" => Box::pin(holds.reject(&cx, by, seen, &words)).await,
        "ask_to_edit" => Box::pin(holds.ask_to_edit(&cx, by, seen, &words)).await,
        _ => Err(ServiceError::invalid("decision", "is not known")),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&path(id)).into_response()),
        Err(error) => {
            let (code, why) = problem(error)?;
            page(&web, &who, id, code, (&words, Some(why))).await
        }
    }
}

fn parse(id: &str) -> Result<StatusId, WebError> {
    Ok(StatusId::parse(id).ok_or(ServiceError::NotFound("held status"))?)
}

/// Where something held is decided about.
pub(super) fn path(id: StatusId) -> String {
    format!("/moderation/holds/{id}")
}

async fn page(
    web: &Web,
    who: &Moderator,
    id: StatusId,
    code: StatusCode,
    (words, problem): (&str, Option<String>),
) -> Result<Response, WebError> {
    let detail = web.service.moderation().holds().detail(&who.authority, id).await?;
    let HoldDetail { view, school, role, history } = &detail;
    let (hold, author, shown) = (&view.hold, &view.account, view.status.as_ref());
    let status = shown.map(|shown| &shown.status);
    // rules that are tried out, and those that others let go, are no reason
    let found: Vec<HoldFinding> = view.findings.iter().filter(|found| found.action != "allow").cloned().collect();
    let options = shown.and_then(|shown| shown.poll.as_ref()).map_or(&[][..], |poll| poll.options.as_slice());
    let media = shown.map_or(&[][..], |shown| shown.media.as_slice());
    let page = Page {
        site: &web.site,
        csrf: &who.session.csrf,
        path: path(hold.id),
        thing: if hold.edits.is_some() { "edit" } else { "status" },
        name: shown_name(author),
        handle: web.handle(author),
        author_url: &author.url,
        school: school.as_ref().map(|school| match role {
            Some(role) => format!("{} at {}", role.as_str(), school.name),
            None => school.name.clone(),
        }),
        state: in_words(hold),
        decided: hold.decided_at.map(|at| {
            let by = view.decided_by.as_ref().map_or_else(|| "its author".to_owned(), |by| web.handle(by));
            format!("Decided by {by}, {}.", when(at))
        }),
        published: published(web, &detail),
        audience: status.map_or("", |status| audience(status.visibility)),
        since: when(hold.created_at),
        deadline: hold.deadline.filter(|_| hold.state.is_open()).map(when),
        planned: hold.scheduled_at.map(when),
        is_forgotten: status.is_none(),
        language: status.and_then(|status| status.language.as_deref()).unwrap_or_default(),
        warning: status.map_or_else(Vec::new, |status| marked(&status.spoiler_text, "spoiler_text", &found)),
        text: status.map_or_else(Vec::new, |status| marked(&status.text, "content", &found)),
        options: options
            .iter()
            .enumerate()
            .map(|(n, option)| marked(&option.title, &format!("poll_option {n}"), &found))
            .collect(),
        files: media
            .iter()
            .enumerate()
            .filter_map(|(n, media)| {
                let description = media.description.as_deref().unwrap_or_default();
                Some((web.file(media)?, marked(description, &format!("media_description {n}"), &found)))
            })
            .collect(),
        findings: &found,
        history: history.iter().map(|event| happened(web, event)).collect(),
        hold,
        words,
        problem,
    };
    let mut response = html(code, &page)?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, security::policy_with_media());
    Ok(response)
}

/// Where people find it: once it is let out, and what an edit would change.
fn published(web: &Web, detail: &HoldDetail) -> Option<String> {
    let (hold, author) = (&detail.view.hold, &detail.view.account);
    let id = hold.edits.or(hold.released_as)?;
    Some(web.service.settings().identity.status_url(&author.username, id))
}

const fn in_words(hold: &Hold) -> &'static str {
    match hold.state {
        HoldState::Held if !hold.is_for_moderators() => {
            "An appeal was granted. It is held, and its author alone decides."
        }
        HoldState::Held => "It is held. Its author was told, and can edit it or send it for review.",
        HoldState::InReview => "Its author sent it for review, and waits for a moderator.",
        HoldState::Released => "It is no longer held.",
        HoldState::Withdrawn => "Its author took it back.",
        HoldState::Rejected => "It was rejected, and is not published.",
    }
}

const fn audience(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "everybody, also in timelines and on other servers",
        Visibility::Unlisted => "everybody, though not in timelines",
        Visibility::Private => "followers of its author, and people named in it",
        Visibility::Direct => "people named in it alone",
    }
}

fn happened(web: &Web, event: &HoldEvent) -> Event {
    let what = match event.what.as_str() {
        "sent-for-review" => "Sent for review",
        "withdrawn" => "Taken back",
        "edit-asked" => "Asked for an edit",
        "rejected" => "Rejected",
        "brought-back" => "Held again after an appeal",
        "released" => "Released",
        "narrowed" => "Published for the school alone",
        "published-as-it-is" => "Published as it was",
        "edited" => "Edited, and published as nothing was found any more",
        // whatever the rules asked for, it was held
        _ => "Held by the rules",
    };
    Event { what, by: event.by.as_ref().map(|by| web.handle(by)), at: event.at.to_rfc3339(), when: when(event.at) }
}
