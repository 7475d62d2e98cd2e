//! What the rules would say to a draft, for authors who ask before they publish.

use staffroom_domain::ids::AccountId;
use staffroom_domain::status::Draft;
use staffroom_domain::{Visibility, text};
use staffroom_moderation::{Direction, Verdict};

use super::{Moderation, status_parts};
use crate::{Cx, Result};

impl Moderation<'_> {
    /// Judges a draft as publishing would; stores nothing. `usual` is the author's default audience.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dry_evaluate(&self, cx: &Cx, author: AccountId, usual: Visibility, draft: &Draft) -> Result<Verdict> {
        let mut media = self.service.storage().read().media().find_many(&draft.media_ids).await?;
        media.retain(|attachment| attachment.account_id == author);
        let options = draft.poll.iter().flat_map(|poll| poll.options.iter().map(String::as_str));
        let descriptions = media.iter().map(|attachment| attachment.description.as_deref());
        let parts = status_parts(&draft.text, &draft.spoiler_text, options, descriptions);
        let tags = text::scan(&draft.text).tags.into_iter().map(|(tag, _)| tag).collect();
        Ok(self.judge(cx, Direction::Outbound, parts, draft.visibility.unwrap_or(usual), tags))
    }
}
