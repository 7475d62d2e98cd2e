//! Hashtags people show on their profiles.

use staffroom_domain::hashtag::{FeaturedTag, Hashtag, TagView};
use staffroom_domain::ids::{AccountId, FeaturedTagId, TagId};
use staffroom_domain::{Tag, Viewer};
use staffroom_moderation::Part;

use super::Tags;
use crate::moderation::About;
use crate::{Cx, Result, ServiceError};

/// Hashtags one person may feature.
pub const MAX_FEATURED: usize = 10;
/// Statuses of theirs looked at for suggestions, the newest.
const LOOKED_AT: u64 = 200;
/// Hashtags suggested at most.
const SUGGESTED: u64 = 10;

impl Tags<'_> {
    /// Hashtags an account features, the first featured first; none when it blocks the viewer. What accounts of other
    /// servers feature is not known here.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for unknown accounts and those that are gone.
    pub async fn featured(&self, viewer: Viewer, account: AccountId) -> Result<Vec<FeaturedTag>> {
        if self.service.accounts().hides_from(viewer, account).await? {
            return Ok(Vec::new());
        }
        Ok(self.service.storage().read().featured_tags().list(account).await?)
    }

    /// Features a hashtag on one's profile; twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for one more than ten, [`ServiceError::Refused`] when a moderation rule says no.
    pub async fn feature(&self, cx: &Cx, account: AccountId, tag: &Tag) -> Result<FeaturedTag> {
        let moderation = self.service.moderation();
        let parts = vec![(Part::Hashtag(0), tag.display().to_owned())];
        let author = self.service.accounts().get(account).await?;
        let facts = moderation.facts(cx, &author, &About::profile(&parts)).await?;
        moderation.let_out(facts, parts, vec![tag.clone()])?;
        let tx = self.service.storage().begin().await?;
        let ids = tx.hashtags().ensure(std::slice::from_ref(tag), None, || cx.id()).await?;
        let id = *ids.get(tag.name()).ok_or(ServiceError::NotFound("hashtag"))?;
        let featured = tx.featured_tags().list(account).await?;
        let is_new = !featured.iter().any(|known| known.tag_id == id);
        if is_new && featured.len() >= MAX_FEATURED {
            return Err(ServiceError::invalid("name", format!("you have already featured {MAX_FEATURED} hashtags")));
        }
        tx.featured_tags().add(cx.id(), account, id, cx.now()).await?;
        let featured = tx.featured_tags().list(account).await?;
        tx.commit().await?;
        featured.into_iter().find(|known| known.tag_id == id).ok_or(ServiceError::NotFound("featured hashtag"))
    }

    /// Ends that.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn unfeature(&self, account: AccountId, id: FeaturedTagId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.featured_tags().remove(account, id).await? {
            return Err(ServiceError::NotFound("featured hashtag"));
        }
        Ok(tx.commit().await?)
    }

    /// Features a hashtag, or ends that, by its name; doing it twice changes nothing. Returns the hashtag.
    ///
    /// # Errors
    /// As [`Self::feature`].
    pub async fn set_featured(&self, cx: &Cx, account: AccountId, tag: &Tag, featured: bool) -> Result<TagView> {
        if featured {
            self.feature(cx, account, tag).await?;
        } else {
            let tx = self.service.storage().begin().await?;
            if let Some(known) = tx.hashtags().find(std::slice::from_ref(tag)).await?.first() {
                tx.featured_tags().remove_tag(account, known.id).await?;
            }
            tx.commit().await?;
        }
        self.get(Viewer::Account(account), tag).await
    }

    /// Hashtags one used lately and does not feature, the most used first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn suggested(&self, account: AccountId) -> Result<Vec<TagView>> {
        let read = self.service.storage().read();
        let found: Vec<Hashtag> = read.featured_tags().suggested(account, LOOKED_AT, SUGGESTED).await?;
        self.with_history(Viewer::Account(account), found.into_iter().map(|h| (h.tag.clone(), Some(h))).collect()).await
    }

    /// Which of `tags` the viewer follows, and which features.
    pub(crate) async fn marked(&self, viewer: Viewer, tags: &[TagId]) -> Result<(Vec<TagId>, Vec<TagId>)> {
        let Some(account) = viewer.account() else { return Ok((Vec::new(), Vec::new())) };
        let read = self.service.storage().read();
        let followed = read.hashtags().followed_among(account, tags).await?;
        Ok((followed, read.featured_tags().featured_among(account, tags).await?))
    }
}
