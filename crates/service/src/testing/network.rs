//! Other servers: accounts and statuses that can be looked up there, what they send, and what was sent to them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use async_trait::async_trait;
use staffroom_domain::account::{Account, AccountKind, Endpoints, IncomingAccount, KeyAlgorithm, PublicKey};
use staffroom_domain::card::PageInfo;
use staffroom_domain::ids::{AccountId, ActivityId, StatusId};
use staffroom_domain::interaction::InteractionPolicy;
use staffroom_domain::quote::FoundAuthorization;
use staffroom_domain::relationship::FollowOptions;
use staffroom_domain::status::{Draft, IncomingStatus, Published, StatusView};
use staffroom_domain::{Tag, Viewer, Visibility, text};
use tokio::sync::Notify;

use super::World;
use crate::deliveries::{Report, Wanted};
use crate::follows::FollowRef;
use crate::ports::{FeedPage, Found, PeerInfo, RemoteLookup, ThreadToFill};
use crate::statuses::Arrival;
use crate::{Inner, Origin, Result, Service, ServiceError};

/// What was queued for one inbox.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sent {
    /// Name of the event (`StatusPublished`).
    pub(crate) event: String,
    /// URL of the inbox.
    pub(crate) inbox: String,
    /// Network id of what it is about.
    pub(crate) object: String,
    /// User names of the tag accounts named.
    pub(crate) tags: Vec<String>,
}

impl World {
    /// Lets time pass.
    pub(crate) fn wait(&self, secs: u64) {
        self.clock.advance(Duration::from_secs(secs));
    }

    /// `follower` follows `target`, and that is accepted.
    pub(crate) async fn befriend(&self, follower: &Account, target: &Account) {
        let origin = if follower.is_local() {
            Origin::Local
        } else {
            Origin::Remote(format!("{}#follows/{}", follower.uri, target.id))
        };
        let follows = self.service.follows();
        follows.follow(&self.cx(), follower.id, target.id, FollowOptions::default(), origin).await.unwrap();
        if !target.is_local() {
            let follow = FollowRef { uri: None, follower_uri: Some(follower.uri.clone()) };
            follows.answered(&self.cx(), target.id, follow, true).await.unwrap();
        }
    }

    /// Publishes a public status.
    pub(crate) async fn publish(&self, author: &Account, text: &str) -> StatusView {
        self.publish_draft(author, draft(text)).await
    }

    /// Publishes a status.
    pub(crate) async fn publish_draft(&self, author: &Account, draft: Draft) -> StatusView {
        self.wait(1);
        let id = match self.service.statuses().publish(&self.cx(), author.id, draft, None).await.unwrap() {
            Published::Status(id) => id,
            Published::Scheduled(s) => panic!("scheduled {}", s.id),
        };
        self.seen(author, id).await.unwrap()
    }

    /// A status as `viewer` sees it, if they do.
    pub(crate) async fn seen(&self, viewer: &Account, id: StatusId) -> Option<StatusView> {
        match self.service.statuses().get(Viewer::Account(viewer.id), id).await {
            Ok(view) => Some(view),
            Err(ServiceError::NotFound(_)) => None,
            Err(e) => panic!("{e}"),
        }
    }

    /// Everything queued for other servers since the last time, as if they had taken it; sorted.
    pub(crate) async fn sent(&self) -> Vec<Sent> {
        // Longer than any jitter.
        self.wait(31);
        let (cx, deliveries) = (self.cx(), self.service.deliveries());
        let mut sent = Vec::new();
        loop {
            let hosts: Vec<_> = deliveries.due_hosts(&cx, 100, 100).await.unwrap().iter().map(|host| host.id).collect();
            if hosts.is_empty() {
                break;
            }
            deliveries.lease(&cx, "test", &hosts).await.unwrap();
            let wanted: Vec<Wanted> = hosts.iter().map(|id| Wanted { host_id: *id, limit: 1000 }).collect();
            let due = deliveries.due(&cx, &wanted).await.unwrap();
            let mut ids: Vec<ActivityId> = due.iter().map(|d| d.activity_id).collect();
            ids.sort_unstable();
            ids.dedup();
            let activities = deliveries.activities(&ids).await.unwrap();
            for delivery in &due {
                let activity = activities.iter().find(|a| a.id == delivery.activity_id).unwrap();
                let body: serde_json::Value = serde_json::from_slice(&activity.body).unwrap();
                let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
                sent.push(Sent {
                    event: word(&body["event"]),
                    inbox: delivery.url.clone(),
                    object: word(&body["object"]),
                    tags: body["tags"].as_array().unwrap().iter().map(word).collect(),
                });
            }
            let delivered = due.iter().map(|d| (d.activity_id, d.inbox_id)).collect();
            let report = Report { delivered, drained: hosts, ..Report::default() };
            deliveries.report(&cx, "test", &report).await.unwrap();
        }
        sent.sort();
        sent
    }

