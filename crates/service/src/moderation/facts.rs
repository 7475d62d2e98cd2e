//! What is known around a text when it is judged. What lies at hand is always told; what has to be looked up is only where
//! a running rule asks for it, in a few questions that end early however much somebody wrote.

use std::collections::BTreeMap;
use std::time::Duration;

use staffroom_domain::ids::{AccountId, OrganisationId, StatusId, floor_at};
use staffroom_domain::media::{IncomingMedia, MediaAttachment};
use staffroom_domain::{Account, Timestamp, names};
use staffroom_moderation::facts::{ActorFacts, MediaFacts, ObjectFacts, RateFacts};
use staffroom_moderation::{Direction, Facts, Needs, Part};
use staffroom_storage::moderation::{AskedOf, FoundOf};

use super::{Moderation, copies};
use crate::{Cx, Result};

/// Who published so many things has published something before: nobody looks.
const MANY: i64 = 200;
/// What is counted for [`RateFacts::posts_last_hour`].
const LATELY: Duration = Duration::from_hours(1);
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Most runs of words of one text that are looked up as names.
const MAX_NAMES: usize = 400;

/// What is judged, as far as facts follow from it.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) direction: Direction,
    /// All its texts.
    pub(crate) parts: &'a [(Part, String)],
    /// What else is known of a status; nothing for profiles and names.
    pub(crate) status: Option<&'a AboutStatus<'a>>,
    /// Somebody only asks: it was not sent.
    pub(crate) is_asked: bool,
}

impl<'a> About<'a> {
    /// Something of a profile that is changed here.
    pub(crate) const fn profile(parts: &'a [(Part, String)]) -> Self {
        Self { direction: Direction::Outbound, parts, status: None, is_asked: false }
    }
}

/// What is known of a status that is judged.
#[derive(Default)]
pub(crate) struct AboutStatus<'a> {
    /// As its author says.
    pub(crate) language: Option<&'a str>,
    pub(crate) media: Vec<MediaFacts>,
    /// When it was published, where it was.
    pub(crate) published: Option<Timestamp>,
    /// What it answers.
    pub(crate) answers: Option<Answered<'a>>,
    pub(crate) has_quote: bool,
    /// The stored status that is edited.
    pub(crate) edits: Option<StatusId>,
}

/// A status that is answered.
#[derive(Clone, Copy)]
pub(crate) enum Answered<'a> {
    /// By its author.
    By(AccountId),
    /// By its id.
    Status(StatusId),
    /// By its network id.
    At(&'a str),
}

