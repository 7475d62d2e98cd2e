//! A person's changes to their own profile.

use std::collections::HashMap;

use staffroom_domain::Visibility;
use staffroom_domain::account::{Account, AccountKind, Field, MediaUpload, Picture, ProfileUpdate};
use staffroom_domain::domain_rule::normalise;
use staffroom_domain::hashtag::Tag;
use staffroom_domain::ids::AccountId;
use staffroom_domain::language::language_tag;
use staffroom_domain::text::{self, MentionLink, MentionRef};
use staffroom_domain::webhook::WebhookEvent;
use staffroom_moderation::Part;

use super::Accounts;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::media::discard_pictures;
use crate::moderation::{About, profile_parts};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError, webhooks};

/// Longest name shown, in characters.
const MAX_DISPLAY_NAME: usize = 100;
/// Longest label and value of a field, in characters.
const MAX_FIELD_CHARS: usize = 255;
/// Most sites that may name somebody as an author, as on Mastodon.
const MAX_ATTRIBUTION_DOMAINS: usize = 100;

/// How a text becomes HTML: in paragraphs or as one line.
type Render = fn(&str, &dyn Fn(&MentionRef) -> Option<MentionLink>, &dyn Fn(&Tag) -> String) -> String;

impl Accounts<'_> {
    /// Changes the owner's profile and tells the followers' servers.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names the value that is wrong; [`ServiceError::Refused`] gives the reasons of the
    /// moderation rules; [`ServiceError::NotFound`] for accounts nobody signs in
    /// to.
    pub async fn update_profile(&self, cx: &Cx, id: AccountId, change: ProfileUpdate) -> Result<Account> {
        let change = readable(change);
        self.check_change(&change)?;
        let attribution_domains = change.attribution_domains.as_deref().map(attribution_domains).transpose()?;
        if shows_more(&change) {
            let moderation = self.service.moderation();
            let account = self.get(id).await?;
            let parts = parts_of(&account, &change);
            let facts = moderation.facts(cx, &account, &About::profile(&parts)).await?;
            moderation.let_out(facts, parts, Vec::new())?;
        }
        // Files are written before the transaction: nothing refers to them until it commits.
        let avatar = match change.avatar {
            Some(file) => Some(self.new_picture(cx, file).await?),
            None => None,
        };
        let header = match change.header {
            Some(file) => Some(self.new_picture(cx, file).await?),
            None => None,
        };
        let texts = change.note.iter().chain(change.fields.iter().flatten().map(|(_, value)| value));
        let people = self.people_named(texts).await?;
        let keys = self.public_keys(id).await?;

        let tx = self.service.storage().begin().await?;
        let mut account = tx.accounts().lock(id).await?.ok_or(ServiceError::NotFound("account"))?;
        let mut user = tx.users().by_account(id).await?.ok_or(ServiceError::NotFound("user"))?;
        if let Some(name) = change.display_name {
            account.display_name = name;
        }
        if let Some(note) = change.note {
            account.note = self.html(&note, &people, text::render);
            account.note_source = note;
        }
        if let Some(fields) = change.fields {
            let filled = fields.into_iter().filter(|(name, value)| !name.trim().is_empty() || !value.trim().is_empty());
            account.fields = filled
                .map(|(name, source)| Field { name, value: self.html(&source, &people, text::render_line), source })
                .collect();
        }
        let fields = account.fields.iter().flat_map(|field| [field.name.as_str(), field.source.as_str()]);
        let texts = [account.display_name.as_str(), account.note_source.as_str()].into_iter().chain(fields);
        account.emojis = self.service.emojis().used_in(&tx.custom_emojis(), texts).await?;
        let mut replaced = Vec::new();
        for (picture, new) in [(&mut account.avatar, avatar), (&mut account.header, header)] {
            if let Some(new) = new {
                replaced.push(std::mem::replace(picture, new));
            }
        }
        discard_pictures(&tx, cx, id, replaced).await?;
        account.locked = change.locked.unwrap_or(account.locked);
        account.kind = match change.bot {
            Some(true) => AccountKind::Service,
            Some(false) if account.kind.is_bot() => AccountKind::Person,
            _ => account.kind,
        };
        account.discoverable = change.discoverable.or(account.discoverable);
        let was_indexable = account.indexable;
        account.indexable = change.indexable.unwrap_or(was_indexable);
        account.hide_collections = change.hide_collections.unwrap_or(account.hide_collections);
        account.attribution_domains = attribution_domains.unwrap_or(account.attribution_domains);
        user.posting.visibility = change.visibility.unwrap_or(user.posting.visibility);
        user.posting.sensitive = change.sensitive.unwrap_or(user.posting.sensitive);
        user.posting.quotes = change.quotes.unwrap_or(user.posting.quotes);
        if let Some(language) = change.language {
            user.posting.language = Some(language).filter(|language| !language.is_empty());
        }
        tx.accounts().update(&account).await?;
        if account.indexable != was_indexable {
            self.service.search().queue(cx, &tx, Some(&account)).await?;
        }
        tx.users().set_posting(id, &user.posting).await?;
        if let Some(share) = change.share_tagged {
            tx.users().set_share_tagged(id, share).await?;
        }
        let inboxes: Vec<InboxRef> = tx.follows().follower_inboxes(id).await?.into_iter().map(InboxRef::from).collect();
        let event = Event::AccountUpdated { account: &account, keys: &keys };
        enqueue(&tx, self.service, cx, id, event, Lane::Bulk, &inboxes).await?;
        webhooks::queue(&tx, cx, WebhookEvent::AccountUpdated, &[id.0]).await?;
        self.service.commit(tx).await?;
        Ok(account)
    }

    fn check_change(self, change: &ProfileUpdate) -> Result<()> {
        let limits = &self.service.settings().limits;
        let check = |field: &'static str, text: &str, most: usize| {
            if text.chars().count() > most {
                return Err(ServiceError::invalid(field, format!("is longer than {most} characters")));
            }
            Ok(())
        };
        check("display_name", change.display_name.as_deref().unwrap_or_default(), MAX_DISPLAY_NAME)?;
        check("note", change.note.as_deref().unwrap_or_default(), limits.note_chars)?;
        let language = change.language.as_deref().unwrap_or_default();
        if !language.is_empty() && language_tag(language).is_none() {
            return Err(ServiceError::invalid("language", "is no language tag"));
        }
        if change.visibility == Some(Visibility::Direct) {
            return Err(ServiceError::invalid("source[privacy]", "must be public, unlisted or private"));
        }
        let fields = change.fields.as_deref().unwrap_or_default();
        if fields.len() > limits.profile_fields {
            return Err(ServiceError::invalid("fields", format!("are more than {}", limits.profile_fields)));
        }
        for (name, value) in fields {
            check("fields", name, MAX_FIELD_CHARS)?;
            check("fields", value, MAX_FIELD_CHARS)?;
        }
        Ok(())
    }

    /// Without a file the picture is removed.
    async fn new_picture(&self, cx: &Cx, file: Option<MediaUpload>) -> Result<Option<Picture>> {
        match file {
            Some(file) => Ok(Some(self.service.media().store_picture(cx, file).await?)),
            None => Ok(None),
        }
    }

    /// Stored accounts named in `texts`, by name and host as written.
    async fn people_named<'t>(
        &self,
        texts: impl Iterator<Item = &'t String>,
    ) -> Result<HashMap<(String, Option<String>), MentionLink>> {
        let own = &self.service.settings().identity.account_domain;
        let handles: Vec<(String, Option<String>)> = texts
            .flat_map(|text| text::scan(text).mentions)
            .map(|mention| (mention.user.to_lowercase(), mention.domain.filter(|domain| domain != own)))
            .collect();
        let found = self.service.storage().read().accounts().by_handles(&handles).await?;
        Ok(found
            .into_iter()
            .filter(Account::is_present)
            .map(|a| {
                let link = MentionLink { url: a.url.clone(), acct: a.acct(), username: a.username.clone() };
                ((a.username.to_lowercase(), a.domain), link)
            })
            .collect())
    }

    fn html(self, plain: &str, people: &HashMap<(String, Option<String>), MentionLink>, render: Render) -> String {
        let identity = &self.service.settings().identity;
        let resolve = |mention: &MentionRef| {
            let domain = mention.domain.clone().filter(|domain| *domain != identity.account_domain);
            people.get(&(mention.user.to_lowercase(), domain)).cloned()
        };
        render(plain, &resolve, &|tag| identity.tag_url(tag))
    }
}