    /// Runs the jobs that are due until none is left.
    pub(crate) async fn run_jobs(&self) {
        while self.service.jobs().run_due(&self.cx(), 100).await.unwrap() > 0 {}
    }
}

/// A public draft.
pub(crate) fn draft(text: &str) -> Draft {
    Draft { text: text.to_owned(), visibility: Some(Visibility::Public), ..Draft::default() }
}

/// A public status as another server would send it; hashtags are found in `content`.
pub(crate) fn incoming(author: &Account, name: &str, content: &str) -> IncomingStatus {
    IncomingStatus {
        uri: format!("{}/statuses/{name}", author.uri),
        url: None,
        author_uri: author.uri.clone(),
        in_reply_to_uri: None,
        content: format!("<p>{content}</p>"),
        spoiler_text: String::new(),
        sensitive: false,
        visibility: Visibility::Public,
        language: None,
        published: None,
        updated: None,
        mention_uris: Vec::new(),
        recipient_uris: Vec::new(),
        tags: text::scan(content).tags.into_iter().map(|(tag, _)| tag).collect(),
        emojis: Vec::new(),
        media: Vec::new(),
        poll: None,
        quote: None,
        interaction_policy: InteractionPolicy::default(),
        attached_link: None,
        context_uri: None,
        tag_account_uris: Vec::new(),
    }
}

/// An account as another server would describe it.
pub(crate) fn incoming_account(username: &str, host: &str) -> IncomingAccount {
    let uri = format!("https://{host}/users/{username}");
    IncomingAccount {
        url: Some(format!("https://{host}/@{username}")),
        username: username.to_owned(),
        domain: host.to_owned(),
        kind: AccountKind::Person,
        display_name: String::new(),
        note: String::new(),
        fields: Vec::new(),
        emojis: Vec::new(),
        avatar: None,
        header: None,
        locked: false,
        discoverable: None,
        indexable: true,
        endpoints: Endpoints {
            inbox: Some(format!("{uri}/inbox")),
            shared_inbox: Some(format!("https://{host}/inbox")),
            followers: Some(format!("{uri}/followers")),
            ..Endpoints::default()
        },
        keys: Vec::new(),
        tag: None,
        created_at: None,
        also_known_as: Vec::new(),
        moved_to_uri: None,
        suspended: false,
        uri,
    }
}

/// The tag account of a peer.
pub(crate) fn incoming_tag_account(tag: &str, host: &str) -> IncomingAccount {
    let tag = Tag::parse(tag).unwrap();
    let uri = format!("https://{host}/tags/{}", tag.slug());
    IncomingAccount {
        kind: AccountKind::Service,
        username: format!("tag-{}", tag.slug()),
        keys: vec![PublicKey { uri: format!("{uri}#main-key"), algorithm: KeyAlgorithm::Rsa, pem: "a key".to_owned() }],
        tag: Some(tag),
        endpoints: Endpoints {
            inbox: Some(format!("{uri}/inbox")),
            outbox: Some(format!("{uri}/outbox")),
            ..Endpoints::default()
        },
        uri,
        ..incoming_account("unused", host)
    }
}

/// The instance account of a peer.
pub(crate) fn incoming_instance_account(host: &str) -> IncomingAccount {
    let uri = format!("https://{host}/actor");
    IncomingAccount {
        kind: AccountKind::Application,
        keys: vec![PublicKey { uri: format!("{uri}#main-key"), algorithm: KeyAlgorithm::Rsa, pem: "a key".to_owned() }],
        uri,
        ..incoming_account(host, host)
    }
}

/// The servers around: what is put in is found when asked for.
pub(crate) struct Elsewhere {
    /// Weak: it is handed to the service, and both would stay for ever with their connections.
    service: Weak<Inner>,
    accounts: Mutex<Vec<IncomingAccount>>,
    statuses: Mutex<HashMap<String, IncomingStatus>>,
    authorizations: Mutex<HashMap<String, FoundAuthorization>>,
    peers: Mutex<HashMap<String, PeerInfo>>,
    reached: Mutex<HashMap<String, Vec<String>>>,
    outboxes: Mutex<HashMap<String, FeedPage>>,
    silent: Mutex<Option<Arc<Notify>>>,
    pages: Mutex<HashMap<String, PageInfo>>,
    looked_at: Mutex<Vec<String>>,
    files: Mutex<HashMap<String, Vec<u8>>>,
    loses_files: std::sync::atomic::AtomicBool,
    /// Files with this in their address never come.
    stalling: Mutex<Option<String>>,
}

