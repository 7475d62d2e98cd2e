//! Statuses that come to us only because a followed tag account elsewhere passed them on: which feed it was, and what
//! becomes of them by the trust in its host.

use staffroom_domain::Visibility;
use staffroom_domain::account::{Account, Picture};
use staffroom_domain::exchange::PeerTrust;
use staffroom_domain::ids::{AccountId, TagId};
use staffroom_domain::status::{IncomingStatus, Status};
use staffroom_domain::text;
use staffroom_storage::Tx;
use staffroom_storage::exchange::NewHeldItem;

use super::remove::same_origin;
use super::{Arrival, Statuses};
use crate::exchange::{authority, days};
use crate::{Cx, Result};

/// Longest text kept of what waits for a moderator, in characters.
const MAX_HELD_CHARS: usize = 5_000;

/// The feed that brought a status.
pub(super) struct Feed {
    host: String,
    tag_accounts: Vec<Account>,
    trust: PeerTrust,
}

/// What may become of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// Nobody is asked.
    Free,
    /// A moderator let these words in.
    LetIn,
    /// A moderator has not decided, or refused it.
    Waits,
}

impl Feed {
    /// Whether it shows at once what it brings.
    pub(super) const fn shows(&self) -> bool {
        matches!(self.trust, PeerTrust::Show | PeerTrust::DropMedia)
    }

    /// Whether nothing it brings is kept.
    pub(super) const fn is_refused(&self) -> bool {
        matches!(self.trust, PeerTrust::Reject)
    }

    /// Notes what it brought, in the transaction that stores it.
    pub(super) async fn brought(&self, tx: &Tx, cx: &Cx, status: &Status) -> Result<()> {
        let ids: Vec<AccountId> = self.tag_accounts.iter().map(|account| account.id).collect();
        tx.exchange().add_feed_items(status.id, &ids, &self.host, cx.now()).await?;
        tx.exchange().drop_held(&status.uri).await?;
        Ok(())
    }
}

