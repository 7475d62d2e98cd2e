//! `GET /@{name}`: somebody here, with what they wrote; `/@{name}.rss`: their public statuses as a feed.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use axum::response::Response;
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::account::Account;
use staffroom_domain::{PageRequest, Viewer};
use staffroom_service::timelines::AccountFilter;

use super::feed::Feed;
use super::meta::{Meta, description, shown_name};
use super::shown::{Shown, when};
use super::{FEED, STATUSES, answer, part};
use crate::Web;
use crate::error::WebError;
use crate::page::Site;

/// What somebody wrote, without answers to others and boosts.
const OWN_WORDS: AccountFilter = AccountFilter {
    only_media: false,
    exclude_replies: true,
    exclude_reblogs: true,
    only_public: false,
    pinned: false,
    tagged: None,
};

#[derive(Template)]
#[template(path = "profile.html")]
struct Page<'a> {
    site: &'a Site,
    meta: Meta,
    name: &'a str,
    handle: String,
    avatar: String,
    is_bot: bool,
    account: &'a Account,
    since: String,
    statuses: Vec<Shown>,
    older: Option<String>,
    feed: String,
}

/// Shows the page or the feed.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    web.admit(&jar, &uri).await?;
    match name.strip_suffix(FEED) {
        Some(name) => feed(&web, name).await,
        None => page(&web, &name, query.as_deref()).await,
    }
}

async fn page(web: &Web, name: &str, query: Option<&str>) -> Result<Response, WebError> {
    let account = web.resident(name).await?;
    let timelines = web.service.timelines();
    let found = timelines.account(Viewer::Anonymous, account.id, OWN_WORDS, part(query)).await?;
    let (name, handle, avatar) = (shown_name(&account), web.handle(&account), web.avatar(&account));
    let feed = format!("{}{FEED}", account.url);
    let meta = Meta {
        title: format!("{name} ({handle})"),
        description: description(&account.note),
        url: account.url.clone(),
        image: avatar.clone(),
        kind: "profile",
        document: Some(account.uri.clone()),
        feed: Some(feed.clone()),
        embed: None,
        author: None,
        // the page has their words as well as their name
        is_indexed: account.is_discoverable() && account.indexable,
    };
    answer(&Page {
        site: &web.site,
        meta,
        name,
        handle,
        avatar,
        is_bot: account.kind.is_bot(),
        account: &account,
        since: when(account.created_at).split(',').next().unwrap_or_default().to_owned(),
        statuses: found.items.iter().map(|view| web.shown(view)).collect(),
        older: found.next.map(|id| format!("{}?max_id={id}", account.url)),
        feed,
    })
}

async fn feed(web: &Web, name: &str) -> Result<Response, WebError> {
    let account = web.resident(name).await?;
    let newest = PageRequest::newest(STATUSES);
    let public = AccountFilter { only_public: true, ..OWN_WORDS };
    let found = web.service.timelines().account(Viewer::Anonymous, account.id, public, newest).await?;
    let feed = Feed {
        title: format!("{} ({})", shown_name(&account), web.handle(&account)),
        description: format!("Public statuses of {}", web.handle(&account)),
        url: account.url.clone(),
        own_url: format!("{}{FEED}", account.url),
        image: Some(web.avatar(&account)),
        is_indexed: account.indexable,
        items: found.items.iter().map(|view| web.item(view)).collect(),
    };
    feed.answer()
}
