//! `GET /moderation`: what waits for a moderator, group by group; `?kind=` shows one of them to its end.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::appeal::DecisionView;
use staffroom_domain::cases::{CaseFilter, CaseView};
use staffroom_domain::hold::{HoldState, HoldView, QueuePlace};
use staffroom_domain::ids::StatusId;
use staffroom_domain::moderation::ReportFilter;
use staffroom_domain::report::{ReportCategory, ReportView};
use staffroom_domain::rule_cycle::Approval;
use staffroom_domain::{Page as Part, PageRequest, Timestamp};
use staffroom_service::Cx;
use staffroom_service::moderation::Waiting;

use super::{Moderator, appeal, approval, hold};
use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::{Params, encode};
use crate::public::meta::{shorten, shown_name};
use crate::public::shown::when;

/// Where it is.
const PATH: &str = "/moderation";
/// Of each group where all are shown, and of one that is shown alone.
const ROWS: (usize, usize) = (5, 20);
/// Characters of what somebody wrote.
const EXCERPT: usize = 200;

#[derive(Template)]
#[template(path = "moderation_queue.html")]
struct Page<'a> {
    site: &'a Site,
    handle: String,
    total: i64,
    kinds: Vec<Choice>,
    is_all: bool,
    groups: Vec<Group>,
}

/// What can be shown alone.
struct Choice {
    heading: &'static str,
    href: String,
    count: i64,
    is_shown: bool,
}

/// What is dealt with in the same way.
struct Group {
    kind: Kind,
    count: i64,
    rows: Vec<Row>,
    /// Where the others are.
    more: Option<String>,
}

/// One thing that waits.
struct Row {
    /// Where it is decided about.
    href: Option<String>,
    title: String,
    /// More about it, a sentence each.
    lines: Vec<String>,
    due: Option<Deadline>,
}

/// Until when something is to be done.
struct Deadline {
    /// As in `… by …`.
    what: String,
    at: String,
    when: String,
    is_over: bool,
}

impl Deadline {
    fn new(what: impl Into<String>, at: Timestamp, now: Timestamp) -> Self {
        Self { what: what.into(), at: at.to_rfc3339(), when: when(at), is_over: now > at }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Holds,
    Reports,
    Appeals,
    Cases,
    Approvals,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Holds, Self::Reports, Self::Appeals, Self::Cases, Self::Approvals];

    const fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Reports => "reports",
            Self::Appeals => "appeals",
            Self::Cases => "cases",
            Self::Approvals => "approvals",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Holds => "Held statuses",
            Self::Reports => "Reports",
            Self::Appeals => "Appeals",
            Self::Cases => "Cases",
            Self::Approvals => "Approvals",
        }
    }

    /// What is not decided on these pages.
    const fn hint(self) -> Option<&'static str> {
        match self {
            Self::Reports | Self::Cases => Some("You deal with these in an app for moderators."),
            Self::Holds | Self::Appeals | Self::Approvals => None,
        }
    }

    const fn count(self, waiting: Waiting) -> i64 {
        match self {
            Self::Holds => waiting.holds,
            Self::Reports => waiting.reports,
            Self::Appeals => waiting.appeals,
            Self::Cases => waiting.cases,
            Self::Approvals => waiting.approvals,
        }
    }

    /// The address at which this is shown alone, from somewhere on.
    fn address(self, from: Option<(&str, &str)>) -> String {
        format!("{PATH}?{}", encode([("kind", self.word())].into_iter().chain(from)))
    }
}

/// Shows it.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let cx = web.service.cx();
    let who = web.moderator(&cx, &jar, &uri).await?;
    let params = Params::parse(query.as_deref().unwrap_or_default());
    let waiting = web.service.moderation().waiting(&cx, &who.authority).await?;
    let only = Kind::parse(params.text("kind"));
    let groups = if let Some(kind) = only {
        let look = Look { web: &web, cx: &cx, who: &who, params: &params, rows: ROWS.1 };
        vec![look.group(kind, waiting).await?]
    } else {
        let look = Look { web: &web, cx: &cx, who: &who, params: &Params::default(), rows: ROWS.0 };
        let mut groups = Vec::new();
        for kind in Kind::ALL {
            let group = look.group(kind, waiting).await?;
            groups.push(Group { more: group.more.map(|_| kind.address(None)), ..group });
        }
        groups
    };
    let choice = |kind: Kind| Choice {
        heading: kind.heading(),
        href: kind.address(None),
        count: kind.count(waiting),
        is_shown: only == Some(kind),
    };
    let page = Page {
        site: &web.site,
        handle: web.handle(&who.session.account),
        total: Kind::ALL.into_iter().map(|kind| kind.count(waiting)).sum(),
        kinds: Kind::ALL.map(choice).into(),
        is_all: only.is_none(),
        groups,
    };
    html(StatusCode::OK, &page)
}

/// Who looks, at what part.
struct Look<'a> {
    web: &'a Web,
    cx: &'a Cx,
    who: &'a Moderator,
    params: &'a Params,
    rows: usize,
}