impl Moderation<'_> {
    /// What is known of what `author` wrote.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn facts(self, cx: &Cx, author: &Account, about: &About<'_>) -> Result<Facts> {
        let needs = self.service.inner.rules.now().needs(about.direction);
        let mut facts = self.facts_at_hand(cx, author);
        let found = self.found_of(cx, author, about, needs).await?;
        if let Some(actor) = &mut facts.actor {
            let is_foreign = !author.is_local();
            let is_new = author.statuses_count < MANY && !found.published;
            actor.is_first_post = needs.is_first_post.then_some(is_new);
            actor.is_first_contact = (needs.is_first_contact && is_foreign).then_some(!found.met);
            actor.is_unknown_instance = (needs.is_unknown_instance && is_foreign).then_some(!found.heard_of);
        }
        if needs.role {
            facts.role = self.role(author).await?;
        }
        if needs.names {
            (facts.schools, facts.people) = self.known_names(author, about.parts).await?;
        }
        let Some(status) = about.status else { return Ok(facts) };
        facts.language = status.language.map(primary_language);
        facts.media = Some(status.media.clone());
        facts.object = Some(self.object(cx, author, status, needs).await?);
        let copies = self.copies(author, about, needs);
        let posts = (needs.posts_last_hour > 0).then_some(found.lately + 1);
        if posts.is_some() || copies.is_some() {
            facts.rate = Some(RateFacts { posts_last_hour: posts, same_text_elsewhere: copies });
        }
        Ok(facts)
    }

    /// What an account says by itself.
    pub(crate) fn facts_at_hand(self, cx: &Cx, author: &Account) -> Facts {
        let organisation = author.organisation.filter(|_| author.is_local());
        let own = &self.service.settings().identity.account_domain;
        let actor = ActorFacts {
            domain: Some(author.domain.as_ref().unwrap_or(own).clone()),
            age_days: Some(passed(author.created_at, cx.now(), DAY_MS)),
            followers: Some(u64::try_from(author.followers_count).unwrap_or_default()),
            is_bot: Some(author.kind.is_bot()),
            ..ActorFacts::default()
        };
        Facts { organisation: organisation.map(scope_name), actor: Some(actor), ..Facts::at(cx.now()) }
    }

    /// All that has to be asked about an author, at once.
    async fn found_of(self, cx: &Cx, author: &Account, about: &About<'_>, needs: Needs) -> Result<FoundOf> {
        // the one that is judged is counted without being stored
        let others = needs.posts_last_hour.saturating_sub(1);
        let is_foreign = !author.is_local();
        let asked = AskedOf {
            author: author.id,
            domain: author.domain.as_deref(),
            except: about.status.and_then(|status| status.edits),
            published: needs.is_first_post && author.statuses_count < MANY,
            met: needs.is_first_contact && is_foreign,
            heard_of: needs.is_unknown_instance && is_foreign,
            lately: (others > 0 && about.status.is_some())
                .then(|| (StatusId(floor_at(cx.now().minus(LATELY))), others)),
        };
        if !(asked.published || asked.met || asked.heard_of || asked.lately.is_some()) {
            return Ok(FoundOf::default());
        }
        Ok(self.service.storage().read().moderation().of_author(&asked).await?)
    }

    /// The role of somebody here in their school.
    async fn role(self, author: &Account) -> Result<Option<String>> {
        let Some(school) = author.organisation.filter(|_| author.is_local()) else { return Ok(None) };
        let role = self.service.storage().read().organisations().role(author.id, school).await?;
        Ok(role.map(|role| role.as_str().to_owned()))
    }

    /// Names of schools and of people here that stand in the texts, as they are written there. The author's own does not
    /// count: nobody makes a name known by taking it.
    async fn known_names(self, author: &Account, parts: &[(Part, String)]) -> Result<(Vec<String>, Vec<String>)> {
        let mut possible: BTreeMap<String, &str> = BTreeMap::new();
        for (_, text) in parts.iter().filter(|(part, _)| !matches!(part, Part::Link(_))) {
            let left = MAX_NAMES.saturating_sub(possible.len());
            for (key, written) in names::possible(text, left) {
                possible.entry(key).or_insert(written);
            }
        }
        let keys: Vec<&str> = possible.keys().map(String::as_str).collect();
        let known = self.service.storage().read().moderation().known_names(&keys, author.id).await?;
        let (schools, people): (Vec<_>, Vec<_>) = known.into_iter().partition(|name| name.is_school);
        let written = |names: Vec<staffroom_storage::moderation::KnownName>| {
            names.iter().filter_map(|name| possible.get(&name.key).map(|text| (*text).to_owned())).collect()
        };
        Ok((written(schools), written(people)))
    }

    async fn object(self, cx: &Cx, author: &Account, status: &AboutStatus<'_>, needs: Needs) -> Result<ObjectFacts> {
        let to_stranger = match status.answers {
            None => Some(false),
            Some(_) if !needs.is_reply_to_stranger => None,
            Some(answered) => self.is_to_stranger(author, answered).await?,
        };
        Ok(ObjectFacts {
            age_hours: Some(status.published.map_or(0, |at| passed(at, cx.now(), HOUR_MS))),
            is_reply: Some(status.answers.is_some()),
            is_reply_to_stranger: to_stranger,
            has_quote: Some(status.has_quote),
            is_edit: Some(status.edits.is_some()),
        })
    }

    /// Whether the author of what is answered is somebody else, who does not follow `author`; `None` where nobody here
    /// knows who that is.
    async fn is_to_stranger(self, author: &Account, answered: Answered<'_>) -> Result<Option<bool>> {
        let read = self.service.storage().read();
        let by = match answered {
            Answered::By(id) => Some(id),
            Answered::Status(id) => read.statuses().get(id).await?.map(|status| status.account_id),
            Answered::At(uri) => read.statuses().by_uri(uri).await?.map(|status| status.account_id),
        };
        let Some(by) = by else { return Ok(None) };
        if by == author.id {
            return Ok(Some(false));
        }
        let follow = read.follows().pair(by, author.id).await?;
        Ok(Some(!follow.is_some_and(|follow| follow.accepted)))
    }

    /// Others who sent the same text, as far as a rule asks; this one is remembered for those who come after.
    fn copies(self, author: &Account, about: &About<'_>, needs: Needs) -> Option<u64> {
        let most = needs.same_text_elsewhere;
        if most == 0 {
            return None;
        }
        let known = &self.service.inner.sent_texts;
        let Some(print) = copies::text_of(about.parts).map(|text| known.print(&text)) else { return Some(0) };
        if !about.is_asked {
            known.note(print, author.id);
        }
        Some(known.others(print, author.id).min(most))
    }
}

/// What is known of attachments of ours.
pub(crate) fn media_facts(media: &[MediaAttachment]) -> Vec<MediaFacts> {
    media.iter().map(|one| media_fact(&one.content_type, one.description.as_deref())).collect()
}

/// What is known of attachments of others: what they say.
pub(crate) fn foreign_media_facts(media: &[IncomingMedia]) -> Vec<MediaFacts> {
    media.iter().map(|one| media_fact(&one.content_type, one.description.as_deref())).collect()
}

/// What is known of a file.
pub(crate) fn media_fact(content_type: &str, description: Option<&str>) -> MediaFacts {
    MediaFacts {
        mime: Some(content_type.to_ascii_lowercase()).filter(|mime| !mime.is_empty()),
        has_description: Some(description.is_some_and(|text| !text.trim().is_empty())),
        ..MediaFacts::default()
    }
}

/// Whole stretches of `length` milliseconds from one time to another.
fn passed(from: Timestamp, to: Timestamp, length: i64) -> u64 {
    let millis = to.as_millis().saturating_sub(from.as_millis());
    u64::try_from(millis / length).unwrap_or_default()
}

/// `en` of `en-GB`.
pub(crate) fn primary_language(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// How scopes of rules name an organisation.
pub(crate) fn scope_name(id: OrganisationId) -> String {
    id.0.to_string()
}
