//! Storing what another server says about an account of its own.

use staffroom_domain::account::{Account, Endpoints, Field, IncomingAccount, Picture, PublicKey};
use staffroom_domain::{Timestamp, Visibility, text};
use staffroom_moderation::{Direction, Subject};
use staffroom_storage::Tx;
use url::Url;

use super::{Accounts, key_changes};
use crate::moderation::{Judged, foreign_profile_parts};
use crate::{Cx, Result, ServiceError};

/// Limits on what is kept of a remote account; longer texts are cut, further entries dropped.
const MAX_USERNAME_BYTES: usize = 128;
const MAX_URL_BYTES: usize = 2048;
const MAX_DISPLAY_NAME: usize = 500;
const MAX_NOTE_BYTES: usize = 20_000;
const MAX_FIELDS: usize = 16;
const MAX_FIELD_CHARS: usize = 2047;
const MAX_EMOJIS: usize = 64;
const MAX_KEYS: usize = 5;
const MAX_PEM_BYTES: usize = 8192;
const MAX_ALIASES: usize = 20;

impl Accounts<'_> {
    /// Stores or refreshes a remote account and its keys. The caller has checked that all of it comes from the
    /// account's own server.
    ///
    /// A handle belongs to the account that had it first: another network id claiming it is refused, unless the first
    /// one was deleted. A deleted account stays deleted. A key id never moves to another account. What the moderation
    /// rules object to in name, biography and fields is not kept.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for values that cannot be kept, [`ServiceError::Conflict`] for a handle of somebody
    /// else, [`ServiceError::NotFound`] for an account that was deleted.
    pub async fn ingest(&self, cx: &Cx, incoming: IncomingAccount) -> Result<Account> {
        self.check(&incoming)?;
        let keys = sound_keys(&incoming.keys);
        match self.store(cx, &incoming, &keys).await {
            // Somebody else stored the same account in the same moment: now it is there to be refreshed.
            Err(ServiceError::Storage(e)) if e.is_unique_violation() => self.store(cx, &incoming, &keys).await,
            other => other,
        }
    }

    async fn store(&self, cx: &Cx, incoming: &IncomingAccount, keys: &[PublicKey]) -> Result<Account> {
        let tx = self.service.storage().begin().await?;
        let known = tx.accounts().by_uri(&incoming.uri).await?;
        if known.as_ref().is_some_and(|account| account.deleted_at.is_some()) {
            return Err(ServiceError::NotFound("account"));
        }
        let same_handle = known.as_ref().is_some_and(|account| {
            account.username == incoming.username && account.domain.as_deref() == Some(&incoming.domain)
        });
        if !same_handle {
            free_handle(&tx, incoming).await?;
        }
        let mut account = merge(cx, incoming, known.as_ref());
        let limits = self.service.domains().limits(&incoming.domain);
        if limits.reject_media {
            (account.avatar, account.header) = (None, None);
            account.emojis.clear();
        }
        let judged = self.judge_profile(cx, &account);
        if !judged.verdict.can_stand() {
            // The account itself is needed (keys, follows); what it says about itself is not shown.
            account.display_name.clear();
            account.note.clear();
            account.fields.clear();
        }
        if known.is_none() {
            tx.accounts().insert(&account).await?;
        } else {
            if !same_handle {
                tx.accounts().rename(account.id, &incoming.username, Some(&incoming.domain)).await?;
            }
            tx.accounts().update(&account).await?;
        }
        if known.as_ref().is_some_and(|known| known.suspended_at != account.suspended_at) {
            tx.accounts().set_suspended_by_origin(account.id, account.suspended_at).await?;
        }
        if let Some(since) = limits.silenced_since {
            tx.domains().silence(account.id, since).await?;
        }
        let is_found_otherwise = known.as_ref().is_some_and(|known| {
            known.indexable != account.indexable || (known.suspended_at.is_some() && account.suspended_at.is_none())
        });
        if is_found_otherwise {
            self.service.search().queue(cx, &tx, Some(&account)).await?;
        }
        if known.is_some() {
            key_changes::watch(&tx, cx, &account, keys).await?;
        }
        tx.keys().replace(account.id, keys, cx.now()).await?;
        self.service.moderation().record_inbound(cx, &tx, &judged, &account.uri, Some(account.id)).await?;
        tx.commit().await?;
        Ok(account)
    }

    fn judge_profile(self, cx: &Cx, account: &Account) -> Judged {
        self.service.moderation().judge(Subject {
            parts: foreign_profile_parts(account),
            direction: Direction::Inbound,
            visibility: Visibility::Public,
            tags: Vec::new(),
            facts: self.service.moderation().facts_at_hand(cx, account),
        })
    }

    fn check(self, incoming: &IncomingAccount) -> Result<()> {
        let identity = &self.service.settings().identity;
        if web_url(&incoming.uri).is_none() || identity.is_local_uri(&incoming.uri) {
            return Err(ServiceError::invalid("id", "is not the id of an account elsewhere"));
        }
        let name = &incoming.username;
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '/' | '<' | '>' | '"');
        if name.len() > MAX_USERNAME_BYTES || !text::is_handle_name(name) {
            return Err(ServiceError::invalid("preferredUsername", "is not a usable name"));
        }
        let domain = &incoming.domain;
        if domain.is_empty() || domain.len() > 255 || domain.chars().any(odd) {
            return Err(ServiceError::invalid("domain", "is not a host name"));
        }
        if *domain == identity.account_domain || *domain == identity.host() {
            return Err(ServiceError::invalid("domain", "is ours"));
        }
        Ok(())
    }
}

