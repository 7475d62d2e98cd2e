//! Announcements.

use serde_json::{Value, json};
use staffroom_domain::announcement::AnnouncementView;
use staffroom_domain::reaction::Reaction;
use staffroom_domain::text;
use staffroom_domain::{Tag, Timestamp};

use super::Render;

impl Render<'_> {
    /// An announcement as somebody sees it. Nobody is named in one, and no status.
    pub(crate) fn announcement(&self, view: &AnnouncementView) -> Value {
        let announcement = &view.announcement;
        let identity = &self.service.settings().identity;
        let tags = text::scan(&announcement.text).tags;
        let tag = |tag: &Tag| json!({ "name": tag.name(), "url": identity.tag_url(tag) });
        let mut names: Vec<Tag> = Vec::new();
        for (tag, _) in tags {
            if !names.iter().any(|known| known.name() == tag.name()) {
                names.push(tag);
            }
        }
        json!({
            "id": announcement.id.to_string(),
            "content": view.content,
            "starts_at": announcement.starts_at.map(Timestamp::to_rfc3339),
            "ends_at": announcement.ends_at.map(Timestamp::to_rfc3339),
            "all_day": announcement.all_day,
            "published_at": announcement.published_at.map(Timestamp::to_rfc3339),
            "updated_at": announcement.updated_at.to_rfc3339(),
            "read": view.read,
            "mentions": [],
            "statuses": [],
            "tags": names.iter().map(tag).collect::<Vec<_>>(),
            "emojis": [],
            "reactions": view.reactions.iter().map(reaction).collect::<Vec<_>>(),
        })
    }
}

fn reaction(reaction: &Reaction) -> Value {
    json!({ "name": reaction.name, "count": reaction.count, "me": reaction.is_own })
}
