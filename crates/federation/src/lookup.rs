//! Looking things up on other servers, for search and for jobs. Everything found goes through the same checks and the
//! same use cases as what arrives.

mod featured;

use std::path::Path;
use std::time::Duration;

use activitypub_federation::traits::Object as _;
use async_trait::async_trait;
use serde::Deserialize as _;
use serde_json::Value;
use staffroom_domain::account::Account;
use staffroom_domain::card::PageInfo;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::quote::FoundAuthorization;
use staffroom_service::ports::{FeedPage, Found, PeerInfo, RemoteLookup, ThreadToFill};
use staffroom_service::{Result, ServiceError};
use url::Url;

use crate::Federation;
use crate::catch_up::announced_since;
use crate::error::FederationError;
use crate::fetch;
use crate::fetch::trigger::bounded;
use crate::http::{Purpose, host_of};
use crate::objects::webfinger::ask;
use crate::objects::{Actor, Note};
use crate::serve::tags::reach_url;
use crate::state::Context;
use crate::vocab::MAX_TAGS;
use crate::vocab::actor::{ActorDoc, account_kind};
use crate::vocab::lenient::{items, member, parse_url};
use crate::vocab::note::{NoteDoc, is_status};
use crate::vocab::quote::AuthorizationDoc;
use crate::{synchronisation, threads};

/// Stored accounts older than this are fetched again when looked up.
const REFRESH_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// The other servers, as the use cases see them.
pub(crate) struct Lookup {
    federation: Federation,
}

impl Lookup {
    /// On top of `federation`.
    pub(crate) fn new(federation: Federation) -> Self {
        Self { federation }
    }
}

#[async_trait]
impl RemoteLookup for Lookup {
    async fn account_by_handle(&self, user: &str, domain: &str) -> Result<Option<AccountId>> {
        let context = self.federation.context();
        answered(bounded(Box::pin(by_handle(&context, user, domain))).await)
    }

    async fn account_by_uri(&self, uri: &str) -> Result<Option<AccountId>> {
        let context = self.federation.context();
        answered(bounded(Box::pin(account(&context, uri))).await)
    }

    async fn refresh_account(&self, uri: &str) -> Result<AccountId> {
        let context = self.federation.context();
        let url = parse_url(uri).ok_or(ServiceError::NotFound("account"))?;
        Ok(bounded(Box::pin(Actor::fetched(&url, &context))).await.map_err(as_remote)?.account.id)
    }

    async fn status_by_uri(&self, uri: &str) -> Result<Option<StatusId>> {
        let context = self.federation.context();
        answered(bounded(Box::pin(status(&context, uri))).await)
    }

    async fn status_by_feed(&self, uri: &str, feed: AccountId) -> Result<Option<StatusId>> {
        let context = self.federation.context();
        answered(bounded(Box::pin(by_feed(&context, uri, feed))).await)
    }

    async fn fetch_featured(&self, id: AccountId) -> Result<()> {
        let context = self.federation.context();
        bounded(Box::pin(featured::fetch(&context, id))).await.map_err(as_remote)
    }

    async fn refresh_status(&self, uri: &str) -> Result<()> {
        let context = self.federation.context();
        bounded(Box::pin(refresh(&context, uri))).await.map_err(as_remote)
    }

    async fn quote_authorization(&self, uri: &str) -> Result<Option<FoundAuthorization>> {
        let context = self.federation.context();
        match bounded(Box::pin(quote_authorization(&context, uri))).await {
            Ok(found) => Ok(found),
            Err(error) if error.is_temporary() => Err(as_remote(error)),
            // what lies there is none, and will not be
            Err(_) => Ok(None),
        }
    }

    async fn reach(&self, hub: &str, uri: &str) -> Result<Vec<String>> {
        let context = self.federation.context();
        bounded(Box::pin(reach(&context, hub, uri))).await.map_err(as_remote)
    }

