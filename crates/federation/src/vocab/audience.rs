//! Recipients: who is addressed, and what audience that amounts to.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use staffroom_domain::visibility::Visibility;
use url::Url;

use super::MAX_RECIPIENTS;
use super::lenient::{id_of, items};

/// The recipients in one of `to`, `cc`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// Everybody is among them, under any of the three spellings of `Public`.
    pub public: bool,
    /// The others, in order.
    pub uris: Vec<Url>,
}

impl<'de> Deserialize<'de> for Recipients {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut recipients = Self::default();
        for item in items(&Value::deserialize(deserializer)?).iter().take(MAX_RECIPIENTS) {
            if item.as_str().is_some_and(is_public) {
                recipients.public = true;
            } else if let Some(uri) = id_of(item) {
                recipients.uris.push(uri);
            }
        }
        Ok(recipients)
    }
}

/// The three spellings of everybody (ActivityPub §5.6).
pub fn is_public(text: &str) -> bool {
    matches!(text, "https://www.w3.org/ns/activitystreams#Public" | "as:Public" | "Public")
}

/// The audience `to` and `cc` amount to. `followers` is the author's followers collection; where it is not known, a
/// recipient on the author's own server whose path ends in `/followers` counts.
pub fn visibility(to: &Recipients, cc: &Recipients, author: &Url, followers: Option<&str>) -> Visibility {
    let is_followers = |uri: &Url| match followers {
        Some(known) => uri.as_str() == known,
        None => uri.origin() == author.origin() && uri.path().ends_with("/followers"),
    };
    if to.public {
        Visibility::Public
    } else if cc.public {
        Visibility::Unlisted
    } else if to.uris.iter().chain(&cc.uris).any(is_followers) {
        Visibility::Private
    } else {
        Visibility::Direct
    }
}