/// Makes sure that nobody else has the handle.
async fn free_handle(tx: &Tx, incoming: &IncomingAccount) -> Result<()> {
    match tx.accounts().by_handle(&incoming.username, Some(&incoming.domain)).await? {
        Some(other) if other.uri == incoming.uri => Ok(()),
        Some(other) if other.deleted_at.is_some() => Ok(tx.accounts().release_handle(other.id).await?),
        Some(_) => Err(ServiceError::Conflict("the handle belongs to another account".to_owned())),
        None => Ok(()),
    }
}

/// What is kept: their words made safe and cut to size, our id, counters and decisions as they were.
fn merge(cx: &Cx, incoming: &IncomingAccount, known: Option<&Account>) -> Account {
    let now = cx.now();
    let url = incoming.url.as_deref().and_then(web_url).unwrap_or_else(|| incoming.uri.clone());
    let fields = incoming.fields.iter().take(MAX_FIELDS).map(|(name, value)| Field {
        name: cut(&text::shown_name(name), MAX_FIELD_CHARS),
        value: text::sanitize(&cut(value, MAX_FIELD_CHARS)),
        source: String::new(),
    });
    let sound_emoji = |emoji: &&staffroom_domain::account::Emoji| {
        web_url(&emoji.url).is_some()
            && (1..=64).contains(&emoji.shortcode.len())
            && emoji.shortcode.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    let id = known.map_or_else(|| cx.id(), |account| account.id);
    let created_at = created_at(incoming.created_at, known, now);
    let (suspended_at, suspended_by_origin) = suspension(incoming.suspended, known, now);
    Account {
        url,
        domain: Some(incoming.domain.clone()),
        kind: incoming.kind,
        display_name: cut(&text::shown_name(&incoming.display_name), MAX_DISPLAY_NAME),
        note: text::sanitize(cut_bytes(&incoming.note, MAX_NOTE_BYTES)),
        fields: fields.collect(),
        emojis: incoming.emojis.iter().filter(sound_emoji).take(MAX_EMOJIS).cloned().collect(),
        avatar: incoming.avatar.as_deref().and_then(web_url).map(Picture::Remote),
        header: incoming.header.as_deref().and_then(web_url).map(Picture::Remote),
        locked: incoming.locked,
        discoverable: incoming.discoverable,
        indexable: incoming.indexable,
        endpoints: sound_endpoints(&incoming.endpoints),
        tag: incoming.tag.clone(),
        fetched_at: Some(now),
        last_status_at: known.and_then(|account| account.last_status_at),
        statuses_count: known.map_or(0, |account| account.statuses_count),
        followers_count: known.map_or(0, |account| account.followers_count),
        following_count: known.map_or(0, |account| account.following_count),
        also_known_as: incoming.also_known_as.iter().filter_map(|uri| web_url(uri)).take(MAX_ALIASES).collect(),
        moved_to: incoming.moved_to_uri.as_deref().and_then(web_url).filter(|uri| *uri != incoming.uri),
        moved_at: known.and_then(|account| account.moved_at),
        suspended_at,
        suspended_by_origin,
        ..Account::new(id, incoming.uri.clone(), &incoming.username, created_at)
    }
}

/// A suspension decided here stays; one that its own server made ends when that server says so.
fn suspension(claimed: bool, known: Option<&Account>, now: Timestamp) -> (Option<Timestamp>, bool) {
    match known.and_then(|account| account.suspended_at.map(|at| (at, account.suspended_by_origin))) {
        Some((at, false)) => (Some(at), false),
        Some((at, true)) if claimed => (Some(at), true),
        _ if claimed => (Some(now), true),
        _ => (None, false),
    }
}

/// As claimed, but not in the future; later claims change nothing.
fn created_at(claimed: Option<Timestamp>, known: Option<&Account>, now: Timestamp) -> Timestamp {
    known.map_or_else(|| claimed.map_or(now, |at| at.min(now)), |account| account.created_at)
}

fn sound_endpoints(endpoints: &Endpoints) -> Endpoints {
    let sound = |url: &Option<String>| url.as_deref().and_then(web_url);
    Endpoints {
        inbox: sound(&endpoints.inbox),
        shared_inbox: sound(&endpoints.shared_inbox),
        outbox: sound(&endpoints.outbox),
        followers: sound(&endpoints.followers),
        following: sound(&endpoints.following),
        featured: sound(&endpoints.featured),
    }
}

fn sound_keys(keys: &[PublicKey]) -> Vec<PublicKey> {
    let mut out: Vec<PublicKey> = Vec::new();
    for key in keys {
        let sound = web_url(&key.uri).is_some() && key.pem.len() <= MAX_PEM_BYTES;
        if sound && out.len() < MAX_KEYS && !out.iter().any(|other| other.uri == key.uri) {
            out.push(key.clone());
        }
    }
    out
}

/// The URL as it came, if it is a web address of bearable length.
fn web_url(url: &str) -> Option<String> {
    let sound = url.len() <= MAX_URL_BYTES
        && Url::parse(url).is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
    sound.then(|| url.to_owned())
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

fn cut_bytes(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}