    async fn announced_since(&self, url: &str) -> Result<FeedPage> {
        let context = self.federation.context();
        bounded(Box::pin(announced_since(&context, url))).await.map_err(as_remote)
    }

    async fn fill_thread(&self, wanted: &ThreadToFill) -> Result<bool> {
        let context = self.federation.context();
        Ok(bounded(Box::pin(threads::fill(&context, wanted))).await)
    }

    async fn followers_listed(&self, url: &str) -> Result<Option<Vec<String>>> {
        let context = self.federation.context();
        let Some(url) = parse_url(url) else { return Ok(None) };
        match bounded(Box::pin(synchronisation::listed(&context, &url))).await {
            Ok(found) => Ok(found),
            Err(error) if error.is_temporary() => Err(as_remote(error)),
            Err(_) => Ok(None),
        }
    }

    async fn by_url(&self, url: &str) -> Result<Option<Found>> {
        let context = self.federation.context();
        answered(bounded(Box::pin(by_url(&context, url))).await)
    }

    async fn page(&self, url: &str) -> Result<Option<PageInfo>> {
        let context = self.federation.context();
        match bounded(Box::pin(fetch::page(&context, url))).await {
            Ok(found) => Ok(found),
            Err(error) if error.is_temporary() => Err(as_remote(error)),
            Err(_) => Ok(None),
        }
    }

    async fn file(&self, url: &str, into: &Path, limit_bytes: u64) -> Result<bool> {
        let context = self.federation.context();
        match bounded(Box::pin(fetch::file(&context, url, into, limit_bytes))).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_temporary() => Err(as_remote(error)),
            Err(_) => Ok(false),
        }
    }

    async fn rule_pack(&self, url: &str) -> Result<String> {
        let context = self.federation.context();
        bounded(Box::pin(fetch::rule_pack(&context, url))).await.map_err(as_remote)
    }

    async fn peer(&self, url: &str) -> Result<PeerInfo> {
        let context = self.federation.context();
        bounded(Box::pin(peer(&context, url))).await.map_err(as_remote)
    }
}

type Outcome<T> = std::result::Result<T, FederationError>;

async fn by_handle(context: &Context, user: &str, domain: &str) -> Outcome<Option<AccountId>> {
    let (service, identity) = (context.service(), context.identity());
    if domain.eq_ignore_ascii_case(&identity.account_domain) || domain.eq_ignore_ascii_case(&identity.host()) {
        let account = service.accounts().by_handle(user).await?;
        return Ok(account.filter(|account| !account.is_gone()).map(|account| account.id));
    }
    let domain = domain.to_ascii_lowercase();
    let Some(answer) = ask(context, &domain, &format!("acct:{user}@{domain}")).await? else { return Ok(None) };
    let account = known_or_fetched(context, answer.actor).await?;
    // back-check: the actor itself must answer to the name asked for, or to the subject its WebFinger calls it by
    let (name, host) = answer.subject.unwrap_or_else(|| (user.to_owned(), domain.clone()));
    let answers_to =
        |name: &str, host: &str| account.username.eq_ignore_ascii_case(name) && account.domain.as_deref() == Some(host);
    if answers_to(user, &domain) || answers_to(&name, &host) {
        Ok(Some(account.id))
    } else {
        Err(FederationError::Refused("handle and actor do not name each other"))
    }
}

async fn account(context: &Context, uri: &str) -> Outcome<Option<AccountId>> {
    let Some(url) = parse_url(uri) else { return Ok(None) };
    if context.identity().is_local_uri(uri) {
        return Ok(context.service().accounts().by_uri(uri).await?.map(|account| account.id));
    }
    Ok(Some(known_or_fetched(context, url).await?.id))
}

