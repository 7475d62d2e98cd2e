//! Hashtags.

use serde::Serialize;
use staffroom_domain::Timestamp;
use staffroom_domain::hashtag::{self as domain, TagView};
use staffroom_domain::ids::TagId;

use super::Render;

#[derive(Debug, Serialize)]
struct TagHistory {
    day: String,
    uses: String,
    accounts: String,
}

/// A hashtag.
#[derive(Debug, Serialize)]
pub(crate) struct Tag {
    id: String,
    name: String,
    url: String,
    history: Vec<TagHistory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    following: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    featuring: Option<bool>,
}

/// A hashtag shown on a profile. The count is a text, as in Mastodon.
#[derive(Debug, Serialize)]
pub(crate) struct FeaturedTag {
    id: String,
    name: String,
    url: String,
    statuses_count: String,
    last_status_at: Option<String>,
}

impl Render<'_> {
    /// A hashtag shown on a profile.
    pub(crate) fn featured_tag(&self, featured: &domain::FeaturedTag) -> FeaturedTag {
        FeaturedTag {
            id: featured.id.to_string(),
            name: featured.tag.display().to_owned(),
            url: self.service.settings().identity.tag_url(&featured.tag),
            statuses_count: featured.statuses_count.to_string(),
            last_status_at: featured.last_status_at.map(Timestamp::to_date),
        }
    }

    /// A hashtag. One that nobody has used has the id 0.
    pub(crate) fn tag(&self, view: &TagView) -> Tag {
        let signed_in = self.viewer.account().is_some();
        Tag {
            id: view.id.unwrap_or(TagId(0)).to_string(),
            name: view.tag.display().to_owned(),
            url: self.service.settings().identity.tag_url(&view.tag),
            history: view
                .history
                .iter()
                .map(|(day, uses, accounts)| TagHistory {
                    day: day.as_secs().to_string(),
                    uses: uses.to_string(),
                    accounts: accounts.to_string(),
                })
                .collect(),
            following: signed_in.then_some(view.following),
            featuring: signed_in.then_some(view.featuring),
        }
    }
}
