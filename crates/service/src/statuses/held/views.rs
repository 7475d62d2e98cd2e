//! How held statuses would look: several at once, with what they need looked up for all of them together. Nothing is asked
//! of anybody for it.

use std::collections::HashMap;

use staffroom_domain::account::{Account, Emoji};
use staffroom_domain::hold::Hold;
use staffroom_domain::ids::{AccountId, AppId, MediaId, PollId, StatusId};
use staffroom_domain::interaction::{InteractionPolicy, Leave};
use staffroom_domain::media::MediaAttachment;
use staffroom_domain::poll::{Poll, PollOption};
use staffroom_domain::status::{ApplicationView, Draft, Status, StatusEdit, StatusMarks, StatusView};
use staffroom_domain::{Viewer, Visibility};

use super::shown::note_of;
use super::stored_edit;
use crate::emojis::among;
use crate::statuses::edit::with_change;
use crate::statuses::mentions::{Named, mention_of};
use crate::statuses::prepare::rendered;
use crate::statuses::publish::shown;
use crate::statuses::{Statuses, stored_draft};
use crate::{Result, ServiceError};

/// What its author wrote.
enum Words {
    Draft(Box<Draft>),
    /// Of this published status.
    Edit(StatusId, Box<StatusEdit>),
}

impl Words {
    fn of(hold: &Hold) -> Result<Self> {
        match hold.edits {
            Some(published) => Ok(Self::Edit(published, Box::new(stored_edit::read(&hold.draft)?))),
            None => Ok(Self::Draft(Box::new(stored_draft::read(&hold.draft)?.0))),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Draft(draft) => &draft.text,
            Self::Edit(_, edit) => edit.text.as_deref().unwrap_or_default(),
        }
    }

    fn media_ids(&self) -> &[MediaId] {
        match self {
            Self::Draft(draft) => &draft.media_ids,
            Self::Edit(_, edit) => edit.media_ids.as_deref().unwrap_or_default(),
        }
    }

    /// Texts custom emoji may stand in; those of an edit are the published ones.
    fn texts(&self) -> Vec<&str> {
        let Self::Draft(draft) = self else { return Vec::new() };
        let options = draft.poll.iter().flat_map(|poll| &poll.options).map(String::as_str);
        [draft.text.as_str(), draft.spoiler_text.as_str()].into_iter().chain(options).collect()
    }
}

/// What was looked up for all of them.
struct Around {
    accounts: HashMap<AccountId, Account>,
    media: Vec<MediaAttachment>,
    emojis: Vec<Emoji>,
    applications: HashMap<AppId, ApplicationView>,
    /// What authors answer and may see, by author and id.
    answered: HashMap<(AccountId, StatusId), Status>,
    /// What authors edit.
    edited: HashMap<StatusId, StatusView>,
}

