//! From a draft to what will be stored: checked, complete, rendered, judged. Nothing is stored here.

use std::collections::HashSet;

use staffroom_domain::account::{Account, Emoji, User};
use staffroom_domain::ids::{AccountId, MediaId};
use staffroom_domain::interaction::{Interaction, InteractionPolicy};
use staffroom_domain::language::language_tag;
use staffroom_domain::media::{MediaAttachment, MediaState};
use staffroom_domain::organisation::Right;
use staffroom_domain::poll::NewPoll;
use staffroom_domain::status::{Draft, Status};
use staffroom_domain::{Tag, Viewer, Visibility, text};

use super::asking::must_ask;
use super::quotes::Quoted;
use super::{Statuses, quotes};
use crate::moderation::status_parts;
use crate::{Cx, Result, ServiceError};

/// Shortest and longest time a poll runs, in seconds: what Mastodon's clients offer.
const POLL_SECS: std::ops::RangeInclusive<u64> = 300..=2_629_746;
/// Longest `Idempotency-Key`, in bytes.
const MAX_KEY_BYTES: usize = 200;
/// Bytes of text allowed for each character allowed.
const MAX_BYTES_PER_CHAR: usize = 16;

/// A draft with everything decided.
pub(super) struct Prepared {
    pub(super) author: Account,
    pub(super) user: User,
    pub(super) draft: Draft,
    pub(super) visibility: Visibility,
    pub(super) sensitive: bool,
    pub(super) language: Option<String>,
    pub(super) parent: Option<Status>,
    /// The author of what it answers wants to be asked first.
    pub(super) must_ask: bool,
    pub(super) quoted: Option<Quoted>,
    pub(super) interaction_policy: InteractionPolicy,
    pub(super) named: Vec<Account>,
    pub(super) tags: Vec<Tag>,
    pub(super) content: String,
    pub(super) emojis: Vec<Emoji>,
    pub(super) media: Vec<MediaAttachment>,
}

/// A text made ready to be shown.
pub(super) struct Rendered {
    pub(super) content: String,
    pub(super) tags: Vec<Tag>,
    pub(super) named: Vec<Account>,
}