/// Whether others see more than before: choices about one's own writing are nobody's to judge.
fn shows_more(change: &ProfileUpdate) -> bool {
    change.display_name.is_some()
        || change.note.is_some()
        || change.fields.is_some()
        || change.avatar.is_some()
        || change.header.is_some()
}

/// The texts of the profile as it would be: what is changed bit by bit is read together as well.
fn parts_of(account: &Account, change: &ProfileUpdate) -> Vec<(Part, String)> {
    let name = change.display_name.as_deref().unwrap_or(&account.display_name);
    let note = change.note.as_deref().unwrap_or(&account.note_source);
    if let Some(fields) = &change.fields {
        profile_parts(name, note, fields.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    } else {
        let fields = account.fields.iter().map(|field| (field.name.as_str(), field.source.as_str()));
        profile_parts(name, note, fields)
    }
}

/// The change with texts that show what they say.
fn readable(change: ProfileUpdate) -> ProfileUpdate {
    let field = |(name, value): (String, String)| (text::shown_name(&name), text::shown_name(&value));
    ProfileUpdate {
        display_name: change.display_name.as_deref().map(text::shown_name),
        note: change.note.as_deref().map(text::shown_text),
        fields: change.fields.map(|fields| fields.into_iter().map(field).collect()),
        ..change
    }
}

/// Sites as typed, with or without scheme, each once.
fn attribution_domains(typed: &[String]) -> Result<Vec<String>> {
    let field = "attribution_domains";
    if typed.len() > MAX_ATTRIBUTION_DOMAINS {
        return Err(ServiceError::invalid(field, format!("can't be more than {MAX_ATTRIBUTION_DOMAINS}")));
    }
    let mut domains: Vec<String> = Vec::new();
    for text in typed.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let name = text.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("*.");
        let domain = normalise(name.trim_end_matches('/'));
        let domain = domain.ok_or_else(|| ServiceError::invalid(field, format!("{text} is no domain")))?;
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    Ok(domains)
}
