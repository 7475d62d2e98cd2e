//! What a page says about itself to programs: search engines, link previews, other servers, readers of feeds.

use staffroom_domain::account::Account;
use staffroom_domain::status::StatusView;
use staffroom_domain::text;

use crate::Web;

/// Longest description, in characters.
const DESCRIPTION_CHARS: usize = 300;

/// The head of a page.
pub(super) struct Meta {
    /// What it is called.
    pub(super) title: String,
    /// In a few words.
    pub(super) description: String,
    /// Its own address.
    pub(super) url: String,
    /// A picture of it.
    pub(super) image: String,
    /// Open Graph's word for what it is.
    pub(super) kind: &'static str,
    /// The ActivityPub document, if it has one.
    pub(super) document: Option<String>,
    /// The feed, if it has one.
    pub(super) feed: Option<String>,
    /// Where others get it for their own pages (oEmbed), if they can.
    pub(super) embed: Option<String>,
    /// Handle of the author, if it has one.
    pub(super) author: Option<String>,
    /// Search engines may keep it.
    pub(super) is_indexed: bool,
}

/// A name as it is shown.
pub(crate) fn shown_name(account: &Account) -> &str {
    let name = account.display_name.trim();
    if name.is_empty() { &account.username } else { name }
}

impl Web {
    /// `@name@host`, also for people here.
    pub(crate) fn handle(&self, account: &Account) -> String {
        format!("@{}", self.site.acct(account))
    }

    /// The address of somebody's picture, or of the placeholder.
    pub(super) fn avatar(&self, account: &Account) -> String {
        match account.avatar.as_ref().filter(|_| !account.is_gone()) {
            Some(picture) => self.service.media().url(picture),
            None => format!("{}/avatars/original/missing.png", self.service.settings().identity.public_url),
        }
    }
}

/// Words of a status that may stand anywhere: those of its warning, if it has one.
pub(super) fn excerpt(view: &StatusView, chars: usize) -> String {
    let warning = view.status.spoiler_text.trim();
    if warning.is_empty() { shorten(&text::to_plain(&view.status.content), chars) } else { shorten(warning, chars) }
}

/// A description out of sanitised HTML.
pub(super) fn description(html: &str) -> String {
    shorten(&text::to_plain(html), DESCRIPTION_CHARS)
}

/// The description of a status.
pub(super) fn description_of(view: &StatusView) -> String {
    excerpt(view, DESCRIPTION_CHARS)
}

/// On one line, at most `chars` long.
pub(crate) fn shorten(text: &str, chars: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(chars) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default().trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_one_line_and_end() {
        assert_eq!(description("<p>one<br>two</p><p>&lt;b&gt;</p>"), "one two <b>");
        assert_eq!(shorten("né é né", 4), "né é…");
        assert_eq!(shorten("four", 4), "four");
        assert_eq!(shorten("", 4), "");
    }
}
