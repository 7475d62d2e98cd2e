//! `GET /@{name}/{id}`: a status of somebody here, with the thread around it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::Viewer;
use staffroom_domain::ids::StatusId;
use staffroom_domain::media::MediaKind;
use staffroom_domain::status::StatusView;
use staffroom_service::ServiceError;

use super::answer;
use super::meta::{Meta, description_of, excerpt, shown_name};
use super::shown::{Shown, address};
use crate::Web;
use crate::error::WebError;
use crate::page::Site;
use crate::params::encode;

/// Most statuses shown above and below.
const MOST_AROUND: usize = 100;
/// Characters of a title.
const TITLE_CHARS: usize = 60;

#[derive(Template)]
#[template(path = "status.html")]
struct Page<'a> {
    site: &'a Site,
    meta: Meta,
    /// Who wrote it.
    name: String,
    /// Who boosted it, if this is the page of a boost.
    booster: Option<String>,
    statuses: Vec<Shown>,
}

/// Shows it. A boost shows what is boosted.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path((name, id)): Path<(String, String)>,
) -> Result<Response, WebError> {
    web.admit(&jar, &uri).await?;
    let found = open(&web, &name, &id).await?;
    let view = found.reblog.as_deref().unwrap_or(&found);
    let context = web.service.statuses().context(Viewer::Anonymous, view.status.id).await?;
    let skipped = context.ancestors.len().saturating_sub(MOST_AROUND);
    let above = context.ancestors.iter().skip(skipped);
    let all: Vec<&StatusView> = above.chain([view]).chain(context.descendants.iter().take(MOST_AROUND)).collect();
    let is_indexed = found.reblog.is_none() && all.iter().all(|view| view.account.indexable);
    let shown = |view: &&StatusView| Shown { is_main: view.status.id == main_id(&found), ..web.shown(view) };
    answer(&Page {
        site: &web.site,
        meta: meta(&web, view, is_indexed),
        name: shown_name(&view.account).to_owned(),
        booster: found.reblog.is_some().then(|| shown_name(&found.account).to_owned()),
        statuses: all.iter().map(shown).collect(),
    })
}

/// The id of what the page is about.
fn main_id(found: &StatusView) -> StatusId {
    found.reblog.as_deref().unwrap_or(found).status.id
}

/// The status as everybody sees it.
async fn open(web: &Web, name: &str, id: &str) -> Result<StatusView, WebError> {
    let account = web.resident(name).await?;
    let id = StatusId::parse(id).ok_or(ServiceError::NotFound("status"))?;
    let statuses = web.service.statuses();
    match statuses.open_by(account.id, id).await {
        Err(ServiceError::NotFound(what)) => {
            let uri = web.service.settings().identity.status_uri(&account.username, id);
            let was_there = statuses.was_deleted(&uri).await?;
            Err(if was_there { WebError::Gone("status") } else { ServiceError::NotFound(what).into() })
        }
        found => Ok(found?),
    }
}

fn meta(web: &Web, view: &StatusView, is_indexed: bool) -> Meta {
    let (status, url) = (&view.status, address(view));
    let hides = status.sensitive || !status.spoiler_text.is_empty() || view.account.sensitized_at.is_some();
    let picture = view.media.iter().find(|file| file.kind == MediaKind::Image && !hides);
    let embed = || {
        let base = &web.service.settings().identity.public_url;
        format!("{base}/api/oembed?{}", encode([("url", url.as_str())]))
    };
    Meta {
        title: format!("{}: {}", shown_name(&view.account), excerpt(view, TITLE_CHARS)),
        description: description_of(view),
        image: picture.map_or_else(|| web.avatar(&view.account), |file| web.service.media().url(&file.file)),
        kind: "article",
        document: status.local.then(|| status.uri.clone()),
        feed: None,
        embed: status.local.then(embed),
        author: Some(web.handle(&view.account)),
        is_indexed,
        url,
    }
}
