//! The envelope all activities share, with the object still unread.

use serde::Deserialize;
use serde_json::Value;
use staffroom_domain::reaction::{Symbol, single_emoji};
use url::Url;

use super::MAX_EMOJI;
use super::audience::Recipients;
use super::lenient::{self, id_of, items};
use super::note::emoji;

/// An activity, as received.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityDoc {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::id")]
    pub id: Option<Url>,
    /// Its type.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub kind: String,
    /// Who says it.
    #[serde(default, deserialize_with = "lenient::id")]
    pub actor: Option<Url>,
    /// What about.
    #[serde(default)]
    pub object: Value,
    /// Where to: of `Move` the new account, of `Add` and `Remove` the collection.
    #[serde(default, deserialize_with = "lenient::id")]
    pub target: Option<Url>,
    /// Words that come with it: of `Flag` the comment, of `Like` and `EmojiReact` the emoji.
    #[serde(default, deserialize_with = "lenient::text")]
    pub content: Option<String>,
    /// Of `Like` and `EmojiReact` the picture of a custom emoji.
    #[serde(default, deserialize_with = "lenient::list")]
    pub tag: Vec<Value>,
    /// With what.
    #[serde(default)]
    pub instrument: Value,
    /// What came of it.
    #[serde(default)]
    pub result: Value,
    /// Primary recipients.
    #[serde(default)]
    pub to: Recipients,
    /// Further recipients.
    #[serde(default)]
    pub cc: Recipients,
}

impl ActivityDoc {
    /// Id of the object, by reference or embedded.
    pub fn object_id(&self) -> Option<Url> {
        items(&self.object).iter().find_map(id_of)
    }

    /// Type of the embedded object; `None` for a bare reference.
    pub fn object_kind(&self) -> Option<&str> {
        items(&self.object).iter().find_map(|object| {
            let kind = object.get("type")?;
            kind.as_str().or_else(|| items(kind).iter().find_map(Value::as_str))
        })
    }

    /// The emoji it carries (FEP-c0e0): a single one, or the shortcode of a custom one whose picture is in `tag`.
    pub fn symbol(&self) -> Option<Symbol> {
        let content = self.content.as_deref()?.trim();
        if let Some(emoji) = single_emoji(content) {
            return Some(Symbol::Unicode(emoji));
        }
        let shortcode = content.strip_prefix(':')?.strip_suffix(':')?;
        // some name the host a custom emoji is from
        let shortcode = shortcode.split('@').next().unwrap_or(shortcode);
        let mut known = self.tag.iter().take(MAX_EMOJI).filter_map(emoji);
        known.find(|emoji| emoji.shortcode == shortcode).map(Symbol::Custom)
    }

    /// The embedded object read as an activity (of `Undo`, `Accept`, `Reject`).
    pub fn embedded(&self) -> Option<Self> {
        let object = items(&self.object).first()?;
        items(object.get("type")?).iter().find(|kind| kind.is_string())?;
        Self::deserialize(object).ok()
    }
}
