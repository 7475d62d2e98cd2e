//! Custom emoji of this instance.

use serde_json::{Value, json};
use staffroom_domain::account::Emoji;
use staffroom_domain::instance::InstanceIdentity;

/// An `Emoji`, as it stands in `tag` (FEP-9098).
pub fn emoji(identity: &InstanceIdentity, emoji: &Emoji) -> Value {
    let mut icon = json!({ "type": "Image", "url": emoji.url });
    let media_type = match emoji.url.rsplit_once('.').map(|(_, extension)| extension) {
        Some("png") => Some("image/png"),
        Some("gif") => Some("image/gif"),
        Some("webp") => Some("image/webp"),
        Some("jpg") => Some("image/jpeg"),
        _ => None,
    };
    if let (Some(media_type), Value::Object(members)) = (media_type, &mut icon) {
        members.insert("mediaType".into(), json!(media_type));
    }
    let name = format!(":{}:", emoji.shortcode);
    json!({ "id": identity.emoji_uri(&emoji.shortcode), "type": "Emoji", "name": name, "icon": icon })
}
