//! An event as it is sent: its name, and its payload as text.

use serde_json::json;
use staffroom_domain::Viewer;
use staffroom_domain::ids::AccountId;
use staffroom_service::Service;
use staffroom_service::streaming::Event;

use crate::entities::Render;

/// An event as it is sent.
pub(super) struct Frame {
    /// Mastodon's word for it.
    pub(super) event: &'static str,
    /// JSON, or an id; nothing where the word says it all.
    pub(super) payload: Option<String>,
}

impl Frame {
    /// Writes `event` for its listener.
    pub(super) fn new(service: &Service, listener: AccountId, event: &Event) -> Self {
        let render = Render { service, now: service.cx().now(), viewer: Viewer::Account(listener) };
        let (event, payload) = match event {
            Event::Update(view) => ("update", Some(text(&render.status(view)))),
            Event::StatusUpdate(view) => ("status.update", Some(text(&render.status(view)))),
            Event::Delete(id) => ("delete", Some(id.to_string())),
            Event::Notification(view) => ("notification", Some(text(&render.notification(view)))),
            Event::FiltersChanged => ("filters_changed", None),
            // Mastodon's payload, which means nothing
            Event::NotificationsMerged => ("notifications_merged", Some("1".to_owned())),
            Event::Conversation(view) => ("conversation", Some(text(&render.conversation(view)))),
            Event::Announcement(view) => ("announcement", Some(text(&render.announcement(view)))),
            Event::AnnouncementReaction { id, name, count } => {
                let reaction = json!({ "name": name, "count": count, "announcement_id": id.to_string() });
                ("announcement.reaction", Some(reaction.to_string()))
            }
            Event::AnnouncementDelete(id) => ("announcement.delete", Some(id.to_string())),
        };
        Self { event, payload }
    }
}

fn text(entity: &impl serde::Serialize) -> String {
    // Entities are strings, numbers and lists: they always can be written.
    serde_json::to_string(entity).unwrap_or_default()
}
