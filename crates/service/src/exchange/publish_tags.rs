//! Our tag accounts: one for each published hashtag.

use staffroom_domain::account::{Account, AccountKind};
use staffroom_domain::ids::StatusId;
use staffroom_domain::{Page, PageRequest, Tag, Timestamp};
use staffroom_storage::exchange::Announced;

use super::Exchange;
use crate::accounts::{local_account, local_endpoints};
use crate::{Cx, Result, ServiceError};

/// Announcements peers may ask for.
const KEPT: u32 = 200;

impl Exchange<'_> {
    /// Makes a tag account for each published tag of the settings that has none yet.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a setting that is no hashtag.
    pub async fn ensure_published_tags(&self, cx: &Cx) -> Result<()> {
        let settings = self.service.settings();
        let mut wanted = Vec::new();
        for text in &settings.published_tags {
            let why = || ServiceError::invalid("published_tags", format!("{text:?} is not a hashtag"));
            wanted.push(Tag::parse(text).ok_or_else(why)?);
        }
        let tx = self.service.storage().begin().await?;
        let known = tx.exchange().published().await?;
        let ids = tx.hashtags().ensure(&wanted, None, || cx.id()).await?;
        for tag in &wanted {
            let Some(tag_id) = ids.get(tag.name()).filter(|id| !known.iter().any(|(known, _)| known == *id)) else {
                continue;
            };
            let account = self.new_tag_account(cx, tag);
            let former = tx.accounts().by_uri(&account.uri).await?;
            if former.is_none() {
                tx.accounts().insert(&account).await?;
            }
            let account = former.unwrap_or(account);
            tx.exchange().publish_tag(*tag_id, account.id, cx.now()).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Publishes no longer what is not among the published tags of the settings. What was announced stays announced; a
    /// tag that comes back has its followers still.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unpublish_others(&self) -> Result<()> {
        let wanted: Vec<Tag> =
            self.service.settings().published_tags.iter().filter_map(|text| Tag::parse(text)).collect();
        let tx = self.service.storage().begin().await?;
        for (id, account) in tx.exchange().published().await? {
            let is_wanted = account.tag.as_ref().is_some_and(|tag| wanted.iter().any(|t| t.name() == tag.name()));
            if !is_wanted {
                tx.exchange().unpublish_tag(id).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    fn new_tag_account(self, cx: &Cx, tag: &Tag) -> Account {
        let identity = &self.service.settings().identity;
        let slug = tag.slug();
        let uri = identity.tag_account_uri(&slug);
        Account {
            url: identity.tag_url(tag),
            kind: AccountKind::Service,
            display_name: format!("#{}", tag.display()),
            discoverable: Some(true),
            indexable: true,
            endpoints: local_endpoints(identity, &uri),
            tag: Some(tag.clone()),
            uri,
            ..local_account(identity, cx.id(), &format!("tag-{slug}"), cx.now())
        }
    }

    /// Our tag account behind `/tags/<slug>`; `None` for tags we do not publish.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tag_account(&self, slug: &str) -> Result<Option<Account>> {
        let uri = self.service.settings().identity.tag_account_uri(slug);
        let published = self.service.storage().read().exchange().published_at(&uri).await?;
        Ok(published.filter(|account| !account.is_gone()))
    }

    /// Tags we publish.
    ///
    /// # Errors
    /// The database failed.
    pub async fn published_tags(&self) -> Result<Vec<Tag>> {
        let published = self.service.storage().read().exchange().published().await?;
        // The spelling of the settings, which the account shows.
        let spelling = |account: Account| Tag::parse(&account.display_name).or(account.tag);
        Ok(published.into_iter().filter_map(|(_, account)| spelling(account)).collect())
    }

    /// Announcements of a tag account for its outbox, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announcements(&self, tag_account: &Account, page: PageRequest) -> Result<Page<Announcement>> {
        let found = self.service.storage().read().exchange().announcements(tag_account.id, page).await?;
        let items = self.with_tags(found.items.clone()).await?;
        Ok(found.with_items(items))
    }

    /// Of the newest 200 announcements of a tag account those after `since` (when, and which status), oldest first, at
    /// most `limit`: what a peer that was away asks for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announcements_since(
        &self,
        tag_account: &Account,
        since: (Timestamp, StatusId),
        limit: u32,
    ) -> Result<Vec<Announcement>> {
        let read = self.service.storage().read();
        self.with_tags(read.exchange().announcements_since(tag_account.id, since, KEPT, limit).await?).await
    }

    /// The announcement of a tag account with this network id, if it stands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announcement(&self, tag_account: &Account, uri: &str) -> Result<Option<Announcement>> {
        let found = self.service.storage().read().exchange().announcement(tag_account.id, uri).await?;
        Ok(self.with_tags(found.into_iter().collect()).await?.pop())
    }

    async fn with_tags(&self, found: Vec<Announced>) -> Result<Vec<Announcement>> {
        let ids: Vec<StatusId> = found.iter().map(|announced| announced.status_id).collect();
        let tags = self.service.storage().read().exchange().announcing(&ids).await?;
        let announcement = |announced: Announced| Announcement {
            tags: tags.iter().filter(|(id, _)| *id == announced.status_id).map(|(_, tag)| tag.clone()).collect(),
            status_id: announced.status_id,
            uri: announced.uri,
            status_uri: announced.status_uri,
            published: announced.created_at,
        };
        Ok(found.into_iter().map(announcement).collect())
    }
}

/// An announcement that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The status.
    pub status_id: StatusId,
    /// Its own network id.
    pub uri: String,
    /// Network id of the status.
    pub status_uri: String,
    /// When.
    pub published: Timestamp,
    /// All hashtags the status is announced by.
    pub tags: Vec<Tag>,
}