impl Statuses<'_> {
    /// Something held as its author sees it, while its text is kept.
    pub(in crate::statuses) async fn held_view(&self, hold: &Hold) -> Result<StatusView> {
        let mut views = self.held_views(std::slice::from_ref(hold)).await?;
        views.remove(&hold.id).ok_or(ServiceError::NotFound("status"))
    }

    /// The same of several; those of which nothing is left to show are missing.
    pub(in crate::statuses) async fn held_views(&self, holds: &[Hold]) -> Result<HashMap<StatusId, StatusView>> {
        let kept = holds.iter().filter(|hold| !hold.draft.is_empty());
        let written: Vec<(&Hold, Words)> = kept.filter_map(|hold| Some((hold, Words::of(hold).ok()?))).collect();
        let around = self.around(&written).await?;
        let texts: Vec<&str> = written.iter().map(|(_, words)| words.text()).collect();
        let named = self.named_in(&texts).await?;
        let mut views = HashMap::new();
        for ((hold, words), named) in written.iter().zip(named) {
            let view = match words {
                Words::Draft(draft) => self.draft_view(hold, draft, &around, &named)?,
                Words::Edit(published, edit) => self.edit_view(hold, *published, edit, &around, &named)?,
            };
            views.extend(view.map(|view| (hold.id, view)));
        }
        Ok(views)
    }

    async fn around(&self, written: &[(&Hold, Words)]) -> Result<Around> {
        let read = self.service.storage().read();
        let (mut authors, mut media, mut apps) = (Vec::new(), Vec::new(), Vec::<AppId>::new());
        let mut answers: HashMap<AccountId, Vec<StatusId>> = HashMap::new();
        let mut edits: HashMap<AccountId, Vec<StatusId>> = HashMap::new();
        for (hold, words) in written {
            authors.push(hold.account_id);
            media.extend(words.media_ids().iter().copied());
            match words {
                Words::Draft(draft) => {
                    apps.extend(draft.app_id);
                    if let Some(id) = draft.in_reply_to.filter(|_| hold.answers.is_none()) {
                        answers.entry(hold.account_id).or_default().push(id);
                    }
                }
                Words::Edit(published, _) => edits.entry(hold.account_id).or_default().push(*published),
            }
        }
        authors.sort_unstable();
        authors.dedup();
        media.sort_unstable();
        media.dedup();
        apps.sort_unstable();
        apps.dedup();
        let accounts = read.accounts().by_ids(&authors).await?;
        let texts = written.iter().flat_map(|(_, words)| words.texts());
        let emojis = self.service.emojis().used_in(&read.custom_emojis(), texts).await?;
        // What somebody may see is asked for each of them.
        let mut answered = HashMap::new();
        for (author, ids) in answers {
            answered
                .extend(self.answered_by(author, ids).await?.into_iter().map(|(id, status)| ((author, id), status)));
        }
        let mut edited = HashMap::new();
        for (author, ids) in edits {
            let views = self.views(Viewer::Account(author), &ids).await?;
            edited.extend(views.into_iter().map(|view| (view.status.id, view)));
        }
        Ok(Around {
            accounts: accounts.into_iter().map(|account| (account.id, account)).collect(),
            media: read.media().find_many(&media).await?,
            emojis,
            applications: read.statuses().applications(&apps).await?.into_iter().collect(),
            answered,
            edited,
        })
    }

    /// Those of `ids` that `author` may see, each under the id it was named by: what was held has another by now.
    async fn answered_by(&self, author: AccountId, ids: Vec<StatusId>) -> Result<Vec<(StatusId, Status)>> {
        let viewer = Viewer::Account(author);
        let found = self.service.storage().read().statuses().visible_of(viewer, &ids).await?;
        let mut seen: Vec<(StatusId, Status)> = found.into_iter().map(|status| (status.id, status)).collect();
        for id in ids {
            if !seen.iter().any(|(known, _)| *known == id)
                && let Ok(status) = self.visible(viewer, id).await
            {
                seen.push((id, status));
            }
        }
        Ok(seen)
    }

    fn draft_view(self, hold: &Hold, draft: &Draft, around: &Around, named: &Named) -> Result<Option<StatusView>> {
        let Some(account) = around.accounts.get(&hold.account_id).cloned() else { return Ok(None) };
        let identity = &self.service.settings().identity;
        let rendered = rendered(identity, &draft.text, named);
        let media = self.held_media(&draft.media_ids, &around.media);
        let options = draft.poll.iter().flat_map(|poll| &poll.options).map(String::as_str);
        let texts = [draft.text.as_str(), draft.spoiler_text.as_str()].into_iter().chain(options);
        let poll = poll_of(hold, draft);
        let parent = draft.in_reply_to.filter(|_| hold.answers.is_none());
        let parent = parent.and_then(|id| around.answered.get(&(hold.account_id, id)));
        let answered_by: Option<AccountId> = match parent {
            Some(parent) => Some(parent.account_id),
            None => hold.answers.map(|_| hold.account_id),
        };
        let visibility = draft.visibility.unwrap_or(Visibility::Direct);
        let status = Status {
            url: identity.status_url(&account.username, hold.id),
            in_reply_to_id: parent.map(|parent| parent.id).or(hold.answers),
            in_reply_to_account_id: answered_by,
            content: rendered.content,
            mentions: rendered.named.iter().map(mention_of).collect(),
            tags: rendered.tags,
            emojis: among(&around.emojis, texts),
            media_ids: media.iter().map(|m| m.id).collect(),
            poll_id: poll.as_ref().map(|poll| poll.id),
            app_id: draft.app_id,
            sensitive: draft.sensitive.unwrap_or_default(),
            visibility,
            interaction_policy: InteractionPolicy::of_local(visibility, draft.quote_policy.unwrap_or_default()),
            language: draft.language.clone(),
            spoiler_text: draft.spoiler_text.clone(),
            text: draft.text.clone(),
            ..Status::new(
                hold.id,
                identity.status_uri(&account.username, hold.id),
                hold.account_id,
                true,
                hold.created_at,
            )
        };
        let application = status.app_id.and_then(|app| around.applications.get(&app).cloned());
        let marks = StatusMarks { pinned: hold.pin, reblogged: hold.boost.is_some(), ..StatusMarks::default() };
        Ok(Some(StatusView {
            application,
            may_quote: Leave::Automatic,
            marks: Some(marks),
            held: Some(note_of(hold)?),
            ..shown(status, account, media, poll)
        }))
    }

    /// A published status as it would be after a held edit.
    fn edit_view(
        self,
        hold: &Hold,
        published: StatusId,
        edit: &StatusEdit,
        around: &Around,
        named: &Named,
    ) -> Result<Option<StatusView>> {
        let Some(mut view) = around.edited.get(&published).cloned() else { return Ok(None) };
        let text = edit.text.clone().unwrap_or_default();
        let rendered = rendered(&self.service.settings().identity, &text, named);
        let ids = edit.media_ids.clone().unwrap_or_default();
        let media = self.held_media(&ids, &around.media);
        view.media = media.into_iter().map(|one| with_change(one, &edit.media_attributes)).collect();
        view.status = Status {
            content: rendered.content,
            mentions: rendered.named.iter().map(mention_of).collect(),
            tags: rendered.tags,
            media_ids: ids,
            spoiler_text: edit.spoiler_text.clone().unwrap_or_default(),
            sensitive: edit.sensitive.unwrap_or_default(),
            text,
            ..view.status
        };
        view.held = Some(note_of(hold)?);
        Ok(Some(view))
    }

    /// Attachments in order; those on no published status under addresses that only its author is given, and who decides.
    fn held_media(self, ids: &[MediaId], found: &[MediaAttachment]) -> Vec<MediaAttachment> {
        let media = ids.iter().filter_map(|id| found.iter().find(|media| media.id == *id).cloned());
        let shown = |media: MediaAttachment| match media.status_id {
            Some(_) => media,
            None => self.service.media().shown_while_held(media),
        };
        media.map(shown).collect()
    }
}

/// The poll as it would be, with an id nobody can ask for.
fn poll_of(hold: &Hold, draft: &Draft) -> Option<Poll> {
    let new = draft.poll.as_ref()?;
    Some(Poll {
        id: PollId(hold.id.0),
        status_id: hold.id,
        expires_at: Some(hold.created_at.plus(std::time::Duration::from_secs(new.expires_in_secs))),
        multiple: new.multiple,
        hide_totals: new.hide_totals,
        options: new.options.iter().map(|title| PollOption { title: title.clone(), votes: 0 }).collect(),
        voters: 0,
        own_votes: Vec::new(),
        counted_at: None,
    })
}
