//! A status in words and addresses, as the template `shown.html` has it.

use staffroom_domain::Timestamp;
use staffroom_domain::media::{MediaAttachment, MediaKind, MediaState};
use staffroom_domain::status::StatusView;
use time::macros::format_description;

use super::meta::shown_name;
use crate::Web;

/// A status.
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) name: String,
    pub(super) handle: String,
    pub(super) author_url: String,
    pub(super) avatar: String,
    /// When, for programs and for people.
    pub(super) at: String,
    pub(super) when: String,
    pub(super) is_edited: bool,
    /// Content warning; empty for none.
    pub(super) warning: String,
    /// Sanitised HTML.
    pub(super) content: String,
    /// Language, or an empty text.
    pub(super) language: String,
    pub(super) files: Vec<File>,
    /// Files are shown to who asks for them.
    pub(super) hides_files: bool,
    pub(super) options: Vec<PollOption>,
    pub(super) quoted: Option<Quoted>,
    /// The one the page is about.
    pub(super) is_main: bool,
}

/// An attachment.
pub(crate) struct File {
    pub(crate) url: String,
    pub(crate) preview: String,
    /// `image`, `video`, `audio` or `other`.
    pub(crate) kind: &'static str,
    pub(crate) content_type: String,
    pub(crate) description: String,
}

/// An option of a poll; counts only where they are not hidden.
pub(super) struct PollOption {
    pub(super) title: String,
    pub(super) votes: Option<i64>,
}

/// What a status quotes.
pub(super) struct Quoted {
    pub(super) url: String,
    pub(super) name: String,
    pub(super) handle: String,
    pub(super) warning: String,
    pub(super) content: String,
}

impl Web {
    /// A status that everybody may see.
    pub(super) fn shown(&self, view: &StatusView) -> Shown {
        let (status, author) = (&view.status, &view.account);
        let now = self.service.cx().now();
        let poll = view.poll.as_ref();
        let hides_counts = poll.is_some_and(|poll| poll.hide_totals && poll.expires_at.is_none_or(|at| at > now));
        let is_sensitive = status.sensitive || author.sensitized_at.is_some();
        Shown {
            id: status.id.to_string(),
            url: address(view),
            name: shown_name(author).to_owned(),
            handle: self.handle(author),
            author_url: author.url.clone(),
            avatar: self.avatar(author),
            at: status.created_at.to_rfc3339(),
            when: when(status.created_at),
            is_edited: status.edited_at.is_some(),
            warning: status.spoiler_text.trim().to_owned(),
            content: status.content.clone(),
            language: status.language.clone().unwrap_or_default(),
            files: view.media.iter().filter_map(|file| self.file(file)).collect(),
            hides_files: is_sensitive && status.spoiler_text.trim().is_empty(),
            options: poll.map_or_else(Vec::new, |poll| {
                let option = |one: &staffroom_domain::poll::PollOption| PollOption {
                    title: one.title.clone(),
                    votes: (!hides_counts).then_some(one.votes.max(0)),
                };
                poll.options.iter().map(option).collect()
            }),
            quoted: view.quote.as_ref().and_then(|quote| quote.status.as_deref()).and_then(|it| self.quoted(it)),
            is_main: false,
        }
    }

    /// An attachment that can be shown.
    pub(crate) fn file(&self, file: &MediaAttachment) -> Option<File> {
        if file.state != MediaState::Ready {
            return None;
        }
        let url = self.service.media().url(&file.file);
        let kind = match file.kind {
            MediaKind::Image => "image",
            MediaKind::Gifv | MediaKind::Video => "video",
            MediaKind::Audio => "audio",
            MediaKind::Unknown => "other",
        };
        Some(File {
            preview: file.preview.as_ref().map_or_else(|| url.clone(), |preview| self.service.media().url(preview)),
            url,
            kind,
            content_type: file.content_type.clone(),
            description: file.description.clone().unwrap_or_default(),
        })
    }

    /// Only what everybody may see, whoever looks at the page.
    fn quoted(&self, view: &StatusView) -> Option<Quoted> {
        view.status.visibility.is_open().then(|| Quoted {
            url: address(view),
            name: shown_name(&view.account).to_owned(),
            handle: self.handle(&view.account),
            warning: view.status.spoiler_text.trim().to_owned(),
            content: view.status.content.clone(),
        })
    }
}

/// The page of a status.
pub(super) fn address(view: &StatusView) -> String {
    let status = &view.status;
    if status.url.is_empty() { status.uri.clone() } else { status.url.clone() }
}

/// A moment for people: `21 November 2026, 19:00 UTC`.
pub(crate) fn when(at: Timestamp) -> String {
    let words = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    at.datetime().format(words).unwrap_or_default()
}
