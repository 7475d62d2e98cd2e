//! Relays we listen to: added by an operator, asked in the way of Mastodon or of `LitePub`, and never the source of boosts.

use staffroom_domain::account::{Account, AccountKind};
use staffroom_domain::relationship::FollowOptions;
pub use staffroom_storage::exchange::{Relay, RelayState};
use url::Url;

use super::{Exchange, authority};
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Origin, Result, ServiceError};

impl Exchange<'_> {
    /// Asks a relay to send us what it gets. An address that ends in `/inbox` is asked with everybody as object
    /// (Mastodon's way, FEP-ae0c), any other is an actor to be followed (the way of `LitePub`). Asking again changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no address elsewhere and for somebody's account; [`ServiceError::Remote`] when an actor cannot be had.
    pub async fn add_relay(&self, cx: &Cx, url: &str) -> Result<Relay> {
        let invalid = |why: &str| ServiceError::invalid("url", why.to_owned());
        let parsed = Url::parse(url.trim()).map_err(|_| invalid("is not an address"))?;
        let is_secure = parsed.scheme() == "https" || parsed.host_str() == Some("localhost");
        if !is_secure || parsed.host_str().is_none() || self.service.settings().identity.is_local_uri(parsed.as_str()) {
            return Err(invalid("must be the https:// address of a relay elsewhere"));
        }
        let url = parsed.to_string();
        if let Some(known) = self.relays().await?.into_iter().find(|relay| relay.url == url) {
            return Ok(known);
        }
        let ours = self.instance_account().await?;
        if parsed.path().ends_with("/inbox") {
            self.ask(cx, url, &ours).await
        } else {
            self.follow_relay(cx, url, &ours).await
        }
    }

    async fn ask(&self, cx: &Cx, url: String, ours: &Account) -> Result<Relay> {
        let id: staffroom_domain::ids::RelayId = cx.id();
        let follow_uri = format!("{}#relays/{id}", ours.uri);
        let relay = Relay { id, url, actor_uri: None, follow_uri, state: RelayState::Asked };
        let tx = self.service.storage().begin().await?;
        tx.exchange().add_relay(&relay, cx.now()).await?;
        let event = Event::RelayFollowed { account: ours, uri: &relay.follow_uri };
        enqueue(&tx, self.service, cx, ours.id, event, Lane::Interactive, &[InboxRef::personal(&relay.url)]).await?;
        self.service.commit(tx).await?;
        Ok(relay)
    }

    async fn follow_relay(&self, cx: &Cx, url: String, ours: &Account) -> Result<Relay> {
        let remote = self.service.others()?;
        let actor =
            remote.account_by_uri(&url).await?.ok_or_else(|| ServiceError::invalid("url", "is no relay's actor"))?;
        let kind = self.service.accounts().get(actor).await?.kind;
        if matches!(kind, AccountKind::Person | AccountKind::Organization) {
            return Err(ServiceError::invalid("url", "is somebody's account, not a relay's"));
        }
        self.service.follows().follow(cx, ours.id, actor, FollowOptions::default(), Origin::Local).await?;
        let read = self.service.storage().read();
        let actor = read.accounts().by_id(actor).await?.ok_or(ServiceError::NotFound("relay"))?;
        let follow = read.follows().pair(ours.id, actor.id).await?.ok_or(ServiceError::NotFound("relay"))?;
        let state = if follow.accepted { RelayState::Accepted } else { RelayState::Asked };
        let relay = Relay { id: cx.id(), url, actor_uri: Some(actor.uri), follow_uri: follow.uri, state };
        let tx = self.service.storage().begin().await?;
        tx.exchange().add_relay(&relay, cx.now()).await?;
        tx.commit().await?;
        Ok(relay)
    }

    /// All relays we listen to, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn relays(&self) -> Result<Vec<Relay>> {
        Ok(self.service.storage().read().exchange().relays().await?)
    }

    /// Takes our wish back and listens to a relay no more.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is none.
    pub async fn remove_relay(&self, cx: &Cx, url: &str) -> Result<()> {
        let relay = self.relays().await?.into_iter().find(|relay| relay.url == url.trim());
        let relay = relay.ok_or(ServiceError::NotFound("relay"))?;
        let ours = self.instance_account().await?;
        let followed = self.service.storage().read().follows().by_uri(&relay.follow_uri).await?;
        if let Some(follow) = followed {
            self.service.follows().unfollow(cx, ours.id, follow.target_id, Origin::Local).await?;
        }
        let tx = self.service.storage().begin().await?;
        tx.exchange().remove_relay(relay.id).await?;
        if relay.url.ends_with("/inbox") {
            let event = Event::RelayUnfollowed { account: &ours, uri: &relay.follow_uri };
            enqueue(&tx, self.service, cx, ours.id, event, Lane::Interactive, &[InboxRef::personal(&relay.url)])
                .await?;
        }
        self.service.commit(tx).await
    }

    /// `by` answers a `Follow` with this network id. `false` when that asked no relay; an answer from another server
    /// than the relay's changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn relay_answered(&self, by: &Account, follow_uri: &str, accepted: bool) -> Result<bool> {
        let tx = self.service.storage().begin().await?;
        let Some(relay) = tx.exchange().relay_by_follow(follow_uri).await? else { return Ok(false) };
        if authority(&relay.url) == authority(&by.uri) {
            let state = if accepted { RelayState::Accepted } else { RelayState::Rejected };
            tx.exchange().relay_answered(relay.id, &by.uri, state).await?;
            tx.commit().await?;
        }
        Ok(true)
    }

    /// Whether we listen to this actor as a relay.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_relay(&self, actor_uri: &str) -> Result<bool> {
        Ok(self.service.storage().read().exchange().is_relay(actor_uri).await?)
    }

    /// Whether the tag accounts of `host` may pass on what was written elsewhere.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_hub(&self, host: &str) -> Result<bool> {
        Ok(self.service.storage().read().exchange().peer_by_host(host).await?.is_some_and(|peer| peer.is_hub))
    }

    /// Our instance account.
    pub(super) async fn instance_account(&self) -> Result<Account> {
        let uri = self.service.settings().identity.instance_account_uri();
        self.service.accounts().by_uri(&uri).await?.ok_or(ServiceError::NotFound("instance account"))
    }
}
