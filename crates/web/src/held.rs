//! `GET` and `POST /held/{id}/{key}`: the page the notice about something held leads to, on which its author decides. Whoever
//! has the address may: it stands where only the author reads. Opening it changes nothing.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use staffroom_domain::Timestamp;
use staffroom_domain::appeal::DecisionView;
use staffroom_domain::hold::{Hold, HoldChoice, HoldState, HoldView};
use staffroom_domain::ids::StatusId;
use staffroom_domain::status::StatusEdit;
use staffroom_service::ServiceError;

use crate::Web;
use crate::appeals::in_words;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;

/// What the form says for an edit, which is no choice of the others.
const EDIT: &str = "edit";
/// And for an appeal.
const APPEAL: &str = "appeal";

#[derive(Template)]
#[template(path = "held.html")]
struct Page<'a> {
    site: &'a Site,
    path: String,
    /// What it is called: a status or an edit.
    thing: &'static str,
    /// How it stands, in a sentence.
    state: &'static str,
    reason: &'a str,
    /// What a moderator said.
    note: &'a str,
    text: &'a str,
    spoiler_text: &'a str,
    options: Vec<&'a str>,
    media: usize,
    is_open: bool,
    choices: Vec<Choice>,
    /// The decision that it is not published, for an appeal.
    appeal: Option<Appealed>,
    problem: Option<String>,
}

/// What can be done about a decision, or was.
struct Appealed {
    rule: Option<String>,
    /// How the appeal stands, if there is one.
    state: Option<&'static str>,
    /// What was answered to it.
    answer: String,
    until: String,
    is_over: bool,
}

impl Appealed {
    fn of(decision: DecisionView, now: Timestamp) -> Self {
        let until = decision.reasons.appeal_until();
        Self {
            rule: decision.reasons.rule,
            state: decision.appeal.as_ref().map(|appeal| in_words(appeal.state)),
            answer: decision.appeal.map(|appeal| appeal.answer).unwrap_or_default(),
            until: until.to_date(),
            is_over: now > until,
        }
    }
}

/// A button.
struct Choice {
    word: &'static str,
    label: &'static str,
    hint: &'static str,
}

impl From<HoldChoice> for Choice {
    fn from(choice: HoldChoice) -> Self {
        let (label, hint) = match choice {
            HoldChoice::Review => ("Send it for review", "A moderator of your school looks at it and decides."),
            HoldChoice::School => {
                ("Keep it inside the school", "It is published at once, for people of your school alone.")
            }
            HoldChoice::Withdraw => ("Withdraw it", "It is not published."),
            HoldChoice::Publish => ("Publish it as it is", "It is published at once, unchanged."),
        };
        Self { word: choice.as_str(), label, hint }
    }
}

/// Shows it, and what can be done.
pub(crate) async fn show(
    State(web): State<Web>,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response, WebError> {
    page(&web, &id, &key, StatusCode::OK, None).await
}

/// Does what the form says.
pub(crate) async fn choose(
    State(web): State<Web>,
    Path((id, key)): Path<(String, String)>,
    body: String,
) -> Result<Response, WebError> {
    let (params, cx) = (Params::parse(&body), web.service.cx());
    let (statuses, view) = (web.service.statuses(), held(&web, &id, &key).await?);
    let (author, hold) = (view.account.id, view.hold);
    let done = match HoldChoice::parse(params.text("choice")) {
        Some(choice) => statuses.choose(&cx, author, hold.id, choice).await,
        None if params.text("choice") == EDIT => {
            let text = |name: &str| Some(params.text(name).replace("\r\n", "\n"));
            let edit = StatusEdit { text: text("text"), spoiler_text: text("spoiler_text"), ..StatusEdit::default() };
            statuses.edit(&cx, author, hold.edits.unwrap_or(hold.id), edit).await
        }
        None if params.text("choice") == APPEAL => appeal(&web, &hold, &params).await,
        None => Err(ServiceError::invalid("choice", "is not known")),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&path(hold.id, &key)).into_response()),
        Err(
            error @ (ServiceError::Invalid { .. }
            | ServiceError::Refused { .. }
            | ServiceError::Forbidden(_)
            | ServiceError::Conflict(_)),
        ) => page(&web, &id, &key, StatusCode::UNPROCESSABLE_ENTITY, Some(error.to_string())).await,
        Err(error) => Err(error.into()),
    }
}

/// Its author appeals against the decision that it is not published.
async fn appeal(web: &Web, hold: &Hold, params: &Params) -> Result<(), ServiceError> {
    let (appeals, author) = (web.service.appeals(), hold.account_id);
    let decision = appeals.about_held(author, hold.id).await?.filter(|_| hold.state == HoldState::Rejected);
    let decision =
        decision.ok_or_else(|| ServiceError::Conflict("nothing was decided to appeal against".to_owned()))?;
    let text = params.text("text").replace("\r\n", "\n");
    appeals.file(&web.service.cx(), author, decision.reasons.id, &text).await?;
    Ok(())
}

async fn held(web: &Web, id: &str, key: &str) -> Result<HoldView, WebError> {
    let id = StatusId::parse(id).ok_or(ServiceError::NotFound("held status"))?;
    Ok(web.service.statuses().held_by_link(id, key).await?)
}

fn path(id: StatusId, key: &str) -> String {
    format!("/held/{id}/{key}")
}

async fn page(web: &Web, id: &str, key: &str, code: StatusCode, problem: Option<String>) -> Result<Response, WebError> {
    let view = held(web, id, key).await?;
    let (hold, shown) = (&view.hold, view.status.as_ref());
    let appeal = match hold.state {
        HoldState::Rejected => web.service.appeals().about_held(hold.account_id, hold.id).await?,
        _ => None,
    };
    let poll = shown.and_then(|shown| shown.poll.as_ref());
    let page = Page {
        site: &web.site,
        path: path(hold.id, key),
        thing: if hold.edits.is_some() { "edit" } else { "status" },
        state: match hold.state {
            HoldState::Held => "It is held: nobody but you sees it.",
            HoldState::InReview => "It waits for a moderator. Nobody else sees it.",
            HoldState::Released => "It is no longer held.",
            HoldState::Withdrawn => "You took it back. It was not published.",
            HoldState::Rejected => "A moderator decided that it is not published.",
        },
        reason: &view.note.reason,
        note: &hold.note,
        text: shown.map_or("", |shown| &shown.status.text),
        spoiler_text: shown.map_or("", |shown| &shown.status.spoiler_text),
        options: poll.iter().flat_map(|poll| &poll.options).map(|option| option.title.as_str()).collect(),
        media: shown.map_or(0, |shown| shown.media.len()),
        is_open: hold.state.is_open() && shown.is_some(),
        choices: view.note.choices.iter().copied().map(Choice::from).collect(),
        appeal: appeal.map(|decision| Appealed::of(decision, web.service.cx().now())),
        problem,
    };
    html(code, &page)
}
