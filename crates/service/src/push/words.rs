//! What a message says, for clients that do not ask further.

use staffroom_domain::notification::{NotificationKind, NotificationView};
use staffroom_domain::text;

/// Most characters of what was said that are told.
const BODY_CHARS: usize = 140;
/// Most characters of a name that are told.
const NAME_CHARS: usize = 80;

/// One line about what happened.
pub(super) fn title(view: &NotificationView) -> String {
    let account = &view.account;
    let name = if text::is_blank(&account.display_name) { &account.username } else { &account.display_name };
    let name = shortened(name, NAME_CHARS);
    match view.kind {
        NotificationKind::Mention => format!("{name} mentioned you"),
        NotificationKind::Status => format!("{name} wrote something"),
        NotificationKind::Reblog => format!("{name} boosted what you wrote"),
        NotificationKind::Follow => format!("{name} follows you now"),
        NotificationKind::FollowRequest => format!("{name} asks to follow you"),
        NotificationKind::Favourite => format!("{name} likes what you wrote"),
        NotificationKind::Poll => format!("A poll by {name} has ended"),
        NotificationKind::Update => format!("{name} edited what you boosted"),
        NotificationKind::Quote => format!("{name} quoted you"),
        NotificationKind::QuotedUpdate => format!("{name} edited what you quoted"),
        NotificationKind::Reaction => format!("{name} reacted to what you wrote"),
        NotificationKind::SeveredRelationships => "Some of your follows have ended".to_owned(),
        NotificationKind::ModerationWarning => "A moderator has a word for you".to_owned(),
    }
}

/// The beginning of what it is about: the warning in front of a status, else its text; else what the account says about
/// itself.
pub(super) fn body(view: &NotificationView) -> String {
    let text = match &view.status {
        Some(status) if !status.status.spoiler_text.is_empty() => status.status.spoiler_text.clone(),
        Some(status) => text::to_plain(&status.status.content),
        None => text::to_plain(&view.account.note),
    };
    shortened(&text, BODY_CHARS)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_end_where_they_must() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }
}