/// The stored account while it is fresh, else fetched; a stale one is better than none.
async fn known_or_fetched(context: &Context, uri: Url) -> Outcome<Account> {
    let service = context.service();
    let known = service.accounts().by_uri(uri.as_str()).await?;
    let stale = service.cx().now().minus(REFRESH_AFTER);
    match known {
        Some(account) if account.is_local() || account.fetched_at.is_some_and(|at| at > stale) => Ok(account),
        Some(account) => match Actor::fetched(&uri, context).await {
            Ok(fresh) => Ok(fresh.account),
            Err(error) if error.is_gone() => {
                service.accounts().remove_remote(&service.cx(), &account.uri).await?;
                Err(error)
            }
            Err(error) => {
                tracing::debug!(account.uri = %account.uri, %error, "account was not refreshed");
                Ok(account)
            }
        },
        None => Ok(Actor::fetched(&uri, context).await?.account),
    }
}

async fn status(context: &Context, uri: &str) -> Outcome<Option<StatusId>> {
    if let Some(known) = context.service().statuses().id_of(uri).await? {
        return Ok(Some(known));
    }
    let Some(url) = parse_url(uri).filter(|_| !context.identity().is_local_uri(uri)) else { return Ok(None) };
    Ok(Some(Note::known_or_fetched(&url, context).await?.status.id))
}

async fn by_feed(context: &Context, uri: &str, feed: AccountId) -> Outcome<Option<StatusId>> {
    let Some(url) = parse_url(uri).filter(|_| !context.identity().is_local_uri(uri)) else { return Ok(None) };
    Note::by_feed(&url, feed, context).await
}

/// Takes in a status as its own server has it now.
async fn refresh(context: &Context, uri: &str) -> Outcome<()> {
    let Some(url) = parse_url(uri).filter(|_| !context.identity().is_local_uri(uri)) else { return Ok(()) };
    let found = fetch::document::<NoteDoc>(context, Purpose::Note, &url).await?;
    Note::verify(&found.object, &found.url, context).await?;
    let service = context.service();
    let author = found.object.attributed_to.as_ref().ok_or(FederationError::Refused("object has no author"))?;
    let followers = service.accounts().by_uri(author.as_str()).await?.and_then(|author| author.endpoints.followers);
    let incoming = found.object.into_incoming(followers.as_deref()).map_err(FederationError::Refused)?;
    Ok(service.statuses().ingest_edit(&service.cx(), incoming).await?)
}

async fn quote_authorization(context: &Context, uri: &str) -> Outcome<Option<FoundAuthorization>> {
    let Some(url) = parse_url(uri) else { return Ok(None) };
    let found = fetch::document::<AuthorizationDoc>(context, Purpose::QuoteAuthorization, &url).await?;
    Ok(found.object.found(&found.url).filter(|_| found.url == url))
}