impl Elsewhere {
    /// Servers that know nothing yet.
    pub(crate) fn new(service: &Service) -> Self {
        Self {
            service: Arc::downgrade(&service.inner),
            accounts: Mutex::default(),
            statuses: Mutex::default(),
            authorizations: Mutex::default(),
            peers: Mutex::default(),
            reached: Mutex::default(),
            outboxes: Mutex::default(),
            silent: Mutex::default(),
            pages: Mutex::default(),
            looked_at: Mutex::default(),
            files: Mutex::default(),
            loses_files: std::sync::atomic::AtomicBool::default(),
            stalling: Mutex::default(),
        }
    }

    fn service(&self) -> Service {
        Service { inner: self.service.upgrade().unwrap() }
    }

    /// An account exists elsewhere, not yet known here.
    pub(crate) fn has_account(&self, account: IncomingAccount) {
        self.accounts.lock().unwrap().push(account);
    }

    /// A status exists elsewhere, not yet known here.
    pub(crate) fn has_status(&self, status: IncomingStatus) {
        self.statuses.lock().unwrap().insert(status.uri.clone(), status);
    }

    /// The next question for a status gets no answer, ever; it is told here that it was asked.
    pub(crate) fn falls_silent(&self) -> Arc<Notify> {
        let asked = Arc::new(Notify::new());
        *self.silent.lock().unwrap() = Some(asked.clone());
        asked
    }

    /// An authorization of a quote lies at `uri`.
    pub(crate) fn has_authorization(&self, uri: &str, found: FoundAuthorization) {
        self.authorizations.lock().unwrap().insert(uri.to_owned(), found);
    }

    /// The page `url` of an outbox has this.
    pub(crate) fn has_page(&self, url: &str, page: FeedPage) {
        self.outboxes.lock().unwrap().insert(url.to_owned(), page);
    }

    /// The hub's tag account `hub` passed our status `uri` on to `inboxes`.
    pub(crate) fn passed_on(&self, hub: &str, uri: &str, inboxes: &[&str]) {
        let inboxes = inboxes.iter().map(|inbox| (*inbox).to_owned()).collect();
        self.reached.lock().unwrap().insert(format!("{hub} {uri}"), inboxes);
    }

    /// A page lies at `url`.
    pub(crate) fn has_page_at(&self, url: &str, page: PageInfo) {
        self.pages.lock().unwrap().insert(url.to_owned(), page);
    }

    /// A file lies at `url`.
    pub(crate) fn has_file(&self, url: &str, bytes: &[u8]) {
        self.files.lock().unwrap().insert(url.to_owned(), bytes.to_vec());
    }

    /// No file can be had from now on: connections break.
    pub(crate) fn loses_files(&self) {
        self.loses_files.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    /// Whoever asks for a file with `part` in its address waits for ever from now on.
    pub(crate) fn stalls(&self, part: &str) {
        *self.stalling.lock().unwrap() = Some(part.to_owned());
    }

    /// Pages and files looked at since the last time this was asked.
    pub(crate) fn looked_at(&self) -> Vec<String> {
        std::mem::take(&mut self.looked_at.lock().unwrap())
    }

    /// A peer answers at `url`.
    pub(crate) fn has_peer(&self, url: &str, info: PeerInfo) {
        self.peers.lock().unwrap().insert(url.to_owned(), info);
    }

    async fn find(&self, wanted: impl Fn(&IncomingAccount) -> bool) -> Result<Option<AccountId>> {
        let found = self.accounts.lock().unwrap().iter().find(|a| wanted(a)).cloned();
        let Some(found) = found else { return Ok(None) };
        Ok(Some(self.service().accounts().ingest(&self.service().cx(), found).await?.id))
    }
}

#[async_trait]
impl RemoteLookup for Elsewhere {
    async fn account_by_handle(&self, user: &str, domain: &str) -> Result<Option<AccountId>> {
        self.find(|a| a.username.eq_ignore_ascii_case(user) && a.domain == domain).await
    }

    async fn account_by_uri(&self, uri: &str) -> Result<Option<AccountId>> {
        if let Some(known) = self.service().accounts().by_uri(uri).await? {
            return Ok(Some(known.id));
        }
        self.find(|a| a.uri == uri).await
    }

