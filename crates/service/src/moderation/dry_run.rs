//! What the rules would say to a draft, for authors who ask before they publish.

use staffroom_domain::account::PostingDefaults;
use staffroom_domain::hold::HoldFinding;
use staffroom_domain::ids::AccountId;
use staffroom_domain::language::language_tag;
use staffroom_domain::status::Draft;
use staffroom_domain::text;
use staffroom_moderation::{Direction, Subject};

use super::{About, AboutStatus, Answered, KeptVerdict, Moderation, media_facts, status_parts};
use crate::{Cx, Result};

/// What the rules would say.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// What would be done, in one word.
    pub action: &'static str,
    /// Whether everything was looked at.
    pub complete: bool,
    /// All matches, the strongest first.
    pub findings: Vec<HoldFinding>,
}

impl Moderation<'_> {
    /// Judges a draft as publishing would; stores nothing. `usual` is what the author leaves to defaults.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dry_evaluate(
        &self,
        cx: &Cx,
        author: AccountId,
        usual: &PostingDefaults,
        draft: &Draft,
    ) -> Result<Evaluated> {
        let mut media = self.service.storage().read().media().find_many(&draft.media_ids).await?;
        media.retain(|attachment| attachment.account_id == author);
        let options = draft.poll.iter().flat_map(|poll| poll.options.iter().map(String::as_str));
        let descriptions = media.iter().map(|attachment| attachment.description.as_deref());
        let parts = status_parts(&draft.text, &draft.spoiler_text, options, descriptions);
        let tags = text::scan(&draft.text).tags.into_iter().map(|(tag, _)| tag).collect();
        let account = self.service.accounts().get(author).await?;
        let language = draft.language.as_deref().or(usual.language.as_deref()).and_then(language_tag);
        let about = AboutStatus {
            language: language.as_deref(),
            media: media_facts(&media),
            answers: draft.in_reply_to.map(Answered::Status),
            has_quote: draft.quoted.is_some(),
            ..AboutStatus::default()
        };
        let about = About { direction: Direction::Outbound, parts: &parts, status: Some(&about), is_asked: true };
        let facts = self.facts(cx, &account, &about).await?;
        let visibility = draft.visibility.unwrap_or(usual.visibility);
        let subject = Subject { parts, direction: Direction::Outbound, visibility, tags, facts };
        let verdict = self.service.inner.rules.now().weigh(&subject);
        let findings = KeptVerdict::of(&verdict, &subject).findings();
        Ok(Evaluated { action: verdict.action.as_str(), complete: verdict.complete, findings })
    }
}