impl Look<'_> {
    async fn group(&self, kind: Kind, waiting: Waiting) -> Result<Group, WebError> {
        let (service, who) = (&self.web.service, &self.who.authority);
        let (rows, more) = match kind {
            Kind::Holds => {
                let after = QueuePlace::parse(self.params.text("after"));
                let (found, next) = service.moderation().holds().queue(who, after, self.rows).await?;
                let next = next.map(|place| kind.address(Some(("after", &place.to_text()))));
                (found.iter().map(|view| self.hold(view)).collect(), next)
            }
            Kind::Reports => {
                let page = service.reports().list(who, ReportFilter::default(), self.part()).await?;
                listed(kind, &page, |view| self.report(view))
            }
            Kind::Appeals => {
                let page = service.appeals().list(who, false, self.part()).await?;
                listed(kind, &page, |view| self.appeal(view))
            }
            Kind::Cases => {
                let page = service.cases().list(who, CaseFilter::default(), self.part()).await?;
                listed(kind, &page, |view| self.case(view))
            }
            Kind::Approvals => {
                let page = service.moderation().rules().approvals(self.cx, who, true, self.part()).await?;
                listed(kind, &page, |approval| self.approval(approval))
            }
        };
        Ok(Group { kind, count: kind.count(waiting), rows, more })
    }

    fn part(&self) -> PageRequest {
        let max_id = StatusId::parse(self.params.text("max_id")).map(|id| id.0);
        PageRequest { max_id, ..PageRequest::newest(u64::try_from(self.rows).unwrap_or(u64::MAX)) }
    }

    fn hold(&self, view: &HoldView) -> Row {
        let (hold, thing) = (&view.hold, if view.hold.edits.is_some() { "An edit" } else { "A status" });
        let state = if hold.state == HoldState::InReview {
            "Sent for review: its author waits for a moderator."
        } else {
            "Its author has not sent it for review."
        };
        Row {
            href: Some(hold::path(hold.id)),
            title: format!("{thing} by {} ({})", shown_name(&view.account), self.web.handle(&view.account)),
            lines: vec![state.to_owned(), view.note.reason.clone(), format!("Held since {}.", when(hold.created_at))],
            due: hold.deadline.map(|at| Deadline::new("To be decided", at, self.cx.now())),
        }
    }

    fn report(&self, view: &ReportView) -> Row {
        let (report, by) = (&view.report, self.web.handle(&view.account));
        let category = match report.category {
            ReportCategory::Spam => "It is about advertising.",
            ReportCategory::Legal => "It says that something is against the law.",
            ReportCategory::Violation => "It says that something is against the rules.",
            ReportCategory::Other => "It is about something else.",
        };
        let said = shorten(&report.comment, EXCERPT);
        let said = if said.is_empty() { "Nothing more was said.".to_owned() } else { format!("“{said}”") };
        let who = if report.assigned_to.is_some() { "Somebody looks after it." } else { "Nobody looks after it." };
        Row {
            href: None,
            title: format!("{} ({})", shown_name(&view.target), self.web.handle(&view.target)),
            lines: vec![
                format!("Reported by {by}, {}.", when(report.created_at)),
                category.to_owned(),
                said,
                who.to_owned(),
            ],
            due: None,
        }
    }

    fn appeal(&self, view: &DecisionView) -> Row {
        let what = appeal::described(view.reasons.restriction);
        let day = view.reasons.created_at.to_date();
        let made = view.appeal.as_ref();
        Row {
            href: made.map(|made| appeal::path(made.id)),
            title: format!("By {} ({})", shown_name(&view.account), self.web.handle(&view.account)),
            lines: std::iter::once(format!("Against the decision of {day}: {what}."))
                .chain(made.map(|made| format!("Made {}.", when(made.created_at))))
                .collect(),
            due: None,
        }
    }

    fn case(&self, view: &CaseView) -> Row {
        let case = &view.case;
        let after = view.accounts.iter().find(|account| case.assigned_to == Some(account.id));
        let after = match after {
            Some(account) => format!("{} looks after it.", self.web.handle(account)),
            None => "Nobody looks after it.".to_owned(),
        };
        Row {
            href: None,
            title: format!("{}: {}", case.id, case.kind.described()),
            lines: vec![format!("It stands at “{}”.", case.state.replace('_', " ")), after],
            due: view.due.first().map(|due| {
                let what = format!("Next: {},", due.duty.described());
                Deadline::new(what, due.by, self.cx.now())
            }),
        }
    }

    fn approval(&self, approval: &Approval) -> Row {
        let is_own = approval.requested_by.is_some() && approval.requested_by == self.who.authority.by();
        let own = is_own.then(|| "You asked for this: somebody else has to agree.".to_owned());
        Row {
            href: Some(approval::path(approval.id)),
            title: approval.title.clone(),
            lines: std::iter::once(approval::described(approval.kind).to_owned()).chain(own).collect(),
            due: Some(Deadline::new("To be answered", approval.expires_at, self.cx.now())),
        }
    }
}

/// A part of a list as rows, and where the next part is.
fn listed<T>(kind: Kind, page: &Part<T>, row: impl Fn(&T) -> Row) -> (Vec<Row>, Option<String>) {
    let next = page.next.map(|id| kind.address(Some(("max_id", &StatusId(id).to_string()))));
    (page.items.iter().map(row).collect(), next)
}
