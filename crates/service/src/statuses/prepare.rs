//! From a draft to what will be stored: checked, judged, complete, rendered. Nothing is stored here, and of what the rules
//! hold no other server is asked anything.

use std::collections::HashSet;

use staffroom_domain::account::{Account, Emoji, User};
use staffroom_domain::ids::{AccountId, MediaId, OrganisationId, StatusId};
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::interaction::{Interaction, InteractionPolicy};
use staffroom_domain::language::language_tag;
use staffroom_domain::media::{MediaAttachment, MediaState, MediaUpdate};
use staffroom_domain::organisation::Right;
use staffroom_domain::poll::NewPoll;
use staffroom_domain::status::{Draft, Status};
use staffroom_domain::{Tag, Viewer, Visibility, text};
use staffroom_moderation::{Direction, Subject};

use super::asking::must_ask;
use super::edit::with_change;
use super::kept::{check_quoted, school_of};
use super::mentions::Named;
use super::quotes::Quoted;
use super::{Statuses, quotes};
use crate::moderation::{About, AboutStatus, Answered, Cleared, Judged, Outcome, media_facts, status_parts};
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
    /// The school it is kept inside.
    pub(super) kept_in: Option<OrganisationId>,
    pub(super) sensitive: bool,
    pub(super) language: Option<String>,
    pub(super) parent: Option<Status>,
    /// The author of what it answers wants to be asked first.
    pub(super) must_ask: bool,
    pub(super) quoted: Option<Quoted>,
    /// What has to be published first.
    pub(super) waits: Waits,
    pub(super) judged: Judged,
    pub(super) outcome: Outcome,
    pub(super) interaction_policy: InteractionPolicy,
    pub(super) named: Vec<Account>,
    pub(super) tags: Vec<Tag>,
    pub(super) content: String,
    pub(super) emojis: Vec<Emoji>,
    pub(super) media: Vec<MediaAttachment>,
}

/// Held statuses of one's own that a draft answers or quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waits {
    pub(super) answers: Option<StatusId>,
    pub(super) quotes: Option<StatusId>,
}

impl Waits {
    pub(super) fn is_over(self) -> bool {
        self == Self::default()
    }
}

/// Under which terms a draft is prepared.
#[derive(Default)]
pub(super) struct Terms {
    /// What was let out of it before, although rules matched.
    pub(super) cleared: Cleared,
    /// The held status it is of, whose attachments it may have.
    pub(super) held: Option<StatusId>,
    /// New descriptions and focal points of attachments.
    pub(super) media_changes: Vec<(MediaId, MediaUpdate)>,
    /// The text its author changes by it; `None` where they change nothing.
    pub(super) former: Option<String>,
}

/// A text made ready to be shown.
pub(super) struct Rendered {
    pub(super) content: String,
    pub(super) tags: Vec<Tag>,
    pub(super) named: Vec<Account>,
}

