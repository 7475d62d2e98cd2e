//! `GET /tags/{name}`: public statuses with a hashtag; `/tags/{name}.rss`: the same as a feed. For people signed in alone
//! where the instance keeps its timelines to its people.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use axum::response::Response;
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::{Tag, Viewer};
use staffroom_service::ServiceError;
use staffroom_service::timelines::{PublicFilter, TagFilter};

use super::feed::Feed;
use super::meta::Meta;
use super::shown::Shown;
use super::{FEED, answer, part};
use crate::Web;
use crate::error::WebError;
use crate::page::Site;

#[derive(Template)]
#[template(path = "tag.html")]
struct Page<'a> {
    site: &'a Site,
    meta: Meta,
    name: &'a str,
    /// Handle of the account that passes the hashtag on to other servers.
    account: Option<String>,
    statuses: Vec<Shown>,
    older: Option<String>,
    feed: String,
}

/// Shows the page or the feed.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let session = web.admit(&jar, &uri).await?;
    let (slug, is_feed) = slug.strip_suffix(FEED).map_or((slug.as_str(), false), |slug| (slug, true));
    let tag = Tag::parse(slug).ok_or(ServiceError::NotFound("hashtag"))?;
    let settings = web.service.settings();
    // Who is signed in opens the timeline; what is in it is public either way.
    let viewer = match session {
        Some(session) if !settings.public_timelines => Viewer::Account(session.account.id),
        _ => Viewer::Anonymous,
    };
    let (any, all, none) = (Vec::new(), Vec::new(), Vec::new());
    let filter = TagFilter { tag: tag.clone(), any, all, none, public: PublicFilter::default() };
    let found = match web.service.timelines().tag(viewer, filter, part(query.as_deref())).await {
        Err(ServiceError::Unauthorized(_)) if !is_feed => return Err(WebError::sign_in_first(&uri)),
        found => found?,
    };
    let url = settings.identity.tag_url(&tag);
    let (title, feed) = (format!("#{}", tag.display()), format!("{url}{FEED}"));
    if is_feed {
        let items = found.items.iter().map(|view| web.item(view)).collect();
        let description = format!("Public statuses with {title}");
        return Feed { title, description, url, own_url: feed, image: None, is_indexed: false, items }.answer();
    }
    let account = web.service.exchange().tag_account(tag.name()).await?;
    let meta = Meta {
        description: format!("Public statuses with {title} on {}", web.site.title),
        title,
        image: format!("{}/instance/thumbnail.png", settings.identity.public_url),
        kind: "website",
        document: account.as_ref().map(|account| account.uri.clone()),
        feed: Some(feed.clone()),
        embed: None,
        author: None,
        is_indexed: false,
        url: url.clone(),
    };
    answer(&Page {
        site: &web.site,
        meta,
        name: tag.display(),
        account: account.map(|account| web.handle(&account)),
        statuses: found.items.iter().map(|view| web.shown(view)).collect(),
        older: found.next.map(|id| format!("{url}?max_id={id}")),
        feed,
    })
}