    async fn refresh_account(&self, uri: &str) -> Result<AccountId> {
        let found = self.find(|a| a.uri == uri).await?;
        found.ok_or_else(|| ServiceError::Remote(format!("{uri} does not answer")))
    }

    async fn status_by_uri(&self, uri: &str) -> Result<Option<StatusId>> {
        let found = self.statuses.lock().unwrap().get(uri).cloned();
        let found = found.ok_or_else(|| ServiceError::Remote(format!("{uri} does not answer")))?;
        let arrival = Arrival::Fetched;
        self.service().statuses().ingest(&self.service().cx(), found, arrival).await
    }

    async fn status_by_feed(&self, uri: &str, feed: AccountId) -> Result<Option<StatusId>> {
        let silent = self.silent.lock().unwrap().take();
        if let Some(asked) = silent {
            asked.notify_one();
            std::future::pending::<()>().await;
        }
        let found = self.statuses.lock().unwrap().get(uri).cloned();
        let found = found.ok_or_else(|| ServiceError::Remote(format!("{uri} does not answer")))?;
        let service = self.service();
        let (cx, statuses) = (service.cx(), service.statuses());
        let id = statuses.ingest(&cx, found, Arrival::Announced(feed)).await?;
        if let Some(id) = id {
            statuses.announced_by_tag(&cx, feed, id).await?;
        }
        Ok(id)
    }

    async fn fetch_featured(&self, _: AccountId) -> Result<()> {
        Err(ServiceError::Remote("nothing is pinned here".to_owned()))
    }

    async fn refresh_status(&self, uri: &str) -> Result<()> {
        let found = self.statuses.lock().unwrap().get(uri).cloned();
        let found = found.ok_or_else(|| ServiceError::Remote(format!("{uri} does not answer")))?;
        self.service().statuses().ingest_edit(&self.service().cx(), found).await
    }

    async fn quote_authorization(&self, uri: &str) -> Result<Option<FoundAuthorization>> {
        Ok(self.authorizations.lock().unwrap().get(uri).cloned())
    }

    async fn reach(&self, hub: &str, uri: &str) -> Result<Vec<String>> {
        let found = self.reached.lock().unwrap().get(&format!("{hub} {uri}")).cloned();
        found.ok_or_else(|| ServiceError::Remote(format!("{hub} does not answer")))
    }

    async fn fill_thread(&self, _: &ThreadToFill) -> Result<bool> {
        Ok(false)
    }

    async fn followers_listed(&self, _: &str) -> Result<Option<Vec<String>>> {
        Ok(None)
    }

    async fn by_url(&self, url: &str) -> Result<Option<Found>> {
        if let Some(id) = self.account_by_uri(url).await? {
            return Ok(Some(Found::Account(id)));
        }
        Ok(self.status_by_uri(url).await.ok().flatten().map(Found::Status))
    }

    async fn announced_since(&self, url: &str) -> Result<FeedPage> {
        let found = self.outboxes.lock().unwrap().get(url).cloned();
        found.ok_or_else(|| ServiceError::Remote(format!("{url} does not answer")))
    }

    async fn page(&self, url: &str) -> Result<Option<PageInfo>> {
        self.looked_at.lock().unwrap().push(url.to_owned());
        Ok(self.pages.lock().unwrap().get(url).cloned())
    }

    async fn file(&self, url: &str, into: &Path, limit_bytes: u64) -> Result<bool> {
        self.looked_at.lock().unwrap().push(url.to_owned());
        // others who want it come meanwhile
        tokio::task::yield_now().await;
        let is_stalling = self.stalling.lock().unwrap().as_ref().is_some_and(|part| url.contains(part));
        if is_stalling {
            std::future::pending::<()>().await;
        }
        if self.loses_files.load(std::sync::atomic::Ordering::SeqCst) {
            std::fs::write(into, b"half").unwrap();
            return Err(ServiceError::Remote(format!("{url} breaks off")));
        }
        let found = self.files.lock().unwrap().get(url).cloned();
        let found = found.filter(|bytes| u64::try_from(bytes.len()).unwrap() <= limit_bytes);
        let Some(bytes) = found else { return Ok(false) };
        std::fs::write(into, bytes).unwrap();
        Ok(true)
    }

    async fn rule_pack(&self, url: &str) -> Result<String> {
        Err(ServiceError::Remote(format!("{url} does not answer")))
    }

    async fn peer(&self, url: &str) -> Result<PeerInfo> {
        let found = self.peers.lock().unwrap().get(url).cloned();
        found.ok_or_else(|| ServiceError::Remote(format!("{url} does not answer")))
    }
}