impl Statuses<'_> {
    /// Checks a draft, has it judged and fills in what the author leaves to defaults.
    pub(super) async fn prepare(&self, cx: &Cx, author: AccountId, draft: Draft, terms: &Terms) -> Result<Prepared> {
        let mut draft = draft;
        self.check_draft(&mut draft)?;
        let (author, user) = self.writer(author).await?;
        let waits = self.find_waits(author.id, &mut draft).await?;
        let viewer = Viewer::Account(author.id);
        let parent = match draft.in_reply_to.filter(|_| waits.answers.is_none()) {
            Some(id) => Some(self.visible_original(viewer, id).await?),
            None => None,
        };
        let quoted = match (draft.quoted.filter(|_| waits.quotes.is_none()), terms.held) {
            (Some(id), Some(_)) => Some(self.quoted_by_held(author.id, id).await?),
            (Some(id), None) => Some(self.quoted_by(author.id, id).await?),
            (None, _) => None,
        };
        let about = [parent.as_ref(), quoted.as_ref().map(|quoted| &quoted.status)];
        let kept_in = school_of(&author, &draft, about.into_iter().flatten())?;
        // whom a text names that is narrowed afterwards is not told; who writes one that is kept from the start is refused
        let is_narrowed = draft.for_school;
        let mut visibility = draft.visibility.unwrap_or(user.posting.visibility);
        draft.for_school |= kept_in.is_some() && visibility != Visibility::Direct;
        // what stays in the school is sent to nobody who could be asked
        let must_ask = match &parent {
            Some(parent) if kept_in.is_none() => self.must_ask_to_answer(author.id, parent).await?,
            _ => false,
        };
        if must_ask && draft.quoted.is_some() {
            let why = "an answer that its recipient has to allow first cannot quote something";
            return Err(ServiceError::Forbidden(why.to_owned()));
        }
        if let (Some(school), Some(quoted)) = (kept_in, &quoted) {
            check_quoted(school, quoted)?;
        }
        let mut media = self.own_media(author.id, &mut draft.media_ids, terms.held).await?;
        media = media.into_iter().map(|m| with_change(m, &terms.media_changes)).collect();
        if draft.for_school {
            visibility = Visibility::Direct;
        } else if quoted.as_ref().is_some_and(|quoted| !quoted.status.visibility.is_open()) {
            // what not everybody may read is not quoted for everybody
            visibility = visibility.max(Visibility::Private);
        }
        let parts = status_parts(
            &draft.text,
            &draft.spoiler_text,
            draft.poll.iter().flat_map(|poll| &poll.options).map(String::as_str),
            media.iter().map(|m| m.description.as_deref()),
        );
        let tags = distinct_tags(text::scan(&draft.text).tags.into_iter().map(|(tag, _)| tag));
        let language = language(draft.language.clone().or_else(|| user.posting.language.clone()));
        let moderation = self.service.moderation();
        let answers = parent.as_ref().map(|parent| Answered::By(parent.account_id));
        let about = AboutStatus {
            language: language.as_deref(),
            media: media_facts(&media),
            answers: answers.or(waits.answers.map(|_| Answered::By(author.id))),
            has_quote: quoted.is_some() || waits.quotes.is_some(),
            ..AboutStatus::default()
        };
        let about = About { direction: Direction::Outbound, parts: &parts, status: Some(&about), is_asked: false };
        let facts = moderation.facts(cx, &author, &about).await?;
        let judged = moderation.judge(Subject { parts, direction: Direction::Outbound, visibility, tags, facts });
        let outcome = Outcome::of(&judged.verdict, &terms.cleared);
        let goes_out = outcome == Outcome::LetOut && waits.is_over();
        let rendered = match kept_in {
            Some(school) => {
                let known = terms.former.as_deref().unwrap_or(&draft.text);
                let known = if is_narrowed { known } else { "" };
                self.render_kept(&draft.text, school, known).await?
            }
            None => self.render_text(&draft.text, goes_out).await?,
        };
        let quote_policy = draft.quote_policy.unwrap_or(user.posting.quotes);
        let options = draft.poll.iter().flat_map(|poll| &poll.options).map(String::as_str);
        let emojis = self.emojis_in(&draft.text, &draft.spoiler_text, options).await?;
        let mut prepared = Prepared {
            sensitive: draft.sensitive.unwrap_or(user.posting.sensitive) || !draft.spoiler_text.is_empty(),
            language,
            author,
            user,
            draft,
            visibility,
            kept_in,
            parent,
            must_ask,
            quoted: None,
            waits,
            judged,
            outcome,
            interaction_policy: InteractionPolicy::of_local(visibility, quote_policy),
            named: rendered.named,
            tags: rendered.tags,
            content: rendered.content,
            emojis,
            media,
        };
        if let Some(quoted) = quoted {
            prepared.quote(quoted);
        }
        Ok(prepared)
    }

    /// What a draft answers and quotes of what its author wrote: under the ids it has by now, and what of it is held.
    async fn find_waits(&self, author: AccountId, draft: &mut Draft) -> Result<Waits> {
        let mut waits = Waits::default();
        for (named, waiting) in [(&mut draft.in_reply_to, &mut waits.answers), (&mut draft.quoted, &mut waits.quotes)] {
            let Some(id) = *named else { continue };
            let Some(held) = self.service.storage().read().holds().of(author, id).await? else { continue };
            if held.state.is_open() && held.edits.is_none() && held.scheduled_at.is_none() {
                *waiting = Some(id);
            } else {
                *named = Some(held.released_as.ok_or(ServiceError::NotFound("status"))?);
            }
        }
        Ok(waits)
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

    /// HTML of a text, with the hashtags and accounts it names; `may_ask` other servers for those nobody here knows.
    pub(super) async fn render_text(&self, plain: &str, may_ask: bool) -> Result<Rendered> {
        let named = self.find_named(&text::scan(plain).mentions, may_ask).await?;
        Ok(rendered(&self.service.settings().identity, plain, &named))
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

    /// The author's free attachments with these ids, and those of the status `held`, in their order; `ids` loses
    /// repetitions.
    async fn own_media(
        &self,
        author: AccountId,
        ids: &mut Vec<MediaId>,
        held: Option<StatusId>,
    ) -> Result<Vec<MediaAttachment>> {
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(*id));
        let max = self.service.settings().limits.status_media;
        if ids.len() > max {
            return Err(ServiceError::invalid("Media", format!("cannot be more than {max} files")));
        }
        let found = self.service.storage().read().media().find_many(ids).await?;
        let bound = self.service.storage().read().holds().bound(ids).await?;
        let is_others = |id: MediaId| bound.iter().any(|(media, by)| *media == id && Some(*by) != held);
        let free = |m: &MediaAttachment| m.account_id == author && m.status_id.is_none() && !is_others(m.id);
        let ordered = ids.iter().map(|id| found.iter().find(|m| m.id == *id && free(m)).cloned());
        finished(ordered.collect::<Option<_>>().ok_or_else(media_missing)?)
    }
}

