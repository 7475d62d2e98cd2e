//! Custom emoji of this instance. Those of other servers come with their texts.

use std::collections::HashSet;

use staffroom_domain::account::{Emoji, MediaUpload, Picture};
use staffroom_domain::custom_emoji::{CustomEmoji, SHORTCODE_CHARS, is_shortcode, shortcodes_in};
use staffroom_domain::status::Status;
use staffroom_storage::custom_emojis::Reads;

use crate::{Cx, Result, Service, ServiceError};

/// Most emoji an instance has: clients read all of them when they start.
const MAX_EMOJIS: u64 = 2_000;
/// Largest picture, in bytes (Mastodon's limit), as it comes and as it is stored.
const MAX_BYTES: usize = 256 * 1024;
/// Longest category, in characters.
const MAX_CATEGORY: usize = 100;

/// Those of `known` that stand in `texts`.
pub(crate) fn among<'t>(known: &[Emoji], texts: impl IntoIterator<Item = &'t str>) -> Vec<Emoji> {
    let names: HashSet<&str> = texts.into_iter().flat_map(shortcodes_in).collect();
    known.iter().filter(|emoji| names.contains(emoji.shortcode.as_str())).cloned().collect()
}

/// An emoji to be made.
#[derive(Clone, Debug)]
pub struct NewEmoji {
    /// Name without colons.
    pub shortcode: String,
    /// Its picture.
    pub file: MediaUpload,
    /// Where it stands in a client's list.
    pub category: Option<String>,
    /// Whether clients offer it.
    pub in_picker: bool,
}

/// Custom emoji.
#[derive(Clone, Copy)]
pub struct Emojis<'a> {
    service: &'a Service,
}

impl<'a> Emojis<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

impl Emojis<'_> {
    /// All of them, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self) -> Result<Vec<CustomEmoji>> {
        Ok(self.service.storage().read().custom_emojis().all(MAX_EMOJIS).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none of that name.
    pub async fn get(&self, shortcode: &str) -> Result<CustomEmoji> {
        let found = self.service.storage().read().custom_emojis().named(&[shortcode]).await?;
        found.into_iter().next().ok_or(ServiceError::NotFound("emoji"))
    }

    /// Makes one: from now on `:shortcode:` in what people here write is this picture.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names what is wrong; [`ServiceError::Conflict`] when the name is taken.
    pub async fn add(&self, cx: &Cx, new: NewEmoji) -> Result<CustomEmoji> {
        if !is_shortcode(&new.shortcode) {
            let (least, most) = (SHORTCODE_CHARS.start(), SHORTCODE_CHARS.end());
            let why = format!("must be {least} to {most} letters a-z, digits and underscores");
            return Err(ServiceError::invalid("shortcode", why));
        }
        if new.file.bytes.len() > MAX_BYTES {
            return Err(ServiceError::invalid("image", format!("is larger than {MAX_BYTES} bytes")));
        }
        let category = new.category.map(|category| category.trim().to_owned()).filter(|category| !category.is_empty());
        if category.as_ref().is_some_and(|category| category.chars().count() > MAX_CATEGORY) {
            return Err(ServiceError::invalid("category", format!("is longer than {MAX_CATEGORY} characters")));
        }
        let Picture::Local(path) = self.service.media().store_small_picture(cx, new.file, MAX_BYTES).await? else {
            return Err(ServiceError::Internal("a stored picture lies elsewhere".to_owned()));
        };
        let emoji = CustomEmoji {
            id: cx.id(),
            shortcode: new.shortcode,
            path,
            category,
            in_picker: new.in_picker,
            created_at: cx.now(),
        };
        let tx = self.service.storage().begin().await?;
        let refused = if u64::try_from(tx.custom_emojis().count().await?).unwrap_or(0) >= MAX_EMOJIS {
            Some(ServiceError::invalid("shortcode", format!("would be more than {MAX_EMOJIS} emoji")))
        } else if tx.custom_emojis().insert(&emoji).await? {
            None
        } else {
            Some(ServiceError::Conflict(format!(":{}: is there already", emoji.shortcode)))
        };
        if let Some(refused) = refused {
            drop(tx);
            self.service.media().remove_file(&emoji.path).await;
            return Err(refused);
        }
        tx.commit().await?;
        Ok(emoji)
    }

    /// Removes one with its picture: where it was written, its name stands from now on, also if one of that name is made
    /// again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none of that name.
    pub async fn remove(&self, shortcode: &str) -> Result<()> {
        let emoji = self.get(shortcode).await?;
        let tx = self.service.storage().begin().await?;
        if !tx.custom_emojis().delete(emoji.id).await? {
            return Err(ServiceError::NotFound("emoji"));
        }
        let url = self.service.settings().identity.media_url(&emoji.path);
        tx.accounts().forget_emoji(&Emoji { shortcode: emoji.shortcode, url }).await?;
        tx.commit().await?;
        self.service.media().remove_file(&emoji.path).await;
        Ok(())
    }

    /// Those written in `texts`, as they go along with a status or an account.
    pub(crate) async fn used_in<'t>(
        &self,
        emojis: &Reads<'_>,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<Vec<Emoji>> {
        let mut names: Vec<&str> = texts.into_iter().flat_map(shortcodes_in).collect();
        names.sort_unstable();
        names.dedup();
        let identity = &self.service.settings().identity;
        let used = emojis.named(&names).await?.into_iter();
        let mut used: Vec<Emoji> =
            used.map(|emoji| Emoji { url: identity.media_url(&emoji.path), shortcode: emoji.shortcode }).collect();
        used.sort_unstable_by(|a, b| a.shortcode.cmp(&b.shortcode));
        Ok(used)
    }

    /// Takes what was removed since out of statuses that were written with it: there its name stands.
    pub(crate) async fn forget_removed(&self, emojis: &Reads<'_>, statuses: Vec<&mut Status>) -> Result<()> {
        let identity = &self.service.settings().identity;
        let ours = identity.media_url("");
        let used = statuses.iter().flat_map(|status| &status.emojis).filter(|emoji| emoji.url.starts_with(&ours));
        let mut names: Vec<String> = used.map(|emoji| emoji.shortcode.clone()).collect();
        if names.is_empty() {
            return Ok(());
        }
        names.sort_unstable();
        names.dedup();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let known = emojis.named(&names).await?;
        let known: HashSet<String> = known.iter().map(|emoji| identity.media_url(&emoji.path)).collect();
        for status in statuses {
            status.emojis.retain(|emoji| !emoji.url.starts_with(&ours) || known.contains(&emoji.url));
        }
        Ok(())
    }
}
