//! `GET` and `POST /complaints/new`: complaints by people who need not have an account here. What is asked for is what a
//! notice of complaint under section 5 of the Defamation Act 2013 must contain, and what any other complaint needs.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::cases::notice::Notice;
use staffroom_domain::cases::{CaseKind, Complaint};
use staffroom_service::ServiceError;
use staffroom_service::cases::{Complained, Filed};

use super::Choice;
use crate::Web;
use crate::auth::STALE_FORM;
use crate::auth::sign_in::ClientAddress;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;

#[derive(Template)]
#[template(path = "complaint_kinds.html")]
struct Kinds<'a> {
    site: &'a Site,
}

#[derive(Template)]
#[template(path = "complaint.html")]
struct Form<'a> {
    site: &'a Site,
    csrf: &'a str,
    kind: CaseKind,
    heading: &'static str,
    fields: Vec<Field<'a>>,
    /// What a notice says yes and no to.
    answers: Option<Answers>,
    /// What there is not.
    lacks: Vec<&'static str>,
    problem: Option<&'a str>,
}

/// A text that is asked for.
struct Field<'a> {
    name: &'static str,
    label: &'static str,
    value: &'a str,
    kind: &'static str,
}

struct Answers {
    cannot_identify: bool,
    name: Choice,
    email: Choice,
}

#[derive(Template)]
#[template(path = "told.html")]
struct Taken<'a> {
    site: &'a Site,
    heading: &'static str,
    message: String,
}

/// Asks which kind, or asks for a complaint of that kind.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    match kind(&params) {
        Some(kind) => form(&web, jar, kind, &Params::default(), None),
        None => html(StatusCode::OK, &Kinds { site: &web.site }),
    }
}

/// Takes it, or says what there is not.
pub(crate) async fn send(
    State(web): State<Web>,
    jar: CookieJar,
    ClientAddress(client): ClientAddress,
    body: String,
) -> Result<Response, WebError> {
    let params = Params::parse(&body);
    let Some(kind) = kind(&params) else { return html(StatusCode::UNPROCESSABLE_ENTITY, &Kinds { site: &web.site }) };
    if !web.cookies.is_own_form(&jar, params.text("csrf")) {
        return form(&web, jar, kind, &params, Some((StatusCode::FORBIDDEN, STALE_FORM)));
    }
    match Box::pin(web.service.cases().complain(&web.service.cx(), kind, filed(kind, &params), client)).await {
        Ok(Complained::Taken(id)) => {
            let message = format!(
                "Its number is {id}; please keep it. We write to you at the address you gave. Nothing is decided yet."
            );
            html(StatusCode::OK, &Taken { site: &web.site, heading: "We have your complaint", message })
        }
        Ok(Complained::Lacks(lacks)) => incomplete(&web, jar, kind, &params, lacks),
        Err(ServiceError::RateLimited { .. }) => {
            let problem = "Too many were sent from here; please try again in a while.";
            form(&web, jar, kind, &params, Some((StatusCode::TOO_MANY_REQUESTS, problem)))
        }
        Err(ServiceError::Invalid { field, why }) => {
            let problem = format!("{} {why}", field.replace('_', " "));
            form(&web, jar, kind, &params, Some((StatusCode::UNPROCESSABLE_ENTITY, &problem)))
        }
        Err(error) => Err(error.into()),
    }
}

fn kind(params: &Params) -> Option<CaseKind> {
    CaseKind::parse(params.text("kind")).filter(|kind| kind.has_form())
}

fn filed(kind: CaseKind, params: &Params) -> Filed {
    let text = |name: &str| params.text(name).to_owned();
    if kind != CaseKind::DefamationNotice {
        return Filed::Complaint(Complaint {
            name: text("name"),
            email: text("email"),
            location: text("location"),
            text: text("text"),
        });
    }
    Filed::Notice(Notice {
        complainant_name: text("name"),
        complainant_email: text("email"),
        statement: text("statement"),
        why_defamatory: text("why_defamatory"),
        location: text("location"),
        meaning: text("meaning"),
        what_is_wrong: text("what_is_wrong"),
        cannot_identify_poster: params.is_true("cannot_identify_poster"),
        poster_may_have_name: Choice::of(params, "poster_may_have_name").answer(),
        poster_may_have_email: Choice::of(params, "poster_may_have_email").answer(),
    })
}

fn form(
    web: &Web,
    jar: CookieJar,
    kind: CaseKind,
    params: &Params,
    problem: Option<(StatusCode, &str)>,
) -> Result<Response, WebError> {
    let status = problem.map_or(StatusCode::OK, |(status, _)| status);
    page(web, jar, kind, params, (status, Vec::new(), problem.map(|(_, text)| text)))
}

fn incomplete(
    web: &Web,
    jar: CookieJar,
    kind: CaseKind,
    params: &Params,
    lacks: Vec<&'static str>,
) -> Result<Response, WebError> {
    page(web, jar, kind, params, (StatusCode::UNPROCESSABLE_ENTITY, lacks, None))
}

fn page(
    web: &Web,
    jar: CookieJar,
    kind: CaseKind,
    params: &Params,
    (status, lacks, problem): (StatusCode, Vec<&'static str>, Option<&str>),
) -> Result<Response, WebError> {
    let (jar, csrf) = web.cookies.form_token(jar, &web.service.cx());
    let answers = (kind == CaseKind::DefamationNotice).then(|| Answers {
        cannot_identify: params.is_true("cannot_identify_poster"),
        name: Choice::of(params, "poster_may_have_name"),
        email: Choice::of(params, "poster_may_have_email"),
    });
    let heading = match kind {
        CaseKind::DefamationNotice => "Notice of complaint about a statement",
        CaseKind::DataComplaint => "Complaint about how personal data is used",
        _ => "Complaint about online safety",
    };
    let fields = fields(kind, params);
    let form = Form { site: &web.site, csrf: &csrf, kind, heading, fields, answers, lacks, problem };
    Ok((jar, html(status, &form)?).into_response())
}

/// The texts a complaint consists of, in the order they are asked for.
fn fields(kind: CaseKind, params: &Params) -> Vec<Field<'_>> {
    let field = |(name, label, kind)| Field { name, label, value: params.text(name), kind };
    let who = [("name", "Your name", "text"), ("email", "E-mail address at which we can reach you", "email")];
    let notice = [
        ("location", "Where on this site the statement is (its address)", "text"),
        ("statement", "The statement you complain of", "long"),
        ("why_defamatory", "Why it is defamatory of you", "long"),
        ("meaning", "The meaning you give to it", "long"),
        ("what_is_wrong", "What in it is factually inaccurate, or opinion not supported by fact", "long"),
    ];
    let other = [
        ("location", "Where on this site it is, if it is somewhere (its address)", "text"),
        ("text", "What your complaint is about", "long"),
    ];
    let more = if kind == CaseKind::DefamationNotice { &notice[..] } else { &other[..] };
    who.into_iter().chain(more.iter().copied()).map(field).collect()
}