impl Prepared {
    /// Whether it goes out; otherwise it is held.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] when a rule says no.
    pub(super) fn goes_out(&self) -> Result<bool> {
        match &self.outcome {
            Outcome::Refused(reason) => {
                metrics::counter!("moderation_refused_total").increment(1);
                Err(ServiceError::Refused { reason: reason.clone() })
            }
            outcome => Ok(*outcome == Outcome::LetOut && self.waits.is_over()),
        }
    }

    /// It quotes `quoted`.
    pub(super) fn quote(&mut self, quoted: Quoted) {
        if !quoted.status.visibility.is_open() {
            self.visibility = self.visibility.max(Visibility::Private);
            let policy = self.draft.quote_policy.unwrap_or(self.user.posting.quotes);
            self.interaction_policy = InteractionPolicy::of_local(self.visibility, policy);
        }
        self.content.insert_str(0, &text::quote_link(&quoted.status.url));
        self.quoted = Some(quoted);
    }
}

/// HTML of a text that names these accounts.
pub(super) fn rendered(identity: &InstanceIdentity, plain: &str, named: &Named) -> Rendered {
    let tags = distinct_tags(text::scan(plain).tags.into_iter().map(|(tag, _)| tag));
    let content = text::render(plain, &|mention| named.link(mention), &|tag| identity.tag_url(tag));
    Rendered { content, tags, named: named.accounts() }
}

/// Each hashtag once, in the order of the text.
pub(super) fn distinct_tags(tags: impl Iterator<Item = Tag>) -> Vec<Tag> {
    let mut seen = HashSet::new();
    tags.filter(|tag| seen.insert(tag.name().to_owned())).collect()
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
