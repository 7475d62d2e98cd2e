//! The texts of something held, as the rules were given them.

use staffroom_domain::hold::Hold;
use staffroom_domain::ids::MediaId;
use staffroom_domain::media::MediaAttachment;
use staffroom_domain::text;

use super::stored_edit;
use crate::Result;
use crate::moderation::{Texts, status_parts};
use crate::statuses::edit::with_change;
use crate::statuses::prepare::distinct_tags;
use crate::statuses::{Statuses, stored_draft};

impl Statuses<'_> {
    /// The texts of something held, and its hashtags; `None` once they had their time.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn held_parts(&self, hold: &Hold) -> Result<Option<Texts>> {
        if hold.draft.is_empty() {
            return Ok(None);
        }
        let (content, parts) = if let Some(published) = hold.edits {
            let edit = stored_edit::read(&hold.draft)?;
            let read = self.service.storage().read();
            let poll = match read.statuses().get(published).await?.and_then(|status| status.poll_id) {
                Some(id) => read.polls().by_ids(&[id], None).await?.remove(&id),
                None => None,
            };
            let media = self.in_order(&edit.media_ids.unwrap_or_default()).await?;
            let media: Vec<_> = media.into_iter().map(|one| with_change(one, &edit.media_attributes)).collect();
            let content = edit.text.unwrap_or_default();
            let options = poll.iter().flat_map(|poll| &poll.options).map(|option| option.title.as_str());
            let spoiler_text = edit.spoiler_text.unwrap_or_default();
            let parts = status_parts(&content, &spoiler_text, options, described(&media));
            (content, parts)
        } else {
            let (draft, _) = stored_draft::read(&hold.draft)?;
            let media = self.in_order(&draft.media_ids).await?;
            let options = draft.poll.iter().flat_map(|poll| &poll.options).map(String::as_str);
            let parts = status_parts(&draft.text, &draft.spoiler_text, options, described(&media));
            (draft.text, parts)
        };
        let tags = distinct_tags(text::scan(&content).tags.into_iter().map(|(tag, _)| tag));
        Ok(Some((parts, tags)))
    }

    async fn in_order(&self, ids: &[MediaId]) -> Result<Vec<MediaAttachment>> {
        let found = self.service.storage().read().media().find_many(ids).await?;
        Ok(ids.iter().filter_map(|id| found.iter().find(|one| one.id == *id).cloned()).collect())
    }
}

fn described(media: &[MediaAttachment]) -> impl Iterator<Item = Option<&str>> {
    media.iter().map(|one| one.description.as_deref())
}