async fn reach(context: &Context, hub: &str, uri: &str) -> Outcome<Vec<String>> {
    let url = parse_url(&reach_url(hub, uri)).ok_or(FederationError::Refused("hub has no usable id"))?;
    let found = match fetch::value(context, Purpose::Collection, &url).await {
        Ok(found) => found,
        Err(error) if error.is_absent() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let inboxes = items(found.object.get("orderedItems").unwrap_or(&Value::Null)).iter();
    Ok(inboxes.filter_map(|item| parse_url(item.as_str()?)).map(String::from).collect())
}

async fn by_url(context: &Context, url: &str) -> Outcome<Option<Found>> {
    let service = context.service();
    if let Some(known) = service.accounts().by_uri(url).await?.filter(|account| !account.is_gone()) {
        return Ok(Some(Found::Account(known.id)));
    }
    if let Some(known) = service.statuses().id_of(url).await? {
        return Ok(Some(Found::Status(known)));
    }
    if context.identity().is_local_uri(url) {
        return local_page(context, url).await;
    }
    let Some(url) = parse_url(url) else { return Ok(None) };
    let found = fetch::value(context, Purpose::Search, &url).await?;
    let kind =
        items(found.object.get("type").unwrap_or(&Value::Null)).iter().find_map(Value::as_str).unwrap_or_default();
    let unreadable = |_| FederationError::Refused("document is unreadable");
    if account_kind(kind).is_some() {
        let document = ActorDoc::deserialize(&found.object).map_err(unreadable)?;
        Actor::verify(&document, &found.url, context).await?;
        return Ok(Some(Found::Account(Actor::from_json(document, context).await?.account.id)));
    }
    if is_status(kind) {
        let document = NoteDoc::deserialize(&found.object).map_err(unreadable)?;
        Note::verify(&document, &found.url, context).await?;
        return Ok(Some(Found::Status(Note::from_json(document, context).await?.status.id)));
    }
    Ok(None)
}

/// One of our own pages: `/@name` or `/@name/id`.
async fn local_page(context: &Context, url: &str) -> Outcome<Option<Found>> {
    let service = context.service();
    let prefix = format!("{}/@", context.identity().public_url);
    let Some(path) = url.strip_prefix(&prefix) else { return Ok(None) };
    let (name, id) = path.trim_end_matches('/').split_once('/').map_or((path, None), |(name, id)| (name, Some(id)));
    let account = service.accounts().by_handle(name).await?.filter(|account| account.is_local() && !account.is_gone());
    let (Some(account), Some(id)) = (&account, id) else {
        return Ok(account.map(|account| Found::Account(account.id)));
    };
    let Some(id) = StatusId::parse(id) else { return Ok(None) };
    let uri = context.identity().status_uri(&account.username, id);
    Ok(service.statuses().id_of(&uri).await?.map(Found::Status))
}

/// NodeInfo of the peer, and its instance account: as it says itself there, else by WebFinger of its address (FEP-d556).
async fn peer(context: &Context, url: &str) -> Outcome<PeerInfo> {
    let base = parse_url(url).ok_or(FederationError::Refused("address of the peer is not a url"))?;
    let index =
        base.join("/.well-known/nodeinfo").map_err(|_| FederationError::Refused("address of the peer is not a url"))?;
    let index = fetch::descriptor(context, Purpose::NodeInfoLinks, &index).await?;
    let links: Vec<&Value> = index.object.get("links").map(items).unwrap_or_default().iter().collect();
    let version = |v: &str| links.iter().find(|link| member(link, "rel").is_some_and(|rel| rel.ends_with(v)));
    let link = version("/2.1").or_else(|| version("/2.0")).and_then(|link| parse_url(member(link, "href")?));
    let link = link.filter(|link| link.origin() == base.origin());
    let link = link.ok_or(FederationError::Refused("peer offers no nodeinfo on its own server"))?;
    let document = fetch::descriptor(context, Purpose::NodeInfo, &link).await?;
    let metadata = document.object.get("metadata").unwrap_or(&Value::Null);

    let ours = metadata.get("staffroom").and_then(|ours| parse_url(member(ours, "actor")?));
    let said = ours.is_some();
    let actor =
        if said { ours } else { ask(context, &host_of(&base), base.as_str()).await?.map(|answer| answer.actor) };
    let actor = actor.filter(|actor| actor.origin() == base.origin());
    let actor = actor.ok_or(FederationError::Refused("peer names no instance account of its own"))?;
    let tags = metadata.get("publishedTags").map(items).unwrap_or_default().iter().take(MAX_TAGS).filter_map(|tag| {
        let href = parse_url(member(tag, "href")?).filter(|href| href.origin() == base.origin())?;
        Some((member(tag, "name")?.to_owned(), href.into()))
    });
    Ok(PeerInfo {
        instance_account_uri: actor.into(),
        software: document.object.get("software").and_then(|it| member(it, "name")).unwrap_or_default().to_owned(),
        speaks_profile: said,
        tags: tags.collect(),
    })
}

/// What is not there is `None`; everything else that went wrong elsewhere is said to the asker.
fn answered<T>(outcome: Outcome<Option<T>>) -> Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(found),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(as_remote(error)),
    }
}

fn as_remote(error: FederationError) -> ServiceError {
    match error {
        FederationError::Service(error) => error,
        other => ServiceError::Remote(other.to_string()),
    }
}