impl Statuses<'_> {
    /// The feed an incoming status came by: tag accounts that are followed here and whose hashtag it carries itself.
    ///
    /// A tag account speaks for authors of its own server only, unless its host is a peer that is known as a hub.
    pub(super) async fn feed_of(
        &self,
        incoming: &IncomingStatus,
        author: &Account,
        arrival: Arrival,
    ) -> Result<Option<Feed>> {
        if incoming.visibility != Visibility::Public {
            return Ok(None);
        }
        let read = self.service.storage().read();
        let uris: Vec<String> = match arrival {
            Arrival::Fetched | Arrival::Relayed => return Ok(None),
            Arrival::Delivered => {
                incoming.tag_account_uris.iter().filter(|uri| same_origin(uri, &author.uri)).cloned().collect()
            }
            Arrival::Announced(by) => read.accounts().by_id(by).await?.map(|account| account.uri).into_iter().collect(),
        };
        let mut feeds = read.exchange().followed_feeds(&uris).await?;
        feeds.retain(|feed| feed.tag.as_ref().is_some_and(|tag| incoming.tags.iter().any(|t| t.name() == tag.name())));
        let Some(host) = feeds.first().and_then(|feed| authority(&feed.uri)) else { return Ok(None) };
        let peer = read.exchange().peer_by_host(&host).await?;
        let speaks_for =
            |feed: &Account| same_origin(&feed.uri, &author.uri) || peer.as_ref().is_some_and(|p| p.is_hub);
        feeds.retain(speaks_for);
        if feeds.is_empty() {
            return Ok(None);
        }
        let trust = peer.map(|peer| peer.trust).unwrap_or_default();
        Ok(Some(Feed { host, tag_accounts: feeds, trust }))
    }

    /// Whether new words of a status may be shown. Where a moderator lets in what its feed brings they wait as it did,
    /// unless somebody here has to do with it anyway.
    pub(super) async fn may_change(
        &self,
        cx: &Cx,
        known: &Status,
        incoming: &mut IncomingStatus,
        author: &Account,
        people: &[Account],
    ) -> Result<Passage> {
        let read = self.service.storage().read();
        let brought = read.exchange().brought_by(known.id).await?;
        let Some((_, host)) = brought.first() else { return Ok(Passage::Free) };
        let trust = read.exchange().peer_by_host(host).await?.map(|peer| peer.trust).unwrap_or_default();
        if trust != PeerTrust::Queue
            || known.in_reply_to_id.is_some()
            || self.concerns_us(author, None, people).await?
            || words(incoming) == self.known_words(known).await?
        {
            return Ok(Passage::Free);
        }
        let ids: Vec<AccountId> = brought.iter().filter(|(_, by)| by == host).map(|(id, _)| *id).collect();
        let feed = Feed { host: host.clone(), tag_accounts: read.accounts().by_ids(&ids).await?, trust };
        let can_stand = self.is_trusted(cx, incoming, &feed).await?;
        Ok(if can_stand { Passage::LetIn } else { Passage::Waits })
    }

    async fn known_words(&self, known: &Status) -> Result<String> {
        let media = self.service.storage().read().media().find_many(&known.media_ids).await?;
        let media = known.media_ids.iter().filter_map(|id| media.iter().find(|one| one.id == *id));
        let media = media.map(|one| match &one.file {
            Picture::Remote(url) => (one.description.as_deref(), url.as_str()),
            Picture::Local(_) => (one.description.as_deref(), ""),
        });
        Ok(lines(&known.spoiler_text, &known.content, media))
    }

    /// Whether a status may be kept by the trust in its feed; pictures may go, or a moderator be asked first.
    pub(super) async fn is_trusted(&self, cx: &Cx, incoming: &mut IncomingStatus, feed: &Feed) -> Result<bool> {
        if feed.is_refused() {
            return Ok(false);
        }
        if feed.trust == PeerTrust::DropMedia {
            incoming.media.clear();
        }
        let tx = self.service.storage().begin().await?;
        let held = tx.exchange().held(&incoming.uri).await?;
        let is_new = held.is_none();
        if is_new && !is_chat(&tx, cx, feed).await? {
            let full = days::count(&tx, self.service, cx, std::slice::from_ref(&feed.host), true).await?;
            if !full.is_empty() {
                tx.commit().await?;
                return Ok(false);
            }
        }
        let mut may_pass = true;
        if feed.trust == PeerTrust::Queue || !is_new {
            let Some(first) = feed.tag_accounts.first() else { return Ok(false) };
            let content: String = words(incoming).chars().take(MAX_HELD_CHARS).collect();
            let decided = held.as_ref().filter(|held| held.content == content).and_then(|held| held.allowed);
            may_pass = decided == Some(true);
            let is_refused = held.is_some_and(|held| held.allowed == Some(false));
            if !may_pass && !is_refused {
                let item = NewHeldItem {
                    uri: &incoming.uri,
                    author_uri: &incoming.author_uri,
                    host: &feed.host,
                    tag_account: first.id,
                    content: &content,
                };
                tx.exchange().hold(cx.id(), item, cx.now()).await?;
            }
        }
        tx.commit().await?;
        Ok(may_pass)
    }
}

/// What a moderator reads of it.
fn words(incoming: &IncomingStatus) -> String {
    let media = incoming.media.iter().map(|media| (media.description.as_deref(), media.url.as_str()));
    lines(&incoming.spoiler_text, &incoming.content, media)
}

/// Warning, text, and the descriptions and addresses of pictures.
fn lines<'a>(spoiler_text: &str, content: &str, media: impl Iterator<Item = (Option<&'a str>, &'a str)>) -> String {
    let mut lines = vec![spoiler_text.to_owned(), text::to_plain(content)];
    lines.extend(media.map(|(description, url)| format!("[{}] {url}", description.unwrap_or_default())));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Whether a chat is on, on one of the feed's hashtags.
async fn is_chat(tx: &Tx, cx: &Cx, feed: &Feed) -> Result<bool> {
    let tags: Vec<_> = feed.tag_accounts.iter().filter_map(|account| account.tag.clone()).collect();
    let tags: Vec<TagId> = tx.hashtags().find(&tags).await?.iter().map(|tag| tag.id).collect();
    Ok(tx.exchange().chat_hours_of(&tags).await?.iter().any(|(_, hours)| hours.covers(cx.now())))
}