impl Statuses<'_> {
    /// Checks a draft and fills in what the author leaves to defaults.
    pub(super) async fn prepare(&self, cx: &Cx, author: AccountId, draft: Draft) -> Result<Prepared> {
        let mut draft = draft;
        self.check_draft(&mut draft)?;
        let (author, user) = self.writer(author).await?;
        let viewer = Viewer::Account(author.id);
        let parent = match draft.in_reply_to {
            Some(id) => Some(self.visible_original(viewer, id).await?),
            None => None,
        };
        let must_ask = match &parent {
            Some(parent) => self.must_ask_to_answer(author.id, parent).await?,
            None => false,
        };
        if must_ask && draft.quoted.is_some() {
            let why = "an answer that its recipient has to allow first cannot quote something";
            return Err(ServiceError::Forbidden(why.to_owned()));
        }
        let quoted = match draft.quoted {
            Some(id) => Some(self.quoted_by(author.id, id).await?),
            None => None,
        };
        let media = self.own_media(author.id, &mut draft.media_ids).await?;
        let mut visibility = draft.visibility.unwrap_or(user.posting.visibility);
        if quoted.as_ref().is_some_and(|quoted| !quoted.status.visibility.is_open()) {
            // what not everybody may read is not quoted for everybody
            visibility = visibility.max(Visibility::Private);
        }
        let mut rendered = self.render_text(&draft.text).await?;
        if let Some(quoted) = &quoted {
            rendered.content.insert_str(0, &text::quote_link(&quoted.status.url));
        }
        let quote_policy = draft.quote_policy.unwrap_or(user.posting.quotes);
        let parts = status_parts(
            &draft.text,
            &draft.spoiler_text,
            draft.poll.iter().flat_map(|poll| &poll.options).map(String::as_str),
            media.iter().map(|m| m.description.as_deref()),
        );
        self.service.moderation().let_out(cx, parts, visibility, rendered.tags.clone())?;
        let options = draft.poll.iter().flat_map(|poll| &poll.options).map(String::as_str);
        let emojis = self.emojis_in(&draft.text, &draft.spoiler_text, options).await?;
        Ok(Prepared {
            sensitive: draft.sensitive.unwrap_or(user.posting.sensitive) || !draft.spoiler_text.is_empty(),
            language: language(draft.language.clone().or_else(|| user.posting.language.clone())),
            author,
            user,
            draft,
            visibility,
            parent,
            must_ask,
            quoted,
            interaction_policy: InteractionPolicy::of_local(visibility, quote_policy),
            named: rendered.named,
            tags: rendered.tags,
            content: rendered.content,
            emojis,
            media,
        })
    }

    /// Whether the author of `parent` wants to be asked before it is answered.
    async fn must_ask_to_answer(self, author: AccountId, parent: &Status) -> Result<bool> {
        let read = self.service.storage().read();
        if read.interactions().waiting(parent.id).await?.is_some() {
            return Err(ServiceError::Forbidden("this waits for leave and cannot be answered yet".to_owned()));
        }
        let leave = quotes::require(&read.follows(), author, parent, Interaction::Reply).await?;
        Ok(must_ask(leave, parent))
    }

    /// The author with the private side, if they may write.
    pub(super) async fn writer(&self, author: AccountId) -> Result<(Account, User)> {
        let (account, user) = self.publisher(author).await?;
        if account.moved_to.is_some() {
            return Err(ServiceError::Forbidden("this account has moved and writes nothing any more".to_owned()));
        }
        Ok((account, user))
    }

    /// A person here with the private side, if their school lets them publish.
    pub(super) async fn publisher(&self, id: AccountId) -> Result<(Account, User)> {
        let read = self.service.storage().read();
        let account = read.accounts().by_id(id).await?.ok_or(ServiceError::NotFound("account"))?;
        let user = read.users().by_account(id).await?.ok_or(ServiceError::NotFound("user"))?;
        let organisation = account.organisation.ok_or(ServiceError::NotFound("organisation"))?;
        self.service.auth().authorise(&account, &user, organisation, Right::Publish).await?;
        Ok((account, user))
    }

    /// HTML of a text, with the hashtags and accounts it names.
    pub(super) async fn render_text(&self, plain: &str) -> Result<Rendered> {
        let found = text::scan(plain);
        let named = self.find_named(&found.mentions).await?;
        let mut seen = HashSet::new();
        let tags = found.tags.into_iter().map(|(tag, _)| tag).filter(|tag| seen.insert(tag.name().to_owned()));
        let tags = tags.collect();
        let identity = &self.service.settings().identity;
        let content = text::render(plain, &|mention| named.link(mention), &|tag| identity.tag_url(tag));
        Ok(Rendered { content, tags, named: named.accounts() })
    }

    /// Custom emoji of ours in the texts of a status.
    pub(super) async fn emojis_in<'t>(
        &self,
        text: &'t str,
        spoiler_text: &'t str,
        options: impl Iterator<Item = &'t str>,
    ) -> Result<Vec<Emoji>> {
        let read = self.service.storage().read();
        self.service.emojis().used_in(&read.custom_emojis(), [text, spoiler_text].into_iter().chain(options)).await
    }

    /// Text length and emptiness, by Mastodon's rules; with attachments or a quote it may be empty.
    pub(super) fn check_text(self, text: &str, spoiler_text: &str, shows_more: bool) -> Result<()> {
        let max = self.service.settings().limits.status_chars;
        if text::is_blank(text) && !shows_more {
            return Err(ServiceError::invalid("Text", "can't be blank"));
        }
        // Links count as 23 and marks not at all, so that characters alone would let megabytes through.
        if text.len() + spoiler_text.len() > max.saturating_mul(MAX_BYTES_PER_CHAR) {
            return Err(ServiceError::invalid("Text", format!("is longer than {} bytes", max * MAX_BYTES_PER_CHAR)));
        }
        if text::length(text, spoiler_text) > max {
            return Err(ServiceError::invalid("Text", format!("character limit of {max} exceeded")));
        }
        Ok(())
    }

    fn check_draft(self, draft: &mut Draft) -> Result<()> {
        if text::is_blank(&draft.text) && !text::is_blank(&draft.spoiler_text) {
            draft.text = std::mem::take(&mut draft.spoiler_text);
        }
        draft.spoiler_text = draft.spoiler_text.trim().to_owned();
        let shows_more = !draft.media_ids.is_empty() || draft.quoted.is_some();
        self.check_text(&draft.text, &draft.spoiler_text, shows_more)?;
        if draft.idempotency_key.as_ref().is_some_and(|key| key.len() > MAX_KEY_BYTES) {
            return Err(ServiceError::invalid("Idempotency-Key", format!("is longer than {MAX_KEY_BYTES} bytes")));
        }
        match &mut draft.poll {
            Some(_) if !draft.media_ids.is_empty() => {
                Err(ServiceError::invalid("Poll", "cannot be combined with attachments"))
            }
            Some(poll) => self.check_poll(poll),
            None => Ok(()),
        }
    }

    fn check_poll(self, poll: &mut NewPoll) -> Result<()> {
        let limits = &self.service.settings().limits;
        for option in &mut poll.options {
            *option = option.trim().to_owned();
        }
        poll.options.retain(|option| !option.is_empty());
        if poll.options.len() < 2 {
            return Err(ServiceError::invalid("Options", "must have more than one item"));
        }
        if poll.options.len() > limits.poll_options {
            let why = format!("can't contain more than {} items", limits.poll_options);
            return Err(ServiceError::invalid("Options", why));
        }
        if poll.options.iter().any(|option| text::length(option, "") > limits.poll_option_chars) {
            let why = format!("can't be longer than {} characters each", limits.poll_option_chars);
            return Err(ServiceError::invalid("Options", why));
        }
        if poll.options.iter().collect::<HashSet<_>>().len() < poll.options.len() {
            return Err(ServiceError::invalid("Options", "contain duplicate items"));
        }
        if !POLL_SECS.contains(&poll.expires_in_secs) {
            return Err(ServiceError::invalid("Expires at", "is too soon or too far into the future"));
        }
        Ok(())
    }

    /// The author's free attachments with these ids, in their order; `ids` loses repetitions.
    async fn own_media(&self, author: AccountId, ids: &mut Vec<MediaId>) -> Result<Vec<MediaAttachment>> {
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(*id));
        let max = self.service.settings().limits.status_media;
        if ids.len() > max {
            return Err(ServiceError::invalid("Media", format!("cannot be more than {max} files")));
        }
        let found = self.service.storage().read().media().find_many(ids).await?;
        let free = |m: &MediaAttachment| m.account_id == author && m.status_id.is_none();
        let ordered = ids.iter().map(|id| found.iter().find(|m| m.id == *id && free(m)).cloned());
        finished(ordered.collect::<Option<_>>().ok_or_else(media_missing)?)
    }
}

/// The same attachments, none of which waits to be converted: clients drop what has no address.
///
/// # Errors
/// [`ServiceError::Invalid`], in Mastodon's words.
pub(super) fn finished(media: Vec<MediaAttachment>) -> Result<Vec<MediaAttachment>> {
    if media.iter().any(|m| m.state != MediaState::Ready) {
        let why = "cannot be attached before it has finished processing. Try again in a moment!";
        return Err(ServiceError::invalid("Media", why));
    }
    Ok(media)
}

/// An attachment is not there, somebody else's, or part of another status.
pub(super) fn media_missing() -> ServiceError {
    ServiceError::invalid("Media", "not found or already part of a status")
}

/// A language tag that looks like one.
pub(super) fn language(tag: Option<String>) -> Option<String> {
    language_tag(&tag?)
}
