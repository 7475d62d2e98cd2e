//! Peers: instances whose hashtags we want, and who get ours first-hand.

use staffroom_domain::account::Account;
use staffroom_domain::ids::PeerId;
use staffroom_domain::job::Job;
use staffroom_domain::relationship::FollowOptions;
use staffroom_domain::{PageRequest, Tag};
use url::{Host, Url};

use super::peer_states::job_key;
use super::{Exchange, Peer, PeerWishes, authority};
use crate::ports::PeerInfo;
use crate::{Cx, Origin, Result, ServiceError};

/// Tags wanted from one peer.
const MAX_TAGS: usize = 100;
/// Tag accounts looked through when a peer is removed: more than all peers of an instance have together.
const MAX_FOLLOWED: u64 = 10_000;
/// Longest host name (RFC 1035 section 2.3.4).
const MAX_HOST_BYTES: usize = 253;

impl Exchange<'_> {
    /// Adds a peer (or more tags to one) and queues following its tag accounts; its follows of ours are accepted, also
    /// those that wait.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when `url` is not the address of another instance, or too many tags are wanted.
    pub async fn add_peer(&self, cx: &Cx, url: &str, wishes: PeerWishes) -> Result<Peer> {
        let (url, host) = self.address(url)?;
        let tx = self.service.storage().begin().await?;
        let known = tx.exchange().peers().await?.into_iter().find(|peer| peer.host == host);
        let (trust, is_hub) = known.as_ref().map(|peer| (peer.trust, peer.is_hub)).unwrap_or_default();
        let mut wanted = known.map(|peer| peer.tags).unwrap_or_default();
        for tag in wishes.tags {
            if !wanted.iter().any(|t| t.name() == tag.name()) {
                wanted.push(tag);
            }
        }
        if wanted.len() > MAX_TAGS {
            return Err(ServiceError::invalid("tags", format!("can't be more than {MAX_TAGS}")));
        }
        let (trust, is_hub) = (wishes.trust.unwrap_or(trust), wishes.is_hub.unwrap_or(is_hub));
        let peer = staffroom_storage::exchange::Peer { id: cx.id(), url, host, tags: wanted, trust, is_hub };
        let peer = tx.exchange().upsert_peer(&peer, cx.now()).await?;
        let peer = Peer::from(peer);
        let key = job_key(&peer);
        // whoever asks again does not wait for the pause after a failure
        tx.jobs().cancel(&key).await?;
        tx.jobs().push(cx.id(), &Job::FollowPeerTags(peer.id), cx.now(), Some(&key)).await?;
        self.service.commit(tx).await?;
        self.service.signals().jobs.notify_one();
        self.accept_requests_of(cx, &peer.host).await?;
        Ok(peer)
    }

    /// Ends the exchange with a peer: its hashtags are no longer followed, and its follows of ours are no longer
    /// accepted unasked.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is no peer.
    pub async fn remove_peer(&self, cx: &Cx, url: &str) -> Result<()> {
        let (_, host) = self.address(url)?;
        let ours = self.accounts_of_ours().await?;
        let tx = self.service.storage().begin().await?;
        if !tx.exchange().remove_peer(&host).await? {
            return Err(ServiceError::NotFound("peer"));
        }
        tx.commit().await?;
        self.unfollow_feeds(cx, &host, ours, |_| true).await
    }

    /// Takes hashtags from what is wanted of a peer: they are no longer followed. It stays a peer.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is no peer; [`ServiceError::Invalid`] names a hashtag that is not wanted of it.
    pub async fn remove_peer_tags(&self, cx: &Cx, url: &str, tags: &[Tag]) -> Result<Peer> {
        let (_, host) = self.address(url)?;
        let ours = self.accounts_of_ours().await?;
        let tx = self.service.storage().begin().await?;
        let mut peer = tx.exchange().peer_by_host(&host).await?.ok_or(ServiceError::NotFound("peer"))?;
        let is_among = |some: &[Tag], tag: &Tag| some.iter().any(|t| t.name() == tag.name());
        if let Some(other) = tags.iter().find(|tag| !is_among(&peer.tags, tag)) {
            return Err(ServiceError::invalid("tags", format!("do not include #{} now", other.display())));
        }
        peer.tags.retain(|tag| !is_among(tags, tag));
        let peer = Peer::from(tx.exchange().upsert_peer(&peer, cx.now()).await?);
        tx.commit().await?;
        let is_meant = |account: &Account| account.tag.as_ref().is_some_and(|tag| is_among(tags, tag));
        self.unfollow_feeds(cx, &host, ours, is_meant).await?;
        Ok(peer)
    }

    /// Our accounts that follow tag accounts: the instance's own and those of hashtags we publish.
    async fn accounts_of_ours(self) -> Result<Vec<Account>> {
        let mut ours = vec![self.instance_account().await?];
        let published = self.service.storage().read().exchange().published().await?;
        ours.extend(published.into_iter().map(|(_, account)| account));
        Ok(ours)
    }

    async fn unfollow_feeds(
        self,
        cx: &Cx,
        host: &str,
        ours: Vec<Account>,
        is_meant: impl Fn(&Account) -> bool,
    ) -> Result<()> {
        let read = self.service.storage().read();
        for ours in ours {
            let followed = read.follows().following(ours.id, None, &PageRequest::newest(MAX_FOLLOWED)).await?;
            for account in followed.items.into_iter().map(|listed| listed.account) {
                if authority(&account.uri).as_deref() == Some(host) && is_meant(&account) {
                    self.service.follows().unfollow(cx, ours.id, account.id, Origin::Local).await?;
                }
            }
        }
        Ok(())
    }

    /// What the instance at `domain` says of itself: a host name, or an address with `https://`. It need be no peer.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no address elsewhere; [`ServiceError::Remote`] when it does not answer.
    pub async fn discover(&self, domain: &str) -> Result<PeerInfo> {
        let scheme = if domain.starts_with("localhost:") { "http" } else { "https" };
        let text = if domain.contains("://") { domain.to_owned() } else { format!("{scheme}://{domain}") };
        let (url, _) = self.address(&text)?;
        let remote = self.service.others()?;
        remote.peer(&url).await
    }

    /// All peers, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn peers(&self) -> Result<Vec<Peer>> {
        Ok(self.service.storage().read().exchange().peers().await?.into_iter().map(Peer::from).collect())
    }

    /// Changes what is wanted of a peer that is there.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is no peer, else as [`Exchange::add_peer`].
    pub async fn change_peer(&self, cx: &Cx, url: &str, wishes: PeerWishes) -> Result<Peer> {
        let (_, host) = self.address(url)?;
        let known = self.service.storage().read().exchange().peer_by_host(&host).await?;
        known.ok_or(ServiceError::NotFound("peer"))?;
        self.add_peer(cx, url, wishes).await
    }

    /// Follows the tag accounts of a peer that are not followed yet (a job). Wanted tags the peer does not publish are
    /// passed over.
    ///
    /// # Errors
    /// [`ServiceError::Remote`] when the peer does not answer; [`ServiceError::NotFound`] when it is no peer any more.
    pub async fn follow_peer_tags(&self, cx: &Cx, peer: PeerId) -> Result<()> {
        let found = self.service.storage().read().exchange().peer(peer).await?;
        let peer = found.ok_or(ServiceError::NotFound("peer"))?;
        let remote = self.service.others()?;
        let info = remote.peer(&peer.url).await?;
        let tx = self.service.storage().begin().await?;
        tx.exchange().set_speaks_profile(peer.id, info.speaks_profile).await?;
        tx.commit().await?;
        let ours = self.instance_account().await?;
        for (name, uri) in info.tags.iter().take(MAX_TAGS) {
            let is_wanted = Tag::parse(name).is_some_and(|tag| peer.tags.iter().any(|t| t.name() == tag.name()));
            // A peer names accounts of its own only.
            if !is_wanted || authority(uri).as_deref() != Some(peer.host.as_str()) {
                continue;
            }
            let Some(target) = remote.account_by_uri(uri).await? else { continue };
            let follower = self.hub_account(name).await?.map_or(ours.id, |account| account.id);
            self.service.follows().follow(cx, follower, target, FollowOptions::default(), Origin::Local).await?;
        }
        Ok(())
    }

    /// Our tag account for a hashtag that we are a hub for: it follows its fellows itself.
    async fn hub_account(&self, name: &str) -> Result<Option<Account>> {
        let Some(tag) = Tag::parse(name) else { return Ok(None) };
        let hub_tags = &self.service.settings().hub_tags;
        if !hub_tags.iter().any(|text| Tag::parse(text).is_some_and(|t| t.name() == tag.name())) {
            return Ok(None);
        }
        self.tag_account(&tag.slug()).await
    }

    /// Address and host of a peer, as stored: no path, no trailing slash.
    fn address(self, text: &str) -> Result<(String, String)> {
        let invalid = |why: &str| ServiceError::invalid("url", why.to_owned());
        let url = Url::parse(text.trim()).map_err(|_| invalid("is not an address"))?;
        let name = match url.host() {
            Some(Host::Domain(name)) if name.len() <= MAX_HOST_BYTES => name,
            Some(Host::Domain(_)) => return Err(invalid("has too long a host name")),
            _ => return Err(invalid("must have a host name")),
        };
        // Plain http is for networks on one machine alone.
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(name)) {
            return Err(invalid("must begin with https://"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("must be scheme and host only"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("must not hold a name or password"));
        }
        let host = authority(url.as_str()).ok_or_else(|| invalid("has no host"))?;
        if host == self.service.settings().identity.host() {
            return Err(invalid("is our own"));
        }
        Ok((format!("{}://{host}", url.scheme()), host))
    }
}

/// `localhost` and names below it, which lead to this machine (RFC 6761 section 6.3).
fn is_loopback(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}
